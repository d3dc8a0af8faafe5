"""Notifications and mails."""

import factory
from django.utils import timezone

from prodops.notifications.models import Channel, Kind, Mail, MailBody, Notification
from tests.factories.audit import ThreadFactory
from tests.factories.people import UserFactory


class NotificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notification

    recipient = factory.SubFactory(UserFactory)
    kind = Kind.COMMENT
    cause = factory.Sequence(lambda n: f"cause:{n}")
    thread = factory.SubFactory(ThreadFactory)
    title = "Somebody commented"
    path = factory.LazyAttribute(lambda each: each.thread.path)
    channel = Channel.DIGEST
    at = factory.LazyFunction(timezone.now)


class MailBodyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MailBody

    subject = "Something happened"
    text = "It did.\n"


class MailFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Mail

    key = factory.Sequence(lambda n: f"test:{n}")
    to = factory.Sequence(lambda n: f"reader{n}@example.com")
    body = factory.SubFactory(MailBodyFactory)
    queued_at = factory.LazyFunction(timezone.now)
    next_attempt_at = factory.SelfAttribute("queued_at")

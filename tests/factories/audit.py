"""Threads and what hangs on them."""

import factory
from django.utils import timezone

from prodops.audit.models import Comment, Event, Thread
from tests.factories.people import UserFactory


class ThreadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Thread
        skip_postgeneration_save = True

    kind = "request"
    key = factory.Sequence(lambda n: f"REQ-{n + 9000}")
    title = factory.Sequence(lambda n: f"Wish number {n}")
    path = factory.Sequence(lambda n: f"/intake/requests/{n + 9000}/")

    @factory.post_generation
    def followers(self, create, followers, **kwargs):
        self.followers.add(*(followers or ()))


class EventFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Event

    thread = factory.SubFactory(ThreadFactory)
    verb = "request.accepted"
    summary = "accepted it"
    by = factory.SubFactory(UserFactory)
    at = factory.LazyFunction(timezone.now)


class CommentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Comment

    thread = factory.SubFactory(ThreadFactory)
    body = "We met this **last week** too."
    by = factory.SubFactory(UserFactory)
    at = factory.LazyFunction(timezone.now)

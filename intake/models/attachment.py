"""A file that belongs to a request: what it is called, what it is, and where its bytes lie."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from intake.models.product_request import ProductRequest
from prodops.audit.models import Comment, Recorded
from prodops.integrations.mailbox.models import InboundMail
from prodops.people.permissions import is_insider
from prodops.ui.files import BY_CONTENT_TYPE

FOLDER = "attachments"
MOST_AT_ONCE = 10
MOST_ON_A_REQUEST = 50
MOST_UNSENT = 50


def place(attachment, name):
    """Return where the bytes go: by day, so that a sweep knows how old they are, under no name."""
    return f"{FOLDER}/{attachment.at:%Y/%m/%d}/{uuid.uuid4().hex}"


class AttachmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Insiders see the files of all requests; a requester the public ones of theirs.

        What is not sent yet, only who uploaded it.
        """
        own = Q(product_request=None, by=user)
        if is_insider(user):
            return self.filter(Q(product_request__isnull=False) | own)
        visible = ProductRequest.objects.visible_to(user).values("pk")
        return self.filter(Q(product_request__in=visible, is_public=True) | own)

    def present(self):
        return self.filter(removed_at=None)

    def unsent(self, user):
        """What a person uploaded with a form that is not through yet."""
        return self.present().filter(product_request=None, by=user)

    def of(self, product_request):
        """The files of a request, and of those merged into it, oldest first."""
        own = Q(product_request=product_request)
        merged = Q(product_request__merged_into=product_request)
        return self.present().filter(own | merged).select_related("by").order_by("at", "pk")


class Attachment(models.Model):
    """One file of a request; without one while the form it came with is not sent yet."""

    product_request = models.ForeignKey(
        ProductRequest, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    comment = models.ForeignKey(
        Comment,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="attachments",
        help_text="The comment it came with.",
    )
    mail = models.ForeignKey(
        InboundMail,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="attachments",
        help_text="The mail it came with.",
    )
    file = models.FileField(
        upload_to=place, max_length=200, blank=True, help_text="Empty once the bytes are deleted."
    )
    name = models.CharField(max_length=150, help_text="As people see it and as it is downloaded.")
    content_type = models.CharField(max_length=100, help_text="Told by its bytes.")
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256.")
    is_public = models.BooleanField(default=False, help_text="May a requester see it?")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attachments")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.CheckConstraint(
                condition=Q(content_type__in=list(BY_CONTENT_TYPE)), name="attachment_type_known"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="attachment_not_empty"),
            models.CheckConstraint(
                condition=~Q(file="") | Q(removed_at__isnull=False),
                name="attachment_present_has_its_bytes",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="attachment_removed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["by"], condition=Q(product_request=None), name="attachment_unsent")
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("intake:attachment", args=[self.pk])

    @property
    def sort(self):
        return BY_CONTENT_TYPE[self.content_type]

    @property
    def is_picture(self):
        """It may be shown in a page; everything else is only ever downloaded."""
        return self.sort.is_picture

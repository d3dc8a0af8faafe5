"""Who stands behind a request, who reads it along, and which turned out to be the same."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower

from intake.models.catalogue import Account
from intake.models.kept import KEEP_VOICE_COUNT
from intake.models.product_request import ProductRequest
from prodops.audit.models import Recorded
from prodops.people.models import User


class Backing(models.Model):
    """One voice for a request: one person, for one account or for themselves.

    A merged request keeps its own voices; the request it went into carries a copy of each it did
    not have, with `came_from` naming the child. So an unmerge restores both sides exactly, and a
    count over requests leaves the merged ones out.
    """

    class Importance(models.IntegerChoices):
        NICE = 1, "Nice to have"
        IMPORTANT = 2, "Important"
        BLOCKING = 3, "Blocking"

    product_request = models.ForeignKey(ProductRequest, models.CASCADE, related_name="backings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="backings")
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="backings", db_index=False
    )
    importance = models.PositiveSmallIntegerField(choices=Importance, default=Importance.IMPORTANT)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    is_author = models.BooleanField(default=False)
    opens = models.BooleanField(
        default=True,
        help_text="It lets its person read the request; not where only the title was promised.",
    )
    came_from = models.ForeignKey(
        ProductRequest, models.CASCADE, null=True, blank=True, related_name="carried_backings"
    )

    class Meta:
        triggers = [Recorded(), KEEP_VOICE_COUNT]
        constraints = [
            models.UniqueConstraint(
                fields=["product_request", "person", "account"],
                nulls_distinct=False,
                name="backing_one_voice",
            ),
            models.CheckConstraint(
                condition=Q(importance__gte=1, importance__lte=3), name="backing_importance_known"
            ),
        ]
        indexes = [models.Index(fields=["account", "product_request"], name="backing_of_account")]

    def __str__(self):
        return f"{self.person} backs {self.product_request}"


class RequestShareQuerySet(models.QuerySet):
    def in_force(self):
        """Leave out what was shared by somebody who may not read the request any more."""
        same = Backing.objects.filter(product_request=OuterRef("product_request"))
        voices = same.filter(person=OuterRef("by"), opens=True)
        asked = Q(by=F("product_request__author"))
        return self.filter(~Q(by__role=User.Role.REQUESTER) | asked | Exists(voices))


class RequestShare(models.Model):
    """Somebody who neither asked nor backs may read a request along, because a person said so.

    `email` is what that person typed. Where nobody signs in with it there is no `person`, and the
    row opens nothing: it is there so that a list of addresses does not tell the two apart.
    """

    product_request = models.ForeignKey(ProductRequest, models.CASCADE, related_name="shares")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="shared_product_requests",
    )
    email = models.EmailField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = RequestShareQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.UniqueConstraint(fields=["product_request", "person"], name="shared_once"),
            models.UniqueConstraint(
                "product_request", Lower("email"), name="shared_once_with_an_address"
            ),
            models.CheckConstraint(
                condition=Q(person=None) | ~Q(person=F("by")), name="shared_with_another"
            ),
        ]

    def __str__(self):
        return f"{self.product_request} with {self.email}"


class Merge(models.Model):
    """A request was found to be the same as another; an undone merge stays in the record.

    `parent` is the request chosen then; `ProductRequest.merged_into` is the one that lives on at
    the end of such a chain.
    """

    child = models.ForeignKey(ProductRequest, models.CASCADE, related_name="merges")
    parent = models.ForeignKey(ProductRequest, models.CASCADE, related_name="merges_received")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="merges")
    reason = models.TextField(blank=True)
    was_suggested = models.BooleanField(default=False, help_text="Chosen from the suggestions.")
    batch = models.UUIDField(
        null=True, blank=True, db_index=True, help_text="Merges made in one go share it."
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merges_undone",
    )

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.UniqueConstraint(
                fields=["child"], condition=Q(undone_at=None), name="merge_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="merge_of_two_requests"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.child.key} into {self.parent.key}"

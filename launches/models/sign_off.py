"""A function's word that an item is ready."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from launches.models.item import LaunchItem
from prodops.audit.models import Recorded
from prodops.people.permissions import is_insider


class SignOffQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def pending(self):
        """Keep those somebody waits for, of launches that are still open."""
        return self.filter(
            verdict="pending", item__launch__launched_at=None, item__launch__cancelled_at=None
        )

    def for_functions_of(self, user):
        """Keep those the user may decide: of the functions they are a member of."""
        return self.filter(item__function__rota__user=user)

    def for_display(self):
        return self.select_related(
            "item__launch",
            "item__function",
            "item__owner",
            "approver",
            "requested_by",
            "decided_by",
        ).order_by("item__due_on", "pk")


class SignOff(models.Model):
    """One item's sign-off as it stands; earlier rounds are in the item's state changes."""

    class Verdict(models.TextChoices):
        PENDING = "pending", "Waiting"
        APPROVED = "approved", "Approved"
        NEEDS_WORK = "needs_work", "Needs work"
        WITHDRAWN = "withdrawn", "Withdrawn"

    item = models.OneToOneField(LaunchItem, models.PROTECT, related_name="sign_off")
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sign_offs",
        help_text="Whose turn it is; any member of the function may decide.",
    )
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.PENDING)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)

    objects = SignOffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["pending", "withdrawn"], decided_at=None, decided_by=None)
                | Q(
                    verdict__in=["approved", "needs_work"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
                name="sign_off_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(verdict="needs_work") | ~Q(note=""),
                name="sign_off_sent_back_with_note",
            ),
        ]
        indexes = [models.Index(fields=["verdict", "approver"], name="sign_off_by_approver")]
        verbose_name = "sign-off"
        triggers = [
            Recorded(),
            pgtrigger.Trigger(
                name="approved_by_the_function",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__verdict="approved"),
                func="""
                    IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN
                        RETURN NEW;
                    END IF;
                    IF NOT EXISTS (
                        SELECT 1 FROM people_functionmember member
                        JOIN launches_launchitem item ON item.function_id = member.function_id
                        WHERE item.id = NEW.item_id AND member.user_id = NEW.decided_by_id
                    ) THEN
                        RAISE EXCEPTION 'only a member of the function can approve a sign-off'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"Sign-off of {self.item}"

    @property
    def is_pending(self):
        return self.verdict == self.Verdict.PENDING

    @property
    def is_approved(self):
        return self.verdict == self.Verdict.APPROVED

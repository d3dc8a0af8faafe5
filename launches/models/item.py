"""What has to be ready, by function, and how it came to be."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from launches.models.launch import Launch
from launches.models.template import TemplateItem
from prodops.audit.models import AppendOnly, Recorded
from prodops.people.models import Function, FunctionMember
from prodops.people.permissions import is_insider


class LaunchItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def unsettled(self):
        """Keep those that still want work: not done, not waived, not set aside."""
        return self.exclude(state__in=LaunchItem.SETTLED)

    def of_open_launches(self):
        return self.filter(launch__launched_at=None, launch__cancelled_at=None)

    def as_of_launch(self):
        """Keep what was there at the actual go-live; annotate `state_at_launch` as it was then."""
        last_before = ItemStateChange.objects.filter(
            item=OuterRef("pk"), at__lte=OuterRef("launch__launched_at")
        ).order_by("-at", "-pk")
        return self.filter(added_at__lte=F("launch__launched_at")).annotate(
            state_at_launch=Subquery(last_before.values("to_state")[:1])
        )

    def for_reader(self, user):
        """Annotate `is_my_function`: may the user sign the item off?"""
        mine = FunctionMember.objects.filter(function=OuterRef("function"), user=user)
        return self.annotate(is_my_function=Exists(mine))

    def for_display(self):
        return self.select_related(
            "function",
            "owner",
            "launch",
            "set_aside_by",
            "sign_off__approver",
            "sign_off__decided_by",
        ).order_by("function__name", "due_on", "pk")


class LaunchItem(models.Model):
    """A thing one function has to have ready for a launch."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", "Not started"
        IN_PROGRESS = "in_progress", "In progress"
        REQUESTED = "requested", "Sign-off requested"
        NEEDS_WORK = "needs_work", "Needs work"
        DONE = "done", "Done"
        NOT_APPLICABLE = "not_applicable", "Not applicable"
        WAIVED = "waived", "Waived"

    SETTLED = (State.DONE, State.NOT_APPLICABLE, State.WAIVED)

    launch = models.ForeignKey(Launch, models.PROTECT, related_name="items")
    template_item = models.ForeignKey(
        TemplateItem, models.PROTECT, null=True, blank=True, related_name="launch_items"
    )
    title = models.CharField(max_length=200)
    function = models.ForeignKey(Function, models.PROTECT, related_name="launch_items")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="launch_items",
    )
    offset_days = models.SmallIntegerField(default=0, help_text="Working days from the launch.")
    due_on = models.DateField()
    is_required = models.BooleanField(default=True)
    needs_sign_off = models.BooleanField(default=False)
    evidence_wanted = models.CharField(max_length=200, blank=True)
    evidence_url = models.URLField(blank=True)
    state = models.CharField(max_length=14, choices=State, default=State.NOT_STARTED)
    reason = models.TextField(blank=True, help_text="Why it is set aside or was sent back.")
    added_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who waived it or called it not applicable.",
    )
    waived_until = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    objects = LaunchItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done", completed_at__isnull=False, completed_by__isnull=False)
                | (~Q(state="done") & Q(completed_at=None, completed_by=None)),
                name="item_done_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(evidence_wanted="") | ~Q(evidence_url=""),
                name="item_done_with_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waived", "not_applicable", "needs_work"]) | ~Q(reason=""),
                name="item_set_aside_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waived", "not_applicable"], set_aside_by__isnull=False)
                | (~Q(state__in=["waived", "not_applicable"]) & Q(set_aside_by=None)),
                name="item_set_aside_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(state="waived", waived_until__isnull=False)
                | (~Q(state="waived") & Q(waived_until=None)),
                name="item_waived_until",
            ),
        ]
        indexes = [
            models.Index(fields=["launch", "state"], name="item_by_launch"),
            models.Index(fields=["owner", "due_on"], name="item_by_owner"),
            models.Index(fields=["due_on"], name="item_by_due_date"),
        ]
        triggers = [
            Recorded(),
            pgtrigger.Trigger(
                name="done_only_when_approved",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__state="done", new__needs_sign_off=True),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM launches_signoff
                        WHERE item_id = NEW.id AND verdict = 'approved'
                    ) THEN
                        RAISE EXCEPTION 'launch item % is done only once its sign-off is approved',
                            NEW.id USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_settled(self):
        return self.state in self.SETTLED

    @property
    def is_set_aside(self):
        return self.set_aside_by_id is not None

    @property
    def lacks_evidence(self):
        """Say whether nobody may call it done or ask for its sign-off before it has a link."""
        return bool(self.evidence_wanted) and not self.evidence_url

    def is_overdue(self, on: date) -> bool:
        return not self.is_settled and self.due_on < on


class ItemStateChange(models.Model):
    """An item went from one state to another; the first row is its birth."""

    item = models.ForeignKey(LaunchItem, models.PROTECT, related_name="state_changes")
    from_state = models.CharField(max_length=14, choices=LaunchItem.State, blank=True)
    to_state = models.CharField(max_length=14, choices=LaunchItem.State)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["item", "at"], name="item_change_by_item")]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.item}: {self.from_state} → {self.to_state}"

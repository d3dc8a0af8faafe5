"""Actions: what somebody promised to do by a day, and what came of it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from planning.models.forum import Forum
from planning.models.forum_session import SessionGuest
from prodops.audit.models import Recorded, Thread
from prodops.people.permissions import is_insider

PRIVATE_TITLE = "An action of a private forum"


class ActionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Insiders see all but those of private forums; who owns or opened one sees it anyway."""
        if not is_insider(user):
            return self.none()
        guest = SessionGuest.objects.filter(user=user).values("session")
        return self.filter(
            Q(session=None)
            | Q(session__forum__in=Forum.objects.visible_to(user))
            | Q(session__in=guest)
            | Q(owner=user)
            | Q(opened_by=user)
        )

    def open(self):
        return self.filter(state=Action.State.OPEN)

    def waiting_for(self, user):
        return self.open().filter(owner=user)

    def overdue(self, on):
        return self.open().filter(due_on__lt=on)

    def for_display(self):
        return self.select_related(
            "owner", "session__forum", "decision", "initiative", "cycle"
        ).order_by("due_on", "pk")


class Action(models.Model):
    """A thing one person does by a day; it comes from a session or from another record."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    text = models.CharField(max_length=300)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="actions")
    due_on = models.DateField()
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    reason = models.TextField(blank=True, help_text="Why it was dropped, or how it ended.")
    origin = models.CharField(max_length=200, blank=True, help_text="Where it comes from.")
    session = models.ForeignKey(
        "planning.ForumSession", models.PROTECT, null=True, blank=True, related_name="actions"
    )
    item = models.ForeignKey(
        "planning.AgendaItem", models.PROTECT, null=True, blank=True, related_name="actions"
    )
    decision = models.ForeignKey(
        "planning.Decision", models.PROTECT, null=True, blank=True, related_name="actions"
    )
    initiative = models.ForeignKey(
        "planning.Initiative", models.PROTECT, null=True, blank=True, related_name="actions"
    )
    cycle = models.ForeignKey(
        "planning.Cycle", models.PROTECT, null=True, blank=True, related_name="actions"
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reminded_for_on = models.DateField(
        null=True, blank=True, help_text="The due day its owner was reminded of."
    )
    chased_for_on = models.DateField(
        null=True, blank=True, help_text="The due day its owner was told had passed."
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="action")

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None, settled_by=None)
                | (
                    Q(state__in=["done", "dropped"])
                    & Q(settled_at__isnull=False, settled_by__isnull=False)
                ),
                name="action_settled_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(reason=""), name="action_dropped_with_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due_on"], name="action_by_owner"),
            models.Index(fields=["state", "due_on"], name="action_by_due_date"),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        return reverse("planning:action", args=[self.pk])

    @property
    def key(self):
        return f"ACT-{self.pk}"

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def open_name(self) -> str:
        """Return what people who may not see the action may read of it; needs its session."""
        return PRIVATE_TITLE if self.is_private else self.text

    @property
    def is_private(self) -> bool:
        """Does it come out of a private forum? Needs its session."""
        return self.session is not None and self.session.forum.is_private

    @property
    def comes_from(self) -> str:
        """Where it comes from, in words; needs what it points at loaded."""
        record = self.decision or self.initiative or self.cycle
        if self.session:
            return str(self.session)
        return self.origin or (f"{record.key} {record}" if record else "")

    def is_overdue(self, on: date) -> bool:
        return self.is_open and self.due_on < on

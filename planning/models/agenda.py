"""What a session talks about: the items of its agenda, and what was decided on them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from planning.models.forum_session import ForumSession
from planning.models.history_guards import CLOSED_NOTES_STAY
from prodops.audit.models import Recorded

OWN, STANDING = "own", "standing"
WORDS = {1: "second", 2: "third", 3: "fourth", 4: "fifth"}


class AgendaItemQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(session__in=ForumSession.objects.visible_to(user))

    def on_the_table(self):
        """Keep what is to be talked about: neither put off nor dismissed."""
        return self.filter(state=AgendaItem.State.OPEN)

    def in_order(self):
        return self.order_by("position", "pk")


class AgendaItem(models.Model):
    """One line of one session's agenda, with the note people write on it together.

    `ref` says what it is about ("decision:12"): the same thing stands on an agenda once, and what
    comes back in the next session is `carried` on. `source` is "own", "standing" or the name of
    where it was pulled from.
    """

    class State(models.TextChoices):
        OPEN = "open", "On the agenda"
        PUT_OFF = "put_off", "Put off to the next session"
        DISMISSED = "dismissed", "Dismissed"

    session = models.ForeignKey(ForumSession, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    ref = models.CharField(max_length=80)
    source = models.CharField(max_length=20)
    title = models.CharField(max_length=250)
    detail = models.CharField(max_length=300, blank=True)
    path = models.CharField(max_length=200, blank=True)
    minutes = models.PositiveSmallIntegerField(default=5)
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    reason = models.CharField(max_length=300, blank=True)
    carried = models.PositiveSmallIntegerField(
        default=0, help_text="In how many sessions before it stood on the agenda."
    )
    is_touched = models.BooleanField(
        default=False, help_text="Did a person place, time or write on it? Then it stays."
    )
    spent_seconds = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    note_version = models.PositiveIntegerField(default=0)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "ref"], name="agenda_item_once"),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 240)), name="agenda_item_minutes_in_range"
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(reason=""),
                name="agenda_item_dismissed_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["ref"], name="agenda_item_by_ref")]
        triggers = [
            Recorded(ignore=("note", "note_version", "spent_seconds", "position")),
            CLOSED_NOTES_STAY,
        ]

    def __str__(self):
        return self.title

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def carried_words(self) -> str:
        """Return "third time" for what stood on two agendas before; "" for what is new."""
        if not self.carried:
            return ""
        return (
            f"{WORDS[self.carried]} time" if self.carried in WORDS else f"{self.carried + 1} times"
        )


class ItemDecision(models.Model):
    """A decision that was opened or taken on an item of an agenda."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="decisions")
    decision = models.ForeignKey("planning.Decision", models.PROTECT, related_name="forum_items")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "decision"], name="item_decision_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.decision} on {self.item}"

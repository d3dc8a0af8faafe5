"""What people wrote on an item at once: every version saved, and where two collided."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from planning.models.agenda import AgendaItem
from prodops.audit.models import AppendOnly, Recorded


class NoteRevision(models.Model):
    """One save of a note: `sent` is what its writer had, `text` what it became beside the others'.

    A writer goes on from `sent`, while the others go on from `text`: either may be the beginning
    of the next save. They are forgotten a month after the session.
    """

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    sent = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="note_version_once")
        ]

    def __str__(self):
        return f"{self.item} {self.version}"


class NoteConflict(models.Model):
    """Two people changed the same lines of a note; both stand in it until somebody settles it."""

    class Choice(models.TextChoices):
        BOTH = "both", "Both"
        THEIRS = "theirs", "The first"
        MINE = "mine", "The second"

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="conflicts")
    theirs = models.TextField(blank=True, help_text="What stood there already.")
    mine = models.TextField(blank=True, help_text="What was added beside it.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    choice = models.CharField(max_length=6, choices=Choice, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, choice="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(choice="")),
                name="note_conflict_settled_by_someone",
            ),
        ]
        triggers = [Recorded(ignore=("theirs", "mine"))]

    def __str__(self):
        return f"Conflict on {self.item}"

    @property
    def both(self) -> str:
        """Return the lines as they stand in the note, one version below the other."""
        return f"{self.theirs}\n{self.mine}"


class MinutesQuerySet(models.QuerySet):
    def for_display(self):
        return self.select_related("session__forum").order_by("-at", "-pk")


class Minutes(models.Model):
    """What a session came to, written once when it closed; corrections are addenda."""

    session = models.OneToOneField("planning.ForumSession", models.PROTECT, related_name="record")
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "minutes"
        triggers = [AppendOnly(), Recorded(ignore=("text",))]

    def __str__(self):
        return f"Minutes of {self.session}"


class MinutesAddendum(models.Model):
    """A correction of minutes, beside them for ever."""

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="addenda")
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "minutes addenda"
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="addendum_says_something")
        ]
        triggers = [AppendOnly(), Recorded(ignore=("text",))]

    def __str__(self):
        return f"Addendum to {self.minutes}"

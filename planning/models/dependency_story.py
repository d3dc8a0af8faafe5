"""How a dependency came to stand where it does: offers, steps and moved dates, kept for good."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from planning.models.dependency import MOVES, Dependency, DependencyState
from prodops.audit.models import AppendOnly, Recorded


class DependencyOffer(models.Model):
    """Terms one side put forward: the ask, and each counter-offer after it."""

    class Side(models.TextChoices):
        ASKING = "asking", "Asking side"
        GIVING = "giving", "Giving side"

    dependency = models.ForeignKey(Dependency, models.PROTECT, related_name="offers")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=6, choices=Side)
    on = models.DateField(help_text="The date of these terms.")
    scope = models.TextField(blank=True)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dependency", "number"], name="offer_number_once"),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(note=""), name="offer_against_another_says_why"
            ),
        ]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.dependency}: {self.on:%Y-%m-%d} offered by the {self.get_side_display()}"


class DependencyStateChange(models.Model):
    """A dependency went from one state to the next; the first row is the ask."""

    dependency = models.ForeignKey(Dependency, models.PROTECT, related_name="state_changes")
    number = models.PositiveSmallIntegerField()
    from_state = models.CharField(max_length=10, choices=DependencyState, blank=True)
    to_state = models.CharField(max_length=10, choices=DependencyState)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dependency", "number"], name="step_number_once"),
            models.CheckConstraint(
                condition=~Q(to_state__in=["refused", "withdrawn", "disputed"]) | ~Q(reason=""),
                name="step_against_somebody_says_why",
            ),
            models.CheckConstraint(
                condition=Q(number=1, from_state="", to_state="proposed")
                | Q(
                    *(Q(from_state=start, to_state=end) for start, end in MOVES),
                    _connector=Q.OR,
                ),
                name="step_in_order",
            ),
        ]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.dependency}: {self.from_state} → {self.to_state}"


class DependencyDateChange(models.Model):
    """A promised date moved, and why."""

    class Reason(models.TextChoices):
        SCOPE = "scope", "More work than thought"
        CAPACITY = "capacity", "Too little capacity"
        DEPENDENCY = "dependency", "It waits for somebody else"
        PRIORITY = "priority", "Something else came first"
        QUALITY = "quality", "Not good enough yet"
        EARLIER = "earlier", "It can come earlier"

    dependency = models.ForeignKey(Dependency, models.PROTECT, related_name="date_changes")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(note=""), name="moved_promise_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(from_on=models.F("to_on")), name="moved_promise_moves"
            ),
        ]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.dependency}: {self.from_on} → {self.to_on}"

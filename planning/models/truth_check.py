"""What one look at Jira said about an initiative, and whether the report agreed."""

from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from planning.models.forecast import Forecast
from planning.models.history_guards import WEEKLY_IS_KEPT, WEEKLY_STAYS
from planning.models.initiative import Initiative
from planning.models.truth import Status
from prodops.audit.models import Recorded
from prodops.people.business_time import default_calendar
from prodops.people.permissions import is_insider

TOLERANCE_DAYS = 5
FRESH = timedelta(days=7)


class TruthCheckQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def weekly(self):
        """Keep the first look of each week: what K1 counts."""
        return self.filter(is_weekly=True)

    def newest(self):
        """Keep the last look at each initiative."""
        last = TruthCheck.objects.filter(initiative=OuterRef("initiative"))
        return self.filter(pk=Subquery(last.order_by("-checked_at", "-pk").values("pk")[:1]))

    def for_display(self):
        return self.select_related("forecast").order_by("-checked_at", "-pk")


class TruthCheck(models.Model):
    """The facts of a day and the verdict: the report, what Jira says, and whether they agree."""

    class Verdict(models.TextChoices):
        ACCURATE = "accurate", "Accurate"
        STALE = "stale", "Not updated within a week"
        DIFFERS = "differs", "Differs from Jira"
        UNREPORTED = "unreported", "Never reported"
        NO_DATE = "no_date", "No target date"
        UNRATED = "unrated", "Nothing to compare with"
        PAUSED = "paused", "Paused"

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="truth_checks")
    checked_on = models.DateField()
    checked_at = models.DateTimeField()
    is_weekly = models.BooleanField(help_text="The first of its week; those are never made anew.")
    status = models.CharField(max_length=10, choices=Status, help_text="As reported then.")
    status_at = models.DateTimeField(null=True)
    target_on = models.DateField(null=True)
    derived = models.CharField(
        max_length=10, choices=Status, default=Status.UNKNOWN, help_text="What follows from Jira."
    )
    verdict = models.CharField(max_length=10, choices=Verdict)
    issues_total = models.PositiveIntegerField()
    issues_done = models.PositiveIntegerField()
    issues_started = models.PositiveIntegerField()
    last_moved_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True, help_text="Of the newest of its issues.")
    standing = models.JSONField(default=list, help_text="Open issues that are blocked or ageing.")
    scope = models.JSONField(default=dict, help_text="Issues added and removed since the commit.")
    forecast = models.OneToOneField(Forecast, models.PROTECT, related_name="truth_check")

    objects = TruthCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "checked_on", "is_weekly"], name="truth_check_once_a_day"
            ),
        ]
        indexes = [
            models.Index(fields=["initiative", "-checked_at"], name="truth_check_by_initiative"),
            models.Index(
                fields=["checked_on"], name="truth_check_weekly", condition=Q(is_weekly=True)
            ),
        ]
        triggers = [WEEKLY_STAYS, WEEKLY_IS_KEPT]

    def __str__(self):
        return f"{self.initiative} on {self.checked_on}: {self.get_verdict_display()}"

    @property
    def is_rated(self) -> bool:
        return self.verdict not in {self.Verdict.UNRATED, self.Verdict.PAUSED}

    @property
    def is_paused(self) -> bool:
        return self.verdict == self.Verdict.PAUSED

    @property
    def week_on(self) -> date:
        """The Monday of the week it is a look of."""
        return self.checked_on - timedelta(days=self.checked_on.weekday())

    @property
    def tolerated_on(self) -> date | None:
        """The last day that counts as meeting the target it was held against."""
        return self.target_on and tolerated_until(self.target_on)

    @property
    def done_share(self) -> float | None:
        return self.issues_done / self.issues_total if self.issues_total else None

    @property
    def blocked(self) -> list[dict]:
        return [issue for issue in self.standing if issue["is_blocked"]]

    @property
    def scope_rows(self) -> list[dict]:
        """Issues added and removed since the commit, the newest first."""
        rows = [
            issue | {"is_added": name == "added", "day": date.fromisoformat(issue["on"])}
            for name in ("added", "removed")
            for issue in self.scope.get(name, ())
        ]
        return sorted(rows, key=lambda row: row["day"], reverse=True)

    @property
    def ageing(self) -> list[dict]:
        return [issue for issue in self.standing if issue["is_stalled"]]


def newest_derived() -> Subquery:
    """Return a subquery for initiatives: what followed from the last look at each, else null."""
    looks = TruthCheck.objects.filter(initiative=OuterRef("pk"))
    return Subquery(looks.order_by("-checked_at", "-pk").values("derived")[:1])


def with_last_look(initiatives: models.QuerySet) -> models.QuerySet:
    """Annotate what a page shows of the last look without asking for it: null before the first.

    `last_derived`, `last_checked_at`, `last_p85_on`, and `has_task`: is the owner asked about it?
    """
    looks = TruthCheck.objects.filter(initiative=OuterRef("pk")).order_by("-checked_at", "-pk")
    tasks = TruthTask.objects.open().filter(initiative=OuterRef("pk"))
    return initiatives.annotate(
        last_derived=newest_derived(),
        last_checked_at=Subquery(looks.values("checked_at")[:1]),
        last_p85_on=Subquery(looks.values("forecast__p85_on")[:1]),
        has_task=Exists(tasks),
    )


class Seen(NamedTuple):
    """What a verdict rests on; `p50_on` and `p85_on` are None where no date could be said."""

    remaining: int
    total: int
    is_forecast: bool
    p50_on: date | None
    p85_on: date | None


def tolerated_until(target_on: date) -> date:
    """Return the last day that still counts as meeting the target."""
    return default_calendar().add_working_days(target_on, TOLERANCE_DAYS)


def derive(seen: Seen, target_on: date | None, *, on: date) -> Status:
    """Say what status follows from Jira on a day: METRICS, K1; unknown where nothing follows.

    On track while 85 of 100 runs are done within the tolerance of the target, at risk while half
    of them are done by the target itself, off track otherwise. A target that is over with work
    left is missed, also where no date can be forecast.
    """
    if seen.total and not seen.remaining:
        return Status.DONE
    if not seen.total or target_on is None:
        return Status.UNKNOWN
    if not seen.is_forecast:
        return Status.OFF_TRACK if on > target_on else Status.UNKNOWN
    if seen.p85_on is not None and seen.p85_on <= tolerated_until(target_on):
        return Status.ON_TRACK
    if seen.p50_on is not None and seen.p50_on <= target_on:
        return Status.AT_RISK
    return Status.OFF_TRACK


def judge(*, seen, derived, status, status_at, target_on, is_paused, at) -> TruthCheck.Verdict:
    """Return what the report counts as in K1 at `at`."""
    verdict = TruthCheck.Verdict
    if is_paused:
        return verdict.PAUSED
    if not seen.total:
        return verdict.UNRATED
    if target_on is None and derived != Status.DONE:
        return verdict.NO_DATE
    if derived == Status.UNKNOWN:
        return verdict.UNRATED
    if status == Status.UNKNOWN:
        return verdict.UNREPORTED
    if not agree(status, derived):
        return verdict.DIFFERS
    return verdict.ACCURATE if at - status_at <= FRESH else verdict.STALE


def agree(status: str, derived: str) -> bool:
    """Do a report and what Jira says mean the same? All work done may still wait for its launch."""
    if derived == Status.DONE:
        return status in {Status.DONE, Status.ON_TRACK}
    return status == derived


class TruthTaskQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def open(self):
        return self.filter(closed_at=None)

    def waiting_for(self, user):
        """Keep those that this person has to answer."""
        return self.open().filter(initiative__owner=user)

    def for_display(self):
        return self.select_related("initiative__owner", "initiative__thread").order_by(
            "opened_at", "pk"
        )


class TruthTask(models.Model):
    """The owner is asked to confirm or correct a report that Jira does not bear out."""

    class Outcome(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        CORRECTED = "corrected", "Corrected"
        AGREED = "agreed", "Agrees again"
        OVER = "over", "No longer asked"

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="truth_tasks")
    reported = models.CharField(max_length=10, choices=Status)
    derived = models.CharField(max_length=10, choices=Status)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    reason = models.TextField(blank=True)
    quiet_until_on = models.DateField(null=True, blank=True)

    objects = TruthTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative"], condition=Q(closed_at=None), name="truth_task_open_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="truth_task_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="confirmed") | ~Q(reason="") & Q(quiet_until_on__isnull=False),
                name="truth_task_confirmed_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["initiative", "-opened_at"], name="truth_task_by_time")]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.initiative}: {self.get_reported_display()} or {self.get_derived_display()}?"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def is_quiet(self, *, status: str, derived: str, on: date) -> bool:
        """Was this very difference confirmed, and is it still to be left alone?"""
        is_confirmed = self.quiet_until_on is not None and on <= self.quiet_until_on
        return is_confirmed and (status, derived) == (self.reported, self.derived)

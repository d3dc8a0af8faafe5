"""An outside system the hub copies from."""

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from prodops.audit.models import Recorded

# What a sync writes by itself; the change history keeps what people change.
MOVING_PARTS = [
    "account_time_zone",
    "field_map",
    "cursor",
    "last_good_at",
    "last_full_at",
    "broken_since",
    "broken_reason",
    "failures",
    "breaker",
    "probe_at",
    "not_before",
    "latest_run",
    "last_reconciled_at",
    "wanted_at",
    "wanted_modes",
    "wanted_by",
]


RECONCILE_AFTER = timedelta(hours=23)
FULL_AFTER = timedelta(days=7) - timedelta(hours=1)


class ConnectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if user.role in {user.Role.OPS, user.Role.ADMIN} else self.none()

    def jira(self):
        return self.exclude(kind=Connection.Kind.AMPLITUDE)

    def due(self, at):
        """Return the connections whose turn it is."""
        return [
            connection
            for connection in self.fetched().filter(is_active=True)
            if connection.is_due(at)
        ]

    def fetched(self):
        """Leave out what only files feed."""
        return self.exclude(kind=Connection.Kind.JIRA_FILE)

    def writable(self):
        """Keep those people may write into from the hub."""
        return self.jira().fetched().filter(is_active=True, may_write=True)

    def for_display(self):
        return self.select_related("latest_run").order_by("name", "pk")


class Connection(models.Model):
    """One site of one system; the credential lies beside it, encrypted."""

    class Kind(models.TextChoices):
        JIRA_CLOUD = "jira_cloud", "Jira Cloud"
        JIRA_DATACENTER = "jira_datacenter", "Jira Data Center"
        JIRA_FILE = "jira_file", "Jira export files"
        AMPLITUDE = "amplitude", "Amplitude"

    class Breaker(models.TextChoices):
        CLOSED = "closed", "Closed: calls go through"
        OPEN = "open", "Open: no calls until the next try"
        HALF_OPEN = "half_open", "Half open: one run is trying"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind)
    base_url = models.URLField(help_text="Where the API answers.")
    site_url = models.URLField(blank=True, help_text="Where people open issues, if elsewhere.")
    username = models.CharField(max_length=200, blank=True)
    projects = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="Keys; empty means all.",
    )
    is_active = models.BooleanField(default=True)
    may_write = models.BooleanField(
        default=False, help_text="What people ask for by a click is written into the system."
    )
    interval_minutes = models.PositiveIntegerField(default=15)
    account_time_zone = models.CharField(max_length=64, blank=True)
    field_map = models.JSONField(
        default=dict, blank=True, help_text="Custom fields found: story points, sprint, epic link."
    )
    cursor = models.DateTimeField(
        null=True, blank=True, help_text="All that changed in the source before this is here."
    )
    last_good_at = models.DateTimeField(
        null=True, blank=True, help_text="Last good data is from then."
    )
    last_full_at = models.DateTimeField(null=True, blank=True)
    last_reconciled_at = models.DateTimeField(
        null=True, blank=True, help_text="When every issue was last counted against the source."
    )
    requests_a_second = models.PositiveSmallIntegerField(
        default=50, help_text="All workers together; Jira Cloud bears about 100."
    )
    broken_since = models.DateTimeField(null=True, blank=True)
    broken_reason = models.TextField(blank=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="Failed runs in a row.")
    breaker = models.CharField(max_length=10, choices=Breaker, default=Breaker.CLOSED)
    probe_at = models.DateTimeField(
        null=True, blank=True, help_text="While the breaker is open: when one run tries again."
    )
    not_before = models.DateTimeField(
        null=True, blank=True, help_text="The source asked us to wait."
    )
    latest_run = models.ForeignKey(
        "integrations.SyncRun", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    wanted_at = models.DateTimeField(null=True, blank=True, help_text="A person asked for a run.")
    wanted_modes = ArrayField(
        models.CharField(max_length=12), default=list, blank=True, help_text="Which runs."
    )
    wanted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_minutes__gte=1, interval_minutes__lte=1440),
                name="connection_interval_is_a_day_at_most",
            ),
            models.CheckConstraint(
                condition=Q(requests_a_second__gte=1), name="connection_may_be_asked"
            ),
            models.CheckConstraint(
                condition=Q(broken_since=None) | ~Q(broken_reason=""),
                name="broken_connection_says_why",
            ),
        ]
        triggers = [
            Recorded(operation=pgtrigger.Insert | pgtrigger.Delete),
            Recorded(
                name="recorded_update",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=MOVING_PARTS),
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("integrations:connection", args=[self.slug])

    @property
    def is_jira(self):
        return self.kind != self.Kind.AMPLITUDE

    @property
    def is_cloud(self):
        return self.kind == self.Kind.JIRA_CLOUD

    @property
    def is_fed_by_files(self):
        return self.kind == self.Kind.JIRA_FILE

    @property
    def is_broken(self):
        return self.broken_since is not None

    @property
    def counted_at(self):
        """When every issue was last counted against the source; a full run does it too."""
        return self.last_reconciled_at or self.last_full_at

    @property
    def takes_calls(self):
        """Whether work beside the runs may call the source: not while the breaker is open."""
        return self.is_active and self.breaker == self.Breaker.CLOSED

    def browse_url(self, key: str) -> str:
        """Return where a person opens the Jira issue `key`."""
        return f"{(self.site_url or self.base_url).rstrip('/')}/browse/{key}"

    def is_due(self, at) -> bool:
        """Say whether a worker should start a run at `at`."""
        return bool(self.modes_due(at))

    def modes_due(self, at) -> list[str]:
        """Return the modes of run whose turn it is; each follows its own newest run."""
        newest = {run.mode: run for run in self.runs.newest_by_mode()}
        return [
            mode
            for mode, is_wanted in self._schedule(at).items()
            if mode in self.wanted_modes or self._is_turn(newest.get(mode), is_wanted, at)
        ]

    def _is_turn(self, run, is_wanted, at) -> bool:
        """Say whether a mode may begin, given its newest run."""
        if self.not_before and at < self.not_before:
            return False
        if run and run.is_open:
            return run.looks_dead(at)
        if run and run.status in {run.Status.PAUSED, run.Status.ABANDONED}:
            return True
        if self.breaker == self.Breaker.OPEN and self.probe_at and at < self.probe_at:
            return False
        wait = timedelta(minutes=self.interval_minutes)
        return is_wanted and (run is None or at >= run.started_at + wait)

    def _schedule(self, at) -> dict[str, bool]:
        """Return by mode whether the schedule asks for it, its interval apart.

        Changes are read from the moment the first full run has begun, beside it.
        """
        counted = self.counted_at
        return {
            "incremental": self.cursor is not None,
            "full": self.last_full_at is None or at - self.last_full_at >= FULL_AFTER,
            "reconcile": self.is_jira and counted is not None and at - counted >= RECONCILE_AFTER,
        }


class Credential(models.Model):
    """The secret of a connection, sealed by `secrets`; never shown, in the history never read.

    The history keeps who changed it and when; the sealed bytes stand there as "hidden".
    """

    connection = models.OneToOneField(Connection, models.CASCADE, related_name="credential")
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=16, help_text="Which key sealed it.")
    changed_at = models.DateTimeField()

    class Meta:
        triggers = [Recorded()]

    def __str__(self):
        return f"Credential of {self.connection_id}, sealed by {self.key_id}"

"""Themes the hub would suggest: looks at what speaks for no theme, and what they found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse

from intake.models import trend
from intake.models.demand import Backing
from intake.models.product_request import ProductRequest
from intake.models.quote import OF_ONE_RECORD
from intake.models.support import SupportTicket
from intake.models.theme import Theme
from prodops.audit.models import Recorded
from prodops.people.permissions import is_insider

EXAMPLES = 3


class ClusterRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def due(self, at):
        """Runs a worker may claim at `at`: new ones and those of a dead worker."""
        waiting = Q(lease_until=None) | Q(lease_until__lt=at)
        return self.filter(waiting, state=ClusterRun.State.OPEN)

    def for_display(self):
        return self.select_related("asked_by").order_by("-asked_at", "-pk")


class ClusterRun(models.Model):
    """One look at recent requests and tickets without a theme; the open one is the lock."""

    class State(models.TextChoices):
        OPEN = "open", "At work"
        DONE = "done", "Done"
        REFUSED = "refused", "Too little to read"
        FAILED = "failed", "Failed"

    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    fingerprint = models.CharField(max_length=64, help_text="Of what there was to read.")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    step = models.CharField(max_length=120, blank=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    requests_read = models.PositiveIntegerField(default=0)
    tickets_read = models.PositiveIntegerField(default=0)
    clusters_found = models.PositiveIntegerField(default=0)
    clusters_known = models.PositiveIntegerField(
        default=0, help_text="Left out, because somebody had dismissed them."
    )
    note = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    STEPS = 4

    objects = ClusterRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="open"), name="cluster_run_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="open", finished_at=None)
                | (~Q(state="open") & Q(finished_at__isnull=False)),
                name="cluster_run_finished_at",
            ),
        ]

    def __str__(self):
        return f"Look at {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def tone(self):
        tones = {"open": "accent", "done": "positive", "refused": "caution"}
        return tones.get(self.state, "negative")


class ClusterQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def for_display(self):
        """With its members, those that say most of it first; the largest cluster first."""
        members = ClusterMember.objects.select_related(
            *("product_request__account", "product_request__author"),
            *("ticket__account", "ticket__person"),
        ).order_by("-closeness", "pk")
        rows = self.select_related("run", "theme", "decided_by")
        return rows.prefetch_related(Prefetch("members", members)).order_by("-size", "number")


class Cluster(models.Model):
    """What seems to say the same, until a person confirms, joins or dismisses it."""

    class State(models.TextChoices):
        OPEN = "open", "Waits for a person"
        CONFIRMED = "confirmed", "Became a theme"
        JOINED = "joined", "Joined to a theme"
        DISMISSED = "dismissed", "Dismissed"

    run = models.ForeignKey(ClusterRun, models.CASCADE, related_name="clusters")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, help_text="A first idea of what to call it.")
    terms = ArrayField(models.CharField(max_length=80))
    size = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    theme = models.ForeignKey(Theme, models.PROTECT, null=True, blank=True, related_name="clusters")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ClusterQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="cluster_number"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None, decided_by=None)
                | (~Q(state="open") & Q(decided_at__isnull=False) & Q(decided_by__isnull=False)),
                name="cluster_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["confirmed", "joined"], theme__isnull=False)
                | Q(state__in=["open", "dismissed"], theme=None),
                name="cluster_became_a_theme",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def examples(self):
        """Those that say most of it, one of each sort it has; needs `for_display`."""
        members = list(self.members.all())
        nearest = members[:EXAMPLES]
        sorts = {type(each.source) for each in nearest}
        other = next((each for each in members if type(each.source) not in sorts), None)
        return [*nearest[:-1], other] if other else nearest

    @property
    def ticket_count(self):
        """How many tickets it has; needs `for_display`."""
        return sum(member.ticket_id is not None for member in self.members.all())

    @property
    def request_count(self):
        return self.size - self.ticket_count


class ClusterMember(models.Model):
    """A request or ticket in a cluster.

    `closeness` is how much it says what the others say, at most 1.
    """

    cluster = models.ForeignKey(Cluster, models.CASCADE, related_name="members")
    product_request = models.ForeignKey(
        ProductRequest, models.CASCADE, null=True, blank=True, related_name="cluster_members"
    )
    ticket = models.ForeignKey(
        SupportTicket, models.CASCADE, null=True, blank=True, related_name="cluster_members"
    )
    closeness = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "product_request"], name="cluster_member_once"
            ),
            models.UniqueConstraint(fields=["cluster", "ticket"], name="cluster_ticket_once"),
            models.CheckConstraint(condition=OF_ONE_RECORD, name="cluster_member_of_one_record"),
        ]

    def __str__(self):
        return f"{self.source.key} in {self.cluster_id}"

    @property
    def source(self):
        """The request or ticket."""
        return self.product_request or self.ticket

    @property
    def path(self):
        """Where its page is."""
        name, pk = (
            ("ticket", self.ticket_id) if self.ticket_id else ("request", self.product_request_id)
        )
        return reverse(f"intake:{name}", args=[pk])

    @property
    def words(self):
        """Key and title of it."""
        return f"{self.source.key} {self.source}"


@dataclass(frozen=True)
class Standing:
    """What a cluster weighs: voices once a person and account, ARR of each account once."""

    cluster: Cluster
    trend: trend.Trend
    voices: int
    arr: Decimal


def standings(clusters: Sequence[Cluster], at: datetime) -> list[Standing]:
    """Weigh clusters that come `for_display`, in one query for all of them.

    As for themes, an account of a ticket is a voice where no request gives it one.
    """
    members = {each.pk: [one.source for one in each.members.all()] for each in clusters}
    keys = {one.pk for found in members.values() for one in found if not _is_ticket(one)}
    voices: dict[int, list] = {}
    rows = Backing.objects.filter(product_request__in=keys).order_by("pk")
    for request, *voice in rows.values_list("product_request", "person", "account", "account__arr"):
        voices.setdefault(request, []).append(tuple(voice))
    return [_weigh(each, members[each.pk], voices, at) for each in clusters]


def _weigh(cluster: Cluster, sources: list, voices: dict[int, list], at: datetime) -> Standing:
    tickets = [one for one in sources if _is_ticket(one)]
    requests = [one for one in sources if not _is_ticket(one)]
    heard = {voice for one in requests for voice in voices.get(one.pk, [])}
    accounts = {account: arr for _, account, arr in heard if account}
    told = {one.account_id: one.account.arr for one in tickets if one.account}
    new = told.keys() - accounts.keys()
    asked = [*(one.submitted_at for one in requests), *(one.opened_at for one in tickets)]
    arr = sum((told | accounts).values(), Decimal())
    return Standing(cluster, trend.draw(asked, at), len(heard) + len(new), arr)


def _is_ticket(source: ProductRequest | SupportTicket) -> bool:
    return isinstance(source, SupportTicket)

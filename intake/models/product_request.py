"""A request for product work, from the moment it reaches us."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from intake.models import clock, outlook
from intake.models.catalogue import Account, Category, RequestKind
from intake.models.guards import GUARDS
from intake.models.kept import BEGIN_VOICE_COUNT, KEEP_SEARCH_TEXT
from intake.models.queries import RUNS_OUT_AT, ProductRequestQuerySet
from intake.models.state import OPEN_STATES, SETTLED_STATES, State
from prodops.audit.models import Recorded, Thread
from prodops.people.business_time import Calendar, default_calendar
from prodops.people.models import ProductArea, Team


class ProductRequest(models.Model):
    """Somebody asks the product organisation for something."""

    State = State

    class Priority(models.TextChoices):
        P0 = "P0", "P0 · drop everything"
        P1 = "P1", "P1 · next"
        P2 = "P2", "P2 · soon"
        P3 = "P3", "P3 · some day"

    class Urgency(models.TextChoices):
        LOW = "low", "It can wait"
        NORMAL = "normal", "This quarter would be good"
        HIGH = "high", "It hurts every week"
        CRITICAL = "critical", "We lose customers or money now"

    class Source(models.TextChoices):
        PORTAL = "portal", "Portal"
        API = "api", "API"
        CSV = "csv", "CSV import"
        EMAIL = "email", "E-mail"
        SLACK = "slack", "Slack"
        JIRA = "jira", "Jira"
        SUPPORT = "support", "Support tool"

    kind = models.ForeignKey(RequestKind, models.PROTECT, related_name="product_requests")
    title = models.CharField(max_length=300)
    body = models.TextField(blank=True)
    why = models.TextField(blank=True)
    account = models.ForeignKey(
        Account,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="product_requests",
        db_index=False,
    )
    urgency = models.CharField(max_length=8, choices=Urgency, default=Urgency.NORMAL)
    is_shared = models.BooleanField(
        default=False,
        help_text="Shown to others who ask for something similar, by its title; backers read it.",
    )
    source = models.CharField(max_length=8, choices=Source, default=Source.PORTAL)
    external_id = models.CharField(max_length=120, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="product_requests"
    )
    submitted_at = models.DateTimeField()

    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="product_requests"
    )
    product_area = models.ForeignKey(
        ProductArea, models.PROTECT, null=True, blank=True, related_name="product_requests"
    )
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="product_requests",
        db_index=False,
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_product_requests",
        db_index=False,
    )
    priority = models.CharField(max_length=2, choices=Priority, blank=True)
    is_spam = models.BooleanField(default=False, help_text="Spam or a test: no figure counts it.")

    acknowledge_hours = models.PositiveSmallIntegerField(
        help_text="Business hours promised until it is sorted, as its kind and priority had it."
    )
    answer_hours = models.PositiveSmallIntegerField(
        help_text="Business hours promised until it is decided."
    )
    clock_ran = models.DurationField(
        default=timedelta, help_text="Business time that had run until `clock_at`."
    )
    clock_at = models.DateTimeField(help_text="Until when `clock_ran` is counted.")
    acknowledge_due_at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    triaged_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="First moment a person had set both a category and an owner or team, "
        "or had decided it.",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    paused_since = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    decline_reason = models.TextField(blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_requests",
        help_text="The request that lives on; never itself merged.",
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="product_request")

    objects = ProductRequestQuerySet.as_manager()

    class Meta:
        triggers = [Recorded(), KEEP_SEARCH_TEXT, BEGIN_VOICE_COUNT, *GUARDS]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="request_state_known"),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""),
                name="request_declined_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None)),
                name="request_merged_into_another",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="request_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(state="snoozed", snoozed_until__isnull=False)
                | (~Q(state="snoozed") & Q(snoozed_until=None)),
                name="request_snoozed_until_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", paused_since__isnull=False)
                | (~Q(state="waiting") & Q(paused_since=None)),
                name="request_paused_while_waiting",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, decided_at=None)
                | (~Q(state__in=OPEN_STATES) & Q(decided_at__isnull=False)),
                name="request_decided_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(paused_since__gte=F("submitted_at")) | Q(paused_since=None),
                name="request_paused_after_submission",
            ),
            models.CheckConstraint(
                condition=Q(
                    acknowledge_hours__gt=0,
                    answer_hours__gt=0,
                    clock_ran__gte=timedelta(),
                    clock_at__gte=F("submitted_at"),
                ),
                name="request_clock_runs_forward",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__gte=F("submitted_at")) | Q(decided_at=None),
                name="request_decided_after_submission",
            ),
            models.CheckConstraint(
                condition=Q(triaged_at__gte=F("submitted_at")) | Q(triaged_at=None),
                name="request_triaged_after_submission",
            ),
            models.CheckConstraint(
                condition=Q(priority__in=["", "P0", "P1", "P2", "P3"]),
                name="request_priority_known",
            ),
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="request_once_per_source",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="request_title_trigrams"),
            models.Index(
                fields=["answer_due_at"],
                condition=Q(state__in=OPEN_STATES),
                name="request_open_by_clock",
            ),
            models.Index(
                fields=["state", "-submitted_at"], include=["id"], name="requests_in_state"
            ),
            models.Index(fields=["-submitted_at", "-id"], name="request_newest"),
            models.Index(
                fields=["priority", "-submitted_at"],
                condition=~Q(priority=""),
                name="request_by_priority",
            ),
            # Themes are weighed by the thousand requests: these come from here, not from wide rows.
            models.Index(
                fields=["id"],
                include=["submitted_at", "state", "is_spam", "merged_into"],
                name="request_weighed",
            ),
            # What the list is searched and sorted by. One condition of an OR without an index makes
            # the others' useless; most requests have no external id, and cost next to nothing here.
            models.Index(Upper("external_id"), name="request_by_external_id"),
            models.Index(fields=["title", "id"], name="request_by_title"),
            models.Index(RUNS_OUT_AT, "id", name="request_by_running_clock"),
            # By the name of a team, owner or account: Postgres walks the names in their own index,
            # and finds the keys of each here, in order, without a look at the requests.
            models.Index(fields=["team", "id"], name="request_by_team"),
            models.Index(fields=["owner", "id"], name="request_by_owner"),
            # The state beside it counts an account's requests without a look at them.
            models.Index(fields=["account", "id"], include=["state"], name="requests_of_account"),
        ]

    def __str__(self):
        return self.title

    @property
    def key(self):
        return f"REQ-{self.pk}"

    @property
    def is_open(self):
        return self.state in OPEN_STATES

    @property
    def can_be_backed(self):
        """Another voice still changes something."""
        return self.living.state not in SETTLED_STATES

    @property
    def living(self):
        """The request that carries this one on: itself, unless it was merged."""
        return self.merged_into or self

    @property
    def tone(self):
        return outlook.TONES[self.state]

    def customer(self):
        """Return the account with its standing, as `with_customer` read it; None without one."""
        for name, value in vars(self).items():
            if self.account and name.startswith("customer_"):
                setattr(self.account, name.removeprefix("customer_"), value)
        return self.account

    def calendar(self) -> Calendar:
        """Return the owning team's calendar, or the organisation's while no team owns it."""
        return self.team.calendar() if self.team else default_calendar()

    @property
    def runs_out_at(self):
        """When the first clock runs out; None once it is decided."""
        return clock.first_of(self)[1] if self.decided_at is None else None

    def clock(self, at):
        """Return the clock that runs out first, None once it is decided."""
        return clock.read_clock(self, at)

    def next_step(self):
        """Return a sentence for the requester on what happens next."""
        return outlook.next_step(self)

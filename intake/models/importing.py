"""Files that people hand in: what they hold, how it is read, and what became of each row."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from intake.models.catalogue import Account, Category, RequestKind
from intake.models.product_request import ProductRequest
from intake.models.support import SupportTicket
from prodops.audit.models import Recorded
from prodops.people.models import ProductArea, Team
from prodops.people.permissions import can_run_operations

PROGRESS = ("attempts", "lease_until", "token", "done", "passed", "created", "known", "refused")
WORKING = ("checking", "running", "undoing")
STATES = ("mapping", "checking", "checked", "running", "done", "undoing", "undone", "failed")
NAMES = ("account", "person", "category", "kind", "area", "team")
MADE = ("product_request", "ticket", *NAMES)


def _only(name: str) -> Q:
    return Q(**{f"{each}__isnull": each != name for each in MADE})


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if can_run_operations(user) else self.none()

    def for_display(self):
        return self.select_related("by", "undone_by").order_by("-at", "-pk")

    def due(self, at):
        """What a worker may claim at `at`: work nobody does, or whose worker died."""
        return self.filter(Q(state__in=WORKING), Q(lease_until=None) | Q(lease_until__lt=at))


class Import(models.Model):
    """One file of requests or tickets, from the upload to the day it is taken back."""

    class Subject(models.TextChoices):
        REQUESTS = "requests", "Requests"
        TICKETS = "tickets", "Support tickets"

    class State(models.TextChoices):
        MAPPING = "mapping", "Waits for its columns"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked, nothing written"
        RUNNING = "running", "Being imported"
        DONE = "done", "Imported"
        UNDOING = "undoing", "Being taken back"
        UNDONE = "undone", "Taken back"
        FAILED = "failed", "Failed"

    subject = models.CharField(max_length=8, choices=Subject)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(help_text="Bytes.")
    shape = models.CharField(max_length=8, help_text="csv, zendesk or intercom.")
    encoding = models.CharField(max_length=20)
    delimiter = models.CharField(max_length=1, blank=True)
    head = models.JSONField(help_text="The names of its columns.")
    samples = models.JSONField(default=list, help_text="Its first rows.")
    words = models.JSONField(default=dict, help_text="Column → different words in it.")
    fingerprint = models.CharField(max_length=32, help_text="The same for the same columns.")
    mapping = models.JSONField(default=dict, help_text="How each column and word is read.")
    state = models.CharField(max_length=8, choices=State, default=State.MAPPING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="imports"
    )
    at = models.DateTimeField()

    rows = models.PositiveIntegerField(default=0, help_text="Rows of the file, once checked.")
    done = models.PositiveIntegerField(default=0, help_text="Rows that are behind us.")
    passed = models.PositiveSmallIntegerField(default=0, help_text="Passes that are behind us.")
    created = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0, help_text="Rows that were here already.")
    refused = models.PositiveIntegerField(default=0)
    makes = models.JSONField(default=dict, help_text="What else it makes: accounts, people …")
    preview = models.JSONField(default=list, help_text="First rows as they would become.")
    notes = models.JSONField(default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    token = models.UUIDField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    chosen = models.JSONField(default=list, help_text="Changed records that go with an undo.")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    kept = models.PositiveIntegerField(default=0, help_text="Records that an undo left.")

    objects = ImportQuerySet.as_manager()

    class Meta:
        triggers = [Recorded(ignore=PROGRESS)]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="import_state_known"),
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(state__in=["undoing", "undone", "failed"]),
                name="import_undone_in_its_state",
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="import_newest"),
            models.Index(fields=["fingerprint", "-at"], name="import_by_columns"),
        ]

    def __str__(self):
        return f"Import {self.pk}: {self.name}"

    @property
    def is_working(self):
        """A worker has it, or soon will."""
        return self.state in WORKING

    @property
    def is_of_tickets(self):
        return self.subject == self.Subject.TICKETS

    @property
    def records_path(self):
        """Where the records it made are listed."""
        name = "intake:tickets" if self.is_of_tickets else "intake:requests"
        return f"{reverse(name)}?import={self.pk}"

    @property
    def noun(self):
        return "ticket" if self.is_of_tickets else "request"

    @property
    def share(self):
        """How much of the work under way is done, in percent; 0 while nobody knows how much."""
        whole = self.created if self.state == self.State.UNDOING else self.rows
        return min(100, 100 * self.done // whole) if whole else 0

    @property
    def tone(self):
        tones = {"done": "positive", "checked": "accent", "failed": "negative"}
        return {"undone": "unknown", "mapping": "caution", **tones}.get(self.state, "accent")


class ImportPart(models.Model):
    """A piece of the file, compressed; another machine's worker can read it."""

    importing = models.ForeignKey(Import, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["importing", "number"], name="import_part_once")
        ]

    def __str__(self):
        return f"{self.importing}, part {self.number}"


class ImportProblem(models.Model):
    """What is wrong in one place of the file, and what to do about it."""

    importing = models.ForeignKey(Import, models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=200, blank=True)
    what = models.CharField(max_length=300)
    cure = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["importing", "line"], name="import_problem_by_line")]

    def __str__(self):
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.what}"


class Imported(models.Model):
    """A record that an import made: the request or ticket of a row, or what the row named first."""

    importing = models.ForeignKey(Import, models.CASCADE, related_name="made")
    line = models.PositiveIntegerField()
    origin = models.CharField(
        max_length=200, blank=True, help_text="What tells the row apart: its id, or its contents."
    )
    story_until = models.BigIntegerField(
        default=0, help_text="The last line of its story when it came."
    )
    changes_until = models.BigIntegerField(
        default=0, help_text="The last line of the change history then."
    )
    product_request = models.OneToOneField(
        ProductRequest, models.CASCADE, null=True, related_name="imported"
    )
    ticket = models.OneToOneField(SupportTicket, models.CASCADE, null=True, related_name="imported")
    account = models.OneToOneField(Account, models.CASCADE, null=True, related_name="imported")
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="imported"
    )
    category = models.OneToOneField(Category, models.CASCADE, null=True, related_name="imported")
    kind = models.OneToOneField(RequestKind, models.CASCADE, null=True, related_name="imported")
    area = models.OneToOneField(ProductArea, models.CASCADE, null=True, related_name="imported")
    team = models.OneToOneField(Team, models.CASCADE, null=True, related_name="imported")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin"], condition=~Q(origin=""), name="imported_once"
            ),
            models.CheckConstraint(
                condition=reduce(or_, (_only(name) for name in MADE)),
                name="imported_is_one_record",
            ),
        ]
        indexes = [models.Index(fields=["importing", "line"], name="imported_by_line")]

    def __str__(self):
        return f"Line {self.line} of {self.importing_id}"

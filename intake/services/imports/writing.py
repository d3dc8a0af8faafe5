"""Writing the good rows of a file, once each, whoever dies meanwhile."""

from collections.abc import Callable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from intake.models import Import, Imported
from intake.services.imports.catalogue import Catalogue
from intake.services.imports.keeping import kept_records
from intake.services.imports.plan import Plan, read_plan
from intake.services.imports.progress import keep_going, settle
from intake.services.imports.reading import Batch, Rows
from intake.services.imports.subjects import Subject, subject_of
from intake.services.ranking import count_words
from intake.services.routing import live_rules
from prodops.audit.models import Change, Event

ONE_IMPORT_AT_A_TIME = 0x1A7A4F
Clock = Callable[[], datetime]


def write(importing: Import, clock: Clock) -> None:
    """Write the good rows; a batch, its counts and how far it came are one transaction.

    A worker that takes over goes on behind the last batch that was committed.
    """
    plan, subject, rules = read_plan(importing, at=clock()), subject_of(importing), live_rules()
    for number in range(importing.passed, subject.passes):
        if number:
            _read_chains(importing, plan, subject, clock)
        rows = Rows(importing, plan, subject, lambda: kept_records(importing))
        for batch in rows.batches(skip=importing.done if number == importing.passed else 0):
            with transaction.atomic():
                queue_up()
                write_batch(importing, batch, number, plan, subject, rules, clock())
        with transaction.atomic():
            importing.passed, importing.done = number + 1, 0
            keep_going(importing, clock(), passed=importing.passed, done=0)
    if not importing.is_of_tickets:
        count_words()
    settle(importing, Import.State.DONE, clock(), done=importing.rows)


def _read_chains(importing: Import, plan: Plan, subject: Subject, clock: Clock) -> None:
    """Learn what all merged rows went into, for one may stand before the one it names."""
    if not plan.has("merged_into"):
        return
    for batch in Rows(importing, plan, subject, lambda: kept_records(importing)).batches():
        for key, row in batch.good.items():
            plan.chains.add(key, row.values)
        keep_going(importing, clock())


def write_batch(
    importing: Import,
    batch: Batch,
    number: int,
    plan: Plan,
    subject: Subject,
    rules: list,
    at: datetime,
) -> None:
    rows = {key: row for key, row in batch.good.items() if subject.is_for_pass(row, number)}
    here = subject.known(rows)
    fresh = {key: row for key, row in rows.items() if key not in here}
    catalogue = Catalogue(importing)
    accounts, people = subject.names(fresh.values())
    catalogue.find(accounts=accounts, people=people)
    created = subject.write(fresh, plan, catalogue, rules=rules, at=at) if fresh else 0
    note_made(catalogue.fresh)
    importing.done += batch.count
    keep_going(
        importing,
        at,
        done=importing.done,
        created=F("created") + created,
        known=F("known") + len(here),
        refused=F("refused") + len(fresh) - created + (len(batch.bad) if not number else 0),
    )


def note_made(fresh: list[Imported]) -> None:
    """Remember what was made, and up to where history tells of the making alone."""
    if not fresh:
        return
    story = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    changes = Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for each in fresh:
        each.story_until, each.changes_until = story, changes
    Imported.objects.bulk_create(fresh)


def queue_up() -> None:
    """Let imports write one batch after the other, so that none doubles what another brings."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_IMPORT_AT_A_TIME])

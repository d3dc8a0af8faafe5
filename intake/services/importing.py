"""Bringing requests in from a CSV file with fixed columns, as a command does: all or nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from intake.models import Import
from intake.services.imports.choices import MADE_BY_ITSELF
from intake.services.imports.files import Record, csv_records
from intake.services.imports.plan import Plan, read_plan
from intake.services.imports.problems import FileRefused, Problem
from intake.services.imports.progress import settle
from intake.services.imports.reading import Batch, Rows
from intake.services.imports.subjects import Subject, subject_of
from intake.services.imports.writing import queue_up, write_batch
from intake.services.ranking import count_words
from intake.services.routing import live_rules
from intake.services.states import Refusal

COLUMNS = ("external_id", "title", "body", "kind", "author_email", "account", "created")
FIELDS = {"created": "submitted_at"}
NEEDED = ("title", "kind", "submitted_at")
MOST_ERRORS = 50


class ImportRefused(Refusal):
    """The file has mistakes; `errors` are lines such as "line 12, title: Title is empty."."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(frozen=True)
class Imported:
    """What an import did: requests created, and those left alone because they were here before."""

    created: int
    skipped: int


@transaction.atomic
def import_requests(
    lines: Iterable[str],
    *,
    at: datetime,
    name: str = "A file",
    is_dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Imported:
    """Create a request for each row of a CSV file that is not here yet.

    Kinds, accounts and authors that are unknown are created; a new author cannot sign in before
    a password reset, and rows without one share "Unknown requester". Raises ImportRefused, and
    keeps nothing, when any line is wrong. It stands among the imports and can be taken back.
    """
    importing, plan, batches = _read(lines, at=at, name=name)
    subject = subject_of(importing)
    queue_up()
    known = sum(len(subject.known(batch.good)) for batch in batches)
    total = sum(batch.count for batch in batches)
    if known < total:
        _write(importing, plan, subject, batches, total - known, progress, at)
    transaction.set_rollback(is_dry_run)
    return Imported(created=total - known, skipped=known)


def _write(
    importing: Import,
    plan: Plan,
    subject: Subject,
    batches: list[Batch],
    fresh: int,
    progress: Callable[[int, int], None],
    at: datetime,
) -> None:
    importing.state = Import.State.RUNNING
    importing.rows = sum(batch.count for batch in batches)
    importing.save()
    rules = live_rules()
    for batch in batches:
        write_batch(importing, batch, 0, plan, subject, rules, at)
        progress(min(importing.done, fresh), fresh)
    count_words()
    settle(importing, Import.State.DONE, at)


def _read(lines: Iterable[str], *, at: datetime, name: str) -> tuple[Import, Plan, list[Batch]]:
    """Read and check every line. Raises ImportRefused with the first fifty mistakes."""
    records = csv_records(lines, ",")
    try:
        head = [cell.strip() for cell in next(records).cells]
        _refuse_head(head)
        importing = _importing(head, at=at, name=name)
        plan = read_plan(importing, at=at, makes=MADE_BY_ITSELF | {"kind"})
        plan.needed = {field.key: field for _, _, field in plan.columns if field.key in NEEDED}
        rows = Rows(importing, plan, subject_of(importing), lambda: _with_head(head, records))
        batches = list(rows.batches())
    except UnicodeDecodeError as error:
        raise ImportRefused([f"The file is not UTF-8 text: {error}."]) from None
    except FileRefused as refusal:
        raise ImportRefused([f"line 1: {refusal}"]) from None
    wrong = [problem for batch in batches for row in batch.bad for problem in row.problems]
    if wrong:
        raise ImportRefused(_first(wrong))
    return importing, plan, batches


def _with_head(head: list[str], records: Iterable[Record]):
    yield Record(1, head)
    yield from records


def _refuse_head(head: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in head]
    wrong = [f"line 1: the column {', '.join(missing)} is missing"] if missing else []
    wrong += [
        f"line 1: the column {name} stands there twice" for name in COLUMNS if head.count(name) > 1
    ]
    if wrong:
        raise ImportRefused(wrong)


def _importing(head: list[str], *, at: datetime, name: str) -> Import:
    columns = [FIELDS.get(each, each) if each in COLUMNS else "" for each in head]
    return Import(
        subject=Import.Subject.REQUESTS,
        name=name[:200],
        size=0,
        shape="csv",
        encoding="utf-8",
        delimiter=",",
        head=head,
        fingerprint="",
        mapping={"columns": columns, "words": {}, "source": "csv", "time_zone": "UTC"},
        at=at,
    )


def _first(wrong: list[Problem]) -> list[str]:
    errors = [str(problem) for problem in wrong[:MOST_ERRORS]]
    return errors + ["There may be more; these come first."] * (len(wrong) > MOST_ERRORS)

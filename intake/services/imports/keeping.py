"""Taking a file in: kept in parts, its format found, its columns guessed, its words gathered."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from intake import tasks
from intake.models import Import, ImportPart, RequestKind
from intake.services.imports.fields import asked_questions, fields_of, guess
from intake.services.imports.files import Format, Record, find_format, records, stored
from intake.services.imports.problems import FileRefused
from intake.services.states import Refusal
from prodops.people.models import User

PART = 1 << 20
SAMPLES, LONGEST_SAMPLE = 3, 160
SURVEYED = 20_000  # rows
MOST_WORDS, LONGEST_WORD = 60, 120
KEPT_FOR = timedelta(days=30)
State = Import.State


@transaction.atomic
def keep_file(*, file: Any, subject: str, by: User | None, at: datetime, **options: str) -> Import:
    """Keep a file in parts of a megabyte and guess its columns. Raises FileRefused.

    `options` are time_zone, dates and source; a mapping that the same columns had before comes
    before a guess.
    """
    importing = Import(subject=subject, name=file.name[:200], size=file.size, by=by, at=at)

    def pieces() -> Iterator[bytes]:
        file.seek(0)
        yield from iter(lambda: file.read(PART), b"")

    form = find_format(pieces, is_of_tickets=importing.is_of_tickets)
    importing.shape, importing.encoding, importing.delimiter = (
        form.shape,
        form.encoding,
        form.delimiter,
    )
    _survey(importing, records(pieces, form))
    importing.fingerprint = _fingerprint(importing)
    importing.mapping = {**_first_mapping(importing), **options}
    importing.save()
    for number, piece in enumerate(pieces()):
        content = zlib.compress(piece, 1)
        ImportPart.objects.create(importing=importing, number=number, content=content)
    return importing


def kept_records(importing: Import) -> Iterator[Record]:
    """Yield heading and records of a file that is kept."""
    form = Format(importing.shape, importing.encoding, importing.delimiter)
    return records(lambda: stored(importing), form)


def _survey(importing: Import, found: Iterable) -> None:
    """Note heading, first rows and the different words of each column that has few of them."""
    rows = iter(found)
    importing.head = [_shown(cell) for cell in next(rows).cells]
    words: list[dict[str, None] | None] = [{} for _ in importing.head]
    samples: list[list[str]] = []
    for record in islice(rows, SURVEYED):
        if record.problem:
            continue
        if len(samples) < SAMPLES:
            samples.append([_shown(cell[:LONGEST_SAMPLE]) for cell in record.cells])
        for place, cell in enumerate(record.cells):
            words[place] = _gathered(words[place], cell)
    importing.samples = samples
    importing.words = {
        str(place): sorted(found) for place, found in enumerate(words) if found is not None
    }


def _shown(cell: str) -> str:
    """Return a cell without what Postgres cannot hold."""
    return cell.replace("\x00", "").strip()


def _gathered(words: dict[str, None] | None, cell: str) -> dict[str, None] | None:
    """Add a word; None from the moment on that there are too many or too long ones."""
    word = _shown(" ".join(cell.split()))
    if words is None or not word:
        return words
    if len(word) > LONGEST_WORD or len(words) >= MOST_WORDS and word not in words:
        return None
    words[word] = None
    return words


def _fingerprint(importing: Import) -> str:
    text = "\x1f".join([importing.subject, *(name.lower() for name in importing.head)])
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _first_mapping(importing: Import) -> dict[str, Any]:
    earlier = (
        Import.objects.filter(fingerprint=importing.fingerprint)
        .exclude(state=State.MAPPING)
        .order_by("-at", "-pk")
        .first()
    )
    questions = [] if importing.is_of_tickets else asked_questions()
    fields = fields_of(importing.subject, questions)
    if earlier and set(earlier.mapping.get("columns", [])) - {""} <= fields.keys():
        return {**earlier.mapping, "from": earlier.pk}
    kinds = RequestKind.objects.filter(is_active=True).order_by("position", "pk")
    first = kinds.values_list("slug", flat=True).first() or ""
    columns = guess(importing.head, fields, importing.samples)
    return {"columns": columns, "words": {}, "defaults": {"kind": first, "category": ""}}


@transaction.atomic
def start_check(*, importing: Import, mapping: dict[str, Any], by: User, at: datetime) -> Import:
    """Take a mapping over and wake a worker that checks the whole file by it.

    Raises Refusal when the file is being worked on or was imported already.
    """
    importing = hold(importing)
    if importing.state not in (State.MAPPING, State.CHECKED, State.FAILED):
        raise Refusal(f"The file is {importing.get_state_display().lower()}.")
    if not importing.parts.exists():
        raise Refusal("Its contents were forgotten after thirty days; hand the file in again.")
    importing.problems.all().delete()
    importing.mapping = mapping
    importing.preview, importing.makes, importing.notes = [], {}, []
    importing.undone_at = importing.undone_by = None  # of an undo that failed half-way
    _begin(importing, State.CHECKING)
    return importing


@transaction.atomic
def start_import(*, importing: Import, by: User, at: datetime, is_partial: bool) -> Import:
    """Wake a worker that writes what a check found good.

    Raises Refusal unless it was checked, or when wrong rows would be left out unasked.
    """
    importing = hold(importing)
    if importing.state != State.CHECKED:
        raise Refusal(f"The file is {importing.get_state_display().lower()}.")
    if importing.refused and not is_partial:
        raise Refusal(f"{importing.refused:,} rows are wrong. Say that they are to be left out.")
    if not importing.created:
        raise Refusal("None of its rows would be new.")
    importing.by = by
    _begin(importing, State.RUNNING)
    return importing


def hold(importing: Import) -> Import:
    """Return the row as it stands, locked until the transaction ends."""
    return Import.objects.select_for_update(of=("self",), no_key=True).get(pk=importing.pk)


def _begin(importing: Import, state: str) -> None:
    importing.state = state
    importing.done = importing.passed = importing.attempts = 0
    importing.created = importing.known = importing.refused = 0
    importing.lease_until = importing.token = importing.finished_at = None
    importing.save()
    tasks.run_import.delay_on_commit(importing.pk)


def forget_contents(*, at: datetime) -> None:
    """Throw the contents of old files away; what they became and what was wrong stays known."""
    old = Import.objects.filter(at__lt=at - KEPT_FOR).exclude(state__in=["running", "checking"])
    ImportPart.objects.filter(importing__in=old).delete()


def wrong_rows(importing: Import) -> Iterator[list[str]]:
    """Yield the heading and each wrong row as it stands in the file, with what is wrong with it.

    Raises FileRefused when the contents are gone.
    """
    if not importing.parts.exists():
        raise FileRefused("Its contents were forgotten after thirty days.")
    said: dict[int, list[str]] = {}
    for problem in importing.problems.order_by("line", "pk").iterator():
        where = f"{problem.column}: " if problem.column else ""
        said.setdefault(problem.line, []).append(f"{where}{problem.what} {problem.cure}".strip())
    rows = kept_records(importing)
    yield [*next(rows).cells, "What is wrong"]
    for record in rows:
        if record.line in said:
            yield [*record.cells, " ".join(said[record.line])]

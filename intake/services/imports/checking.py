"""Checking a whole file: what importing it would do, row by row, without writing a record."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.models import Import, ImportProblem
from intake.services.imports.catalogue import Catalogue
from intake.services.imports.choices import New, plain_word
from intake.services.imports.keeping import kept_records
from intake.services.imports.merges import parents_of
from intake.services.imports.plan import Plan, Row, read_plan
from intake.services.imports.problems import FileRefused, Problem
from intake.services.imports.progress import keep_going, settle
from intake.services.imports.reading import Batch, Rows
from intake.services.imports.subjects import Subject, subject_of

MOST_PROBLEMS = 10_000
MOST_ROWS = 500_000
SHOWN_ROWS = 8
MANY = {"kind": "kinds", "category": "categories", "area": "areas", "team": "teams"}
Clock = Callable[[], datetime]


@dataclass
class Tally:
    """What a check found so far."""

    rows: int = 0
    created: int = 0
    known: int = 0
    refused: int = 0
    makes: dict[str, set[str]] = field(default_factory=dict)
    preview: list[list[tuple[str, str]]] = field(default_factory=list)
    problems: int = 0
    references: dict[str, list[Row]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)


def check(importing: Import, clock: Clock) -> None:
    """Read the whole file and say what importing it would do; no record is written."""
    importing.problems.all().delete()
    plan, subject, tally = read_plan(importing, at=clock()), subject_of(importing), Tally()
    for batch in Rows(importing, plan, subject, lambda: kept_records(importing)).batches():
        _weigh(batch, plan, subject, tally)
        if tally.rows > MOST_ROWS:
            raise FileRefused(f"It has more than {MOST_ROWS:,} rows. Hand it in in parts.")
        _note_problems(importing, [p for row in batch.bad for p in row.problems], tally)
        keep_going(importing, clock(), done=tally.rows)
    _check_references(importing, tally)
    if not tally.rows:
        raise FileRefused("The file has a heading but no row. Export it again.")
    settle(
        importing,
        Import.State.CHECKED,
        clock(),
        rows=tally.rows,
        created=tally.created,
        known=tally.known,
        refused=tally.refused,
        preview=tally.preview,
        makes={name: len(found) for name, found in sorted(tally.makes.items()) if found},
        notes=_notes(tally),
    )


def _weigh(batch: Batch, plan: Plan, subject: Subject, tally: Tally) -> None:
    here = subject.known(batch.good)
    fresh = {key: row for key, row in batch.good.items() if key not in here}
    tally.rows += batch.count
    tally.known += len(here)
    tally.refused += len(batch.bad)
    tally.created += len(fresh)
    _count_names(fresh, plan, subject, tally)
    for key, row in batch.good.items():
        tally.keys |= _called(key)
        reference = row.values.get("merged_into")
        if reference and row.values.get("state") == "merged" and key in fresh:
            tally.references.setdefault(reference, []).append(row)
    for row in list(fresh.values())[: SHOWN_ROWS - len(tally.preview)]:
        tally.preview.append(_shown(row, plan))


def _called(origin: str) -> set[str]:
    """Return by what a row of this origin is named elsewhere in its file: its number or its key."""
    sort, _, rest = origin.partition(":")
    return {"id": {rest.partition(":")[2]}, "key": {rest}}.get(sort, set())


def _names_of(row: Row) -> set[str]:
    """Return the ways to write what a row was merged into; keys know no case."""
    name = row.values["merged_into"]
    return {name, name.upper()}


def _count_names(fresh: dict[str, Row], plan: Plan, subject: Subject, tally: Tally) -> None:
    """Count what the rows name and nobody knows yet."""
    accounts, people = subject.names(fresh.values())
    catalogue = Catalogue(Import())
    catalogue.find(accounts=accounts, people=people)
    unknown = {plain_word(name) for name in accounts} - catalogue.accounts.keys()
    tally.makes.setdefault("accounts", set()).update(unknown)
    if subject.passes > 1:
        tally.makes.setdefault("people", set()).update(people - catalogue.people.keys())
    for row in fresh.values():
        for value in row.values.values():
            if isinstance(value, New) and value.choice != "account":
                tally.makes.setdefault(MANY[value.choice], set()).add(plain_word(value.name))


def _shown(row: Row, plan: Plan) -> list[tuple[str, str]]:
    """Return a row as it would become, field by field in words."""
    shown = [("Line", str(row.line))]
    for _, _, field_ in plan.columns:
        value = row.values.get(field_.key)
        if value not in (None, "", []):
            shown.append((field_.label, _words(value, plan)[:160]))
    return shown


def _words(value: Any, plan: Plan) -> str:
    if isinstance(value, New):
        return f"{value.name} (new)" if value.choice != "account" else value.name
    if isinstance(value, datetime):
        return f"{value.astimezone(plan.reading.zone):%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return ", ".join(str(getattr(each, "email", each)) for each in value)
    return str(value)


def _check_references(importing: Import, tally: Tally) -> None:
    """Name each merged row whose request is neither in the file nor here."""
    rows = [row for found in tally.references.values() for row in found]
    here = parents_of(rows).keys()
    lost = [row for row in rows if not _names_of(row) & (tally.keys | here)]
    tally.refused += len(lost)
    tally.created -= len(lost)
    cure = "Add that row, or give this one another state."
    _note_problems(
        importing,
        [
            Problem(
                row.line,
                "Merged into",
                row.values["merged_into"],
                "This request is neither in the file nor here.",
                cure,
            )
            for row in lost
        ],
        tally,
    )


def _note_problems(importing: Import, found: list[Problem], tally: Tally) -> None:
    room = max(0, MOST_PROBLEMS - tally.problems)
    tally.problems += len(found)
    ImportProblem.objects.bulk_create(
        ImportProblem(
            importing=importing,
            line=each.line,
            column=each.column[:120],
            value=each.value.replace("\x00", "")[:200],
            what=each.what[:300],
            cure=each.cure[:300],
        )
        for each in found[:room]
    )


def _notes(tally: Tally) -> list[str]:
    if tally.problems <= MOST_PROBLEMS:
        return []
    return [f"The first {MOST_PROBLEMS:,} of {tally.problems:,} problems are kept."]

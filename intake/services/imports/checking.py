"""Checking a whole file: what importing it would do, row by row, without writing a record."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from intake.models import Import, ProductRequest
from intake.services.imports.catalogue import Catalogue
from intake.services.imports.chains import called
from intake.services.imports.choices import New, plain_word
from intake.services.imports.keeping import kept_records
from intake.services.imports.merges import parents_of
from intake.services.imports.plan import Plan, Row, read_plan
from intake.services.imports.problems import FileRefused, Problem, keep_problems
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
    merged: dict[str, Row] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    spam: set[str] = field(default_factory=set)


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
    _check_merges(importing, plan, subject, tally)
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
    for key, row in batch.good.items():
        plan.chains.add(key, row.values)
        if row.values.get("state") == ProductRequest.State.MERGED and key in fresh:
            tally.merged[key] = row
        else:
            names = tally.spam if row.values.get("is_spam") else tally.keys
            names |= called(key)
    apart = {key: row for key, row in fresh.items() if key not in tally.merged}
    _count_names(apart, plan, subject, tally)
    for row in list(fresh.values())[: SHOWN_ROWS - len(tally.preview)]:
        tally.preview.append(_shown(row, plan))


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


def _check_merges(importing: Import, plan: Plan, subject: Subject, tally: Tally) -> None:
    """Name each merged row that leads to no request, neither in the file nor here."""
    here = parents_of(tally.merged.values(), plan.chains).keys()
    lost = {key: row for key, row in tally.merged.items() if not _is_led(row, plan, here, tally)}
    tally.refused += len(lost)
    tally.created -= len(lost)
    kept = {key: row for key, row in tally.merged.items() if key not in lost}
    _count_names(kept, plan, subject, tally)
    lines = {str(row.line) for row in lost.values()}
    tally.preview = [shown for shown in tally.preview if shown[0][1] not in lines]
    _note_problems(importing, [_leads_nowhere(row, plan, tally) for row in lost.values()], tally)


def _is_led(row: Row, plan: Plan, here: Collection[str], tally: Tally) -> bool:
    """Say whether what a row was merged into ends in a request; keys know no case."""
    name = row.values["merged_into"]
    end = plan.chains.path(name)[-1]
    return name in here or not tally.keys.isdisjoint({end, end.upper()})


def _leads_nowhere(row: Row, plan: Plan, tally: Tally) -> Problem:
    path = plan.chains.path(row.values["merged_into"])
    what = "This request is neither in the file nor here."
    cure = "Add that row, or give this one another state."
    if not tally.spam.isdisjoint({path[-1], path[-1].upper()}):
        what = f"It leads to {path[-1]}, which is spam: nothing goes into it."
        cure = "Name another request, or give this one another state."
    elif path[-1] in path[:-1]:
        what = f"It leads round in a circle: {' → '.join(path[-5:])}."
        cure = "Name the request that all of them went into, and give that one another state."
    elif len(path) > 1:
        what = f"It leads to {path[-1]}, which is neither in the file nor here."
    return Problem(row.line, "Merged into", path[0], what, cure)


def _note_problems(importing: Import, found: list[Problem], tally: Tally) -> None:
    room = max(0, MOST_PROBLEMS - tally.problems)
    tally.problems += len(found)
    keep_problems(importing, found[:room])


def _notes(tally: Tally) -> list[str]:
    if tally.problems <= MOST_PROBLEMS:
        return []
    return [f"The first {MOST_PROBLEMS:,} of {tally.problems:,} problems are kept."]

"""Bringing requests in from a CSV file: all of it or nothing."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import islice

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import slugify

from intake.models import (
    Account,
    Backing,
    ProductRequest,
    RequestKind,
    RequestStateChange,
    RoutingRule,
)
from intake.services.clocks import start_clocks
from intake.services.ranking import count_words
from intake.services.routing import keep_routings, live_rules, route
from intake.services.states import Refusal
from prodops.audit.models import Event, Thread
from prodops.people.models import User

COLUMNS = ("external_id", "title", "body", "kind", "author_email", "account", "created")
LIMITS = {
    "external_id": 120,
    "title": 300,
    "body": 100_000,
    "kind": 80,
    "author_email": 254,
    "account": 160,
}
LONGEST_NAME = 64  # what mail allows before the @; a new author is called so
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
MOST_ERRORS = 50
AT_ONCE = 500
NOBODY = "unknown-requester@import.invalid"
SOURCE = ProductRequest.Source.CSV


class ImportRefused(Refusal):
    """The file has mistakes; `errors` are lines such as "line 12: title is empty"."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(frozen=True)
class Row:
    line: int
    external_id: str
    title: str
    body: str
    kind: str
    author_email: str
    account: str
    created: datetime


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
    is_dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Imported:
    """Create a request for each row of a CSV file whose external_id is not here yet.

    Kinds, accounts and authors that are unknown are created; a new author cannot sign in before
    a password reset, and rows without one share "Unknown requester". Raises ImportRefused, and
    keeps nothing, when any line is wrong.
    """
    rows = read(lines, at=at)
    known = set(
        ProductRequest.objects.filter(source=SOURCE)
        .exclude(external_id="")
        .values_list("external_id", flat=True)
    )
    fresh = [row for row in rows if row.external_id not in known]
    catalogue, rules = _catalogue(fresh), live_rules()
    waiting, done = iter(fresh), 0
    while batch := list(islice(waiting, AT_ONCE)):
        _create(batch, catalogue, rules, at)
        done += len(batch)
        progress(done, len(fresh))
    if fresh:
        count_words()
    transaction.set_rollback(is_dry_run)
    return Imported(created=len(fresh), skipped=len(rows) - len(fresh))


def read(lines: Iterable[str], *, at: datetime) -> list[Row]:
    """Read and check every line. Raises ImportRefused with the first fifty mistakes."""
    errors: list[str] = []
    rows: list[Row] = []
    first_line: dict[str, int] = {}
    for line, record in _records(lines, errors):
        row, wrong = _row(line, record, at)
        if row and row.external_id:
            earlier = first_line.setdefault(row.external_id, line)
            if earlier != line:
                wrong.append(f"external_id {row.external_id} stands in line {earlier} already")
        errors += [f"line {line}: {each}" for each in wrong]
        if row:
            rows.append(row)
        if len(errors) >= MOST_ERRORS:
            raise ImportRefused([*errors[:MOST_ERRORS], "There may be more; these come first."])
    if errors:
        raise ImportRefused(errors)
    return rows


def _records(lines: Iterable[str], errors: list[str]) -> Iterator[tuple[int, dict]]:
    """Yield (line number where the record starts, record); say what is wrong with the head."""
    csv.field_size_limit(10_000_000)
    reader = csv.DictReader(lines, strict=True)
    try:
        head = reader.fieldnames or []
        errors += _wrong_head(list(head))
        if errors:
            return
        last = reader.line_num
        for record in reader:
            yield last + 1, record
            last = reader.line_num
    except (csv.Error, UnicodeDecodeError) as error:
        errors.append(f"line {reader.line_num}: {error}")


def _wrong_head(head: list[str]) -> list[str]:
    missing = [name for name in COLUMNS if name not in head]
    twice = [name for name in COLUMNS if head.count(name) > 1]
    wrong = [f"line 1: the column {', '.join(missing)} is missing"] if missing else []
    return wrong + [f"line 1: the column {name} stands there twice" for name in twice]


def _row(line: int, record: dict, at: datetime) -> tuple[Row | None, list[str]]:
    """Return a checked row, or None and what is wrong with it."""
    if record.get(None) or any(record[name] is None for name in COLUMNS):
        return None, [f"there should be {len(record.keys() - {None})} columns"]
    values = {name: record[name].strip() for name in COLUMNS}
    wrong = [f"{name} is empty" for name in ("title", "kind") if not values[name]]
    wrong += [
        f"{name} is longer than {limit:,} characters"
        for name, limit in LIMITS.items()
        if len(values[name]) > limit
    ]
    wrong += [f"{name} holds a zero byte" for name in COLUMNS if "\x00" in values[name]]
    values["author_email"] = values["author_email"].lower() or NOBODY
    wrong += _wrong_address(values["author_email"])
    created = _moment(values.pop("created"))
    wrong += _wrong_moment(created, record["created"], at)
    if wrong or created is None:
        return None, wrong
    return Row(line=line, created=created, **values), []


def _wrong_address(email: str) -> list[str]:
    try:
        validate_email(email)
    except ValidationError:
        return [f"author_email is no address: {email[:100]!r}"]
    if len(email.partition("@")[0]) > LONGEST_NAME:
        return [f"author_email has more than {LONGEST_NAME} characters before the @"]
    return []


def _wrong_moment(created: datetime | None, text: str, at: datetime) -> list[str]:
    if created is None:
        return [f"created is no date: {text[:100]!r} (write 2026-11-02T09:00:00Z)"]
    if created < EARLIEST:
        return [f"created lies before {EARLIEST.year}"]
    return ["created lies in the future"] if created > at else []


def _moment(text: str) -> datetime | None:
    """Read a moment, or a day at midnight; without a zone it is UTC."""
    try:
        moment = parse_datetime(text)
        if moment is None:
            day: date | None = parse_date(text)
            moment = datetime.combine(day, time()) if day else None
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment and moment.tzinfo is None else moment


def _catalogue(rows: list[Row]) -> dict[str, dict]:
    """Find or make every kind, author and account that the rows name."""
    kinds = {kind.slug: kind for kind in RequestKind.objects.prefetch_related("promises")}
    for name in {row.kind for row in rows}:
        slug = slugify(name)[:50] or "other"
        if slug not in kinds:
            kinds[slug] = RequestKind.objects.create(slug=slug, name=name, position=len(kinds))
    emails = {row.author_email for row in rows}
    authors = {user.email.lower(): user for user in User.objects.filter(email__in=emails)}
    for email in sorted(emails - authors.keys()):
        name = "Unknown requester" if email == NOBODY else email.partition("@")[0]
        authors[email] = User.objects.create_user(email, name=name, is_active=email != NOBODY)
    names = {row.account for row in rows} - {""}
    accounts = {account.name: account for account in Account.objects.filter(name__in=names)}
    for name in sorted(names - accounts.keys()):
        accounts[name] = Account.objects.create(name=name)
    return {"kinds": kinds, "authors": authors, "accounts": accounts}


def _create(
    batch: list[Row], catalogue: dict[str, dict], rules: list[RoutingRule], at: datetime
) -> None:
    """Write a batch of requests with all that `submit` would write for each.

    A rule that gives one an owner tells nobody: a file may bring thousands.
    """
    threads = Thread.objects.bulk_create(
        Thread(kind="request", key="REQ", title=row.title, path="/") for row in batch
    )
    made = [_request(row, thread, catalogue) for row, thread in zip(batch, threads, strict=True)]
    routings = [(each, route(each, rules=rules, at=at)) for each in made]
    for each in made:
        start_clocks(each)
    ProductRequest.objects.bulk_create(made)
    for each in made:
        each.thread.key, each.thread.path = each.key, reverse("intake:request", args=[each.pk])
    Thread.objects.bulk_update(threads, ["key", "path"])
    _begin_stories(made)
    keep_routings([(each, routed) for each, routed in routings if routed], at=at)


def _begin_stories(made: list[ProductRequest]) -> None:
    RequestStateChange.objects.bulk_create(
        RequestStateChange(
            product_request=each, to_state=each.state, at=each.submitted_at, by=each.author
        )
        for each in made
    )
    Backing.objects.bulk_create(
        Backing(
            product_request=each,
            person=each.author,
            account=each.account,
            at=each.submitted_at,
            is_author=True,
        )
        for each in made
    )
    Event.objects.bulk_create(_event(each) for each in made)
    follows = Thread.followers.through
    follows.objects.bulk_create(
        follows(thread_id=each.thread_id, user_id=each.author_id) for each in made
    )


def _request(row: Row, thread: Thread, catalogue: dict[str, dict]) -> ProductRequest:
    return ProductRequest(
        kind=catalogue["kinds"][slugify(row.kind)[:50] or "other"],
        title=row.title,
        body=row.body,
        account=catalogue["accounts"].get(row.account),
        author=catalogue["authors"][row.author_email],
        source=SOURCE,
        external_id=row.external_id,
        submitted_at=row.created,
        thread=thread,
    )


def _event(product_request: ProductRequest) -> Event:
    return Event(
        thread=product_request.thread,
        verb="request.submitted",
        summary="asked for this",
        after=product_request.get_state_display(),
        detail="Brought in from a CSV file.",
        by=product_request.author,
        at=product_request.submitted_at,
        is_public=True,
    )

"""Rows that become requests: writing them, with all that hangs on a request."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from intake.models import (
    OPEN_STATES,
    Account,
    Backing,
    FormAnswer,
    Imported,
    ProductRequest,
    RoutingRule,
)
from intake.services.clocks import restart
from intake.services.imports.catalogue import NOBODY, Catalogue
from intake.services.imports.choices import New
from intake.services.imports.keys import next_keys
from intake.services.imports.merges import parents_of
from intake.services.imports.plan import Plan, Row
from intake.services.imports.problems import Problem, keep_problems
from intake.services.imports.stories import Written, write_stories
from intake.services.imports.theming import attach_imported
from intake.services.merging import queue_up
from intake.services.routing import Routed, keep_routings, route
from prodops.audit.models import Thread

State = ProductRequest.State
SORTED_BY = ("category", "team", "owner", "priority")
PLAIN = ("title", "body", "why", "urgency", "external_id", "priority", "is_shared", "is_spam")


def write(
    rows: dict[str, Row],
    plan: Plan,
    catalogue: Catalogue,
    *,
    rules: list[RoutingRule],
    at: datetime,
) -> int:
    """Write a batch of checked rows with all that `submit` would write; return how many.

    Tells nobody: a file may bring thousands. A merged row whose request went meanwhile stays out,
    and is named.
    """
    if any(row.values["state"] == State.MERGED for row in rows.values()):
        queue_up()  # nobody merges away what they go into
    parents = parents_of(rows.values(), plan.chains)
    ready = {
        key: row
        for key, row in rows.items()
        if row.values["state"] != State.MERGED or row.values["merged_into"] in parents
    }
    _name_lost([row for key, row in rows.items() if key not in ready], catalogue)
    catalogue.make_people(_people(ready))
    threads = _threads(ready)
    written = [
        _made(row, thread, plan, catalogue, parents, at)
        for row, thread in zip(ready.values(), threads, strict=True)
    ]
    routed = _route(written, rules, at)
    for each in written:
        _begin_clocks(each.product_request, at)
    ProductRequest.objects.bulk_create(each.product_request for each in written)
    write_stories(written, catalogue, at=at)
    named = [(each.product_request, each.row.values.get("themes", [])) for each in written]
    attach_imported(named, by=catalogue.importing.by, at=at)
    keep_routings(routed, at=at)
    _note(catalogue, ready, written)
    return len(written)


def _name_lost(rows: list[Row], catalogue: Catalogue) -> None:
    """Tell of rows whose request was here, or in the file, when it was checked."""
    what, cure = "This request is not here any more.", "Name another one, or another state."
    keep_problems(
        catalogue.importing,
        [Problem(row.line, "Merged into", row.values["merged_into"], what, cure) for row in rows],
    )


def _people(rows: dict[str, Row]) -> dict[str, tuple[str, int]]:
    """Return who rows name: address → (name, line); whoever asked is called as the row says."""
    wanted: dict[str, tuple[str, int]] = {}
    for row in rows.values():
        email = row.values.get("author_email") or NOBODY
        wanted[email] = wanted.get(email) or (row.values.get("author_name", ""), row.line)
    for row in rows.values():
        for voice in row.values.get("backers", ()):
            wanted.setdefault(voice.email, ("", row.line))
    return wanted


def _begin_clocks(product_request: ProductRequest, at: datetime) -> None:
    """Promise both answers from now on: what waited elsewhere has not waited here."""
    triaged_at, product_request.triaged_at = product_request.triaged_at, None
    restart(product_request, at)
    product_request.triaged_at = triaged_at


def _threads(rows: dict[str, Row]) -> list[Thread]:
    """Open a thread a row, named by the key its request is going to have."""
    return Thread.objects.bulk_create(
        Thread(
            kind=Thread.REQUEST,
            key=f"REQ-{key}",
            title=row.values["title"],
            path=reverse("intake:request", args=[key]),
        )
        for row, key in zip(rows.values(), next_keys(ProductRequest, len(rows)), strict=True)
    )


def _note(catalogue: Catalogue, ready: dict[str, Row], written: list[Written]) -> None:
    catalogue.fresh += [
        Imported(
            importing=catalogue.importing,
            line=each.row.line,
            origin=key,
            product_request=each.product_request,
        )
        for key, each in zip(ready, written, strict=True)
    ]


def _made(
    row: Row,
    thread: Thread,
    plan: Plan,
    catalogue: Catalogue,
    parents: dict[str, ProductRequest],
    at: datetime,
) -> Written:
    found = row.values
    email = found.get("author_email") or NOBODY
    author = catalogue.people[email]
    product_request = ProductRequest(
        pk=int(thread.key.removeprefix("REQ-")),
        kind=_named(row, "kind", plan, catalogue),
        account=_account(row, catalogue),
        category=_named(row, "category", plan, catalogue),
        product_area=_named(row, "area", plan, catalogue),
        team=_named(row, "team", plan, catalogue),
        owner=found.get("owner"),
        source=found["source"],
        author=author,
        submitted_at=found["submitted_at"],
        thread=thread,
        **{name: found[name] for name in PLAIN if found.get(name) is not None},
        **_standing(found, plan, parents, at),
    )
    answers = [
        FormAnswer(product_request=product_request, field=plan.questions[key], value=found[key])
        for key in found.keys() & plan.questions.keys()
    ]
    return Written(row, product_request, answers, _voices(row, product_request, catalogue))


def _standing(
    found: dict[str, Any], plan: Plan, parents: dict[str, ProductRequest], at: datetime
) -> dict[str, Any]:
    """Return state and moments; where a file has no column for one, the nearest it has stands."""
    state, submitted = found["state"], found["submitted_at"]
    is_open = state in OPEN_STATES
    decided = None if is_open else found.get("decided_at") or submitted
    triaged = found.get("triaged_at")
    if not triaged and not plan.has("triaged_at"):
        is_sorted = found.get("category") and (found.get("team") or found.get("owner"))
        triaged = decided or (submitted if is_sorted else None)
    return {
        "state": state,
        "decided_at": decided,
        "triaged_at": triaged,
        "paused_since": (found.get("paused_since") or at) if state == State.WAITING else None,
        "snoozed_until": found["snoozed_until"] if state == State.SNOOZED else None,
        "decline_reason": found.get("decline_reason", "") if state == State.DECLINED else "",
        "merged_into": parents[found["merged_into"]].living if state == State.MERGED else None,
    }


def _named(row: Row, key: str, plan: Plan, catalogue: Catalogue) -> Any:
    value = row.values.get(key)
    if not isinstance(value, New):
        return value
    made = plan.choices[key].find(value.name) or catalogue.make(value, row.line)
    plan.choices[key].learn(value.name, made)
    return made


def _account(row: Row, catalogue: Catalogue) -> Account | None:
    new = row.values.get("account")
    if new is None:
        return None
    facts = {name: row.values.get(name) for name in ("segment", "tier", "arr")}
    return catalogue.account(
        new.name, row.line, **{name: value for name, value in facts.items() if value}
    )


def _voices(row: Row, product_request: ProductRequest, catalogue: Catalogue) -> list[Backing]:
    """Return each voice once; that of the author comes first, with what the row says of it."""
    author = Backing(
        product_request=product_request,
        person=product_request.author,
        account=product_request.account,
        at=product_request.submitted_at,
        is_author=True,
    )
    found = {(author.person_id, author.account_id): author}
    for voice in row.values.get("backers", ()):
        account = catalogue.account(voice.account, row.line) if voice.account else None
        person = catalogue.people[voice.email]
        backing = found.setdefault(
            (person.pk, account.pk if account else None),
            Backing(product_request=product_request, person=person, account=account),
        )
        backing.importance, backing.note = voice.importance, voice.note
        backing.at = voice.at or product_request.submitted_at
    return list(found.values())


def _route(
    written: list[Written], rules: list[RoutingRule], at: datetime
) -> list[tuple[ProductRequest, Routed]]:
    """Let the rules sort what is undecided and came without any sorting of its own."""
    routed = []
    for each in written:
        request = each.product_request
        is_sorted = any(each.row.values.get(name) for name in SORTED_BY)
        if request.state in OPEN_STATES and not is_sorted:
            found = route(request, rules=rules, at=at, answers=each.answers)
            routed += [(request, found)] if found else []
    return routed

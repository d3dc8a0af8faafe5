"""Rows that are to become requests: whether they can, what they lack, whether they are here."""

from collections.abc import Iterable
from typing import Any

from intake.models import Imported, ProductRequest
from intake.services.imports.catalogue import NOBODY
from intake.services.imports.choices import New
from intake.services.imports.plan import Plan, Row
from intake.services.imports.problems import Problem

State = ProductRequest.State
SORTED_STATES = (State.ACCEPTED, State.PLANNED, State.SHIPPED)


def settle(row: Row, plan: Plan, *, source: str) -> None:
    """Fill in what a row leaves open, and note what does not go together."""
    found = row.values
    found.setdefault("source", source)
    found.setdefault("submitted_at", plan.reading.at)
    for name in ("kind", "category"):
        if found.get(name) is None:
            found[name] = plan.default(name)
    if found["kind"] is None:
        _object(
            row,
            plan,
            "kind",
            "It has no kind, and the hub has none either.",
            "Choose one for rows that have none.",
        )
    found["state"] = found.get("state") or _state(found)
    _check_state(row, plan)
    _check_order(row, plan)
    _check_answers(row, plan)


def _state(found: dict[str, Any]) -> str:
    is_sorted = found.get("category") and (found.get("team") or found.get("owner"))
    return State.TRIAGE if is_sorted else State.NEW


def _check_state(row: Row, plan: Plan) -> None:
    wanted = {
        State.DECLINED: ("decline_reason", "Write the reason its requester will read."),
        State.SNOOZED: ("snoozed_until", "Write until when, or use another state."),
        State.MERGED: ("merged_into", "Name the request it went into, or use another state."),
        **dict.fromkeys(SORTED_STATES, ("category", "Choose one for rows that have none.")),
    }
    name, cure = wanted.get(row.values["state"], ("", ""))
    if name and not row.values.get(name) and not row.problems:
        label = State(row.values["state"]).label.lower()
        _object(row, plan, name, f"It is {label}, and this is empty.", cure)


def _check_order(row: Row, plan: Plan) -> None:
    for name in ("decided_at", "triaged_at", "paused_since"):
        if (row.values.get(name) or row.values["submitted_at"]) < row.values["submitted_at"]:
            _object(row, plan, name, "It lies before the request was asked.", "Mend one of them.")


def _check_answers(row: Row, plan: Plan) -> None:
    slug = getattr(row.values["kind"], "slug", "")
    for key in row.values.keys() & plan.questions.keys():
        question = plan.questions[key]
        if question.kind.slug != slug:
            what = f"Only the form of “{question.kind}” asks this, and the row is of another kind."
            _object(row, plan, key, what, "Empty it, or change the kind.")


def _object(row: Row, plan: Plan, key: str, what: str, cure: str) -> None:
    heading = next((name for _, name, field in plan.columns if field.key == key), "")
    value = row.values.get(key)
    shown = "" if value is None else str(getattr(value, "name", value))[:200]
    column = heading or key.replace("_", " ").capitalize()
    row.problems.append(Problem(row.line, column, shown, what, cure))


def origin(row: Row) -> str:
    """Return what tells a row apart by an id of its own, "" when it has none."""
    if number := row.values.get("external_id"):
        return f"id:{row.values['source']}:{number}"
    return f"key:{row.values['key'].upper()}" if row.values.get("key") else ""


def is_for_pass(row: Row, number: int) -> bool:
    """Merged requests come in a second pass, when what they went into is here."""
    return (row.values.get("state") == State.MERGED) == (number == 1)


def known(rows: dict[str, Row]) -> set[str]:
    """Return which of these origins are here, from an import or by themselves."""
    numbers = [row.values["external_id"] for row in rows.values() if row.values.get("external_id")]
    here = ProductRequest.objects.filter(external_id__in=numbers).exclude(external_id="")
    found = {
        f"id:{source}:{number}" for source, number in here.values_list("source", "external_id")
    }
    keys = {_own_key(row): row for row in rows.values() if _own_key(row)}
    natives = ProductRequest.objects.filter(pk__in=keys).values_list("pk", "submitted_at")
    found |= {f"key:REQ-{pk}" for pk, at in natives if keys[pk].values["submitted_at"] == at}
    imported = Imported.objects.filter(origin__in=rows).values_list("origin", flat=True)
    return (found | set(imported)) & rows.keys()


def _own_key(row: Row) -> int:
    """Return the number of a key such as REQ-12, 0 when there is none."""
    number = str(row.values.get("key", "")).upper().removeprefix("REQ-")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 18 else 0


def names(rows: Iterable[Row]) -> tuple[set[str], set[str]]:
    """Return the accounts and addresses that rows name."""
    accounts, people = set(), set()
    for row in rows:
        people.add(row.values.get("author_email") or NOBODY)
        if isinstance(row.values.get("account"), New):
            accounts.add(row.values["account"].name)
        for voice in row.values.get("backers", ()):
            people.add(voice.email)
            accounts |= {voice.account} - {""}
    return accounts, people

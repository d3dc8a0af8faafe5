"""What Amplitude's lists say: events, the plan behind them, cohorts. Pure functions."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from prodops.integrations.amplitude.values import (
    Malformed,
    read_list,
    read_number,
    read_object,
    read_text,
)

LONGEST_NAME = 500
MOST = 2**62
Fields = dict[str, Any]


@dataclass
class Plan:
    """The taxonomy by name; a part that could not be had is nothing."""

    categories: dict[str, Fields] | None = None
    events: dict[str, Fields] | None = None
    event_properties: dict[tuple[str, str], Fields] | None = None
    user_properties: dict[str, Fields] | None = None


def read_events(body: Any) -> dict[str, Fields]:
    """Return the listed events by the name they are sent under."""
    found = {}
    for entry in _entries(body, "data"):
        name = _name(entry, "value")
        found[name] = {
            "display_name": read_text(entry.get("display"))[:LONGEST_NAME],
            "is_active": entry.get("non_active") is not True,
            "is_hidden": entry.get("hidden") is True,
            "is_deleted": entry.get("deleted") is True,
            "week_total": _count(entry.get("totals") or 0, f"totals of {name}"),
        }
    return found


def read_categories(body: Any) -> dict[str, Fields]:
    return {_name(entry, "name")[:255]: {} for entry in _entries(body, "data")}


def read_planned_events(body: Any) -> dict[str, Fields]:
    return {_name(entry, "event_type"): _planned(entry) for entry in _entries(body, "data")}


def read_event_properties(body: Any) -> dict[tuple[str, str], Fields]:
    """Return the properties by event and name; the event is empty where one belongs to all."""
    return {
        (read_text(entry.get("event_type")), _name(entry, "event_property")): {
            **_property(entry),
            "is_required": entry.get("is_required") is True,
        }
        for entry in _entries(body, "data")
    }


def read_user_properties(body: Any) -> dict[str, Fields]:
    return {_name(entry, "user_property"): _property(entry) for entry in _entries(body, "data")}


def read_cohorts(body: Any) -> dict[str, Fields]:
    """Return the cohorts by id."""
    found = {}
    for entry in _entries(body, "cohorts"):
        size = entry.get("size")
        owners = entry.get("owners")
        found[_name(entry, "id")[:80]] = {
            "name": read_text(entry.get("name"))[:255],
            "description": read_text(entry.get("description")),
            "size": None if size is None else _count(size, "size"),
            "is_archived": entry.get("archived") is True,
            "owners": [read_text(one) for one in owners] if isinstance(owners, list) else [],
            "computed_at": _moment(entry.get("lastComputed")),
        }
    return found


def _planned(entry: Fields) -> Fields:
    category = entry.get("category")
    tags = entry.get("tags")
    named = category.get("name") if isinstance(category, dict) else category
    fields = {
        "description": read_text(entry.get("description")),
        "category": read_text(named)[:255],
        "source_owner": read_text(entry.get("owner"))[:255],
        "tags": [read_text(tag) for tag in tags] if isinstance(tags, list) else [],
    }
    if entry.get("display_name"):
        fields["display_name"] = read_text(entry["display_name"])[:LONGEST_NAME]
    return fields


def _property(entry: Fields) -> Fields:
    enum = entry.get("enum_values")
    return {
        "description": read_text(entry.get("description")),
        "value_type": read_text(entry.get("type"))[:40],
        "enum_values": ", ".join(map(read_text, enum))
        if isinstance(enum, list)
        else read_text(enum),
        "is_hidden": entry.get("is_hidden") is True,
    }


def _entries(body: Any, key: str) -> list[Fields]:
    listed = read_list(read_object(body, "The answer").get(key), key)
    return [read_object(entry, key) for entry in listed]


def _name(entry: Fields, key: str) -> str:
    name = entry.get(key)
    text = read_text(name) if isinstance(name, str | int) else ""
    if not text or len(text) > LONGEST_NAME:
        raise Malformed(f"{key} is not a name: {str(name)[:60]!r}.")
    return text


def _count(value: Any, where: str) -> int:
    return min(max(int(read_number(value, where) or 0), 0), MOST)


def _moment(value: Any) -> datetime | None:
    """Read seconds or milliseconds since 1970."""
    try:
        number = float(value)
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None

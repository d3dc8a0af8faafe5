"""A series' definition as people write it: an event a line, a segment a line."""

import json
import re
from typing import Any

from prodops.integrations.amplitude.models import Series


class Unclear(Exception):
    """What was entered is no event or segment; the text says what is wrong with it."""


def read_event(line: str) -> dict[str, Any]:
    """Return Amplitude's JSON of an event out of its name, or of the JSON itself."""
    if not line.startswith("{"):
        return {"event_type": line}
    event = _parsed(line)
    if not isinstance(event, dict) or not isinstance(event.get("event_type"), str):
        raise Unclear(f"This event has no event_type: {line[:60]}")
    for name in ("filters", "group_by"):
        parts = event.get(name, [])
        if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
            raise Unclear(f"{name} must be a list of objects: {line[:60]}")
    return event


def read_segment(line: str) -> list[dict[str, Any]]:
    """Return the conditions of a segment; a single one may stand without its list."""
    segment = _parsed(line)
    conditions = [segment] if isinstance(segment, dict) else segment
    if not isinstance(conditions, list) or not conditions:
        raise Unclear(f"A segment is a list of conditions: {line[:60]}")
    if not all(isinstance(one, dict) for one in conditions):
        raise Unclear(f"Each condition must be an object: {line[:60]}")
    return conditions


def of(values: dict[str, Any]) -> dict[str, Any]:
    """Return the definition of a series out of what was entered; empty parts are left out."""
    cohort = values.get("cohort")
    names = ("events", "measure", "group_by", "segments", "mode", "chart")
    found = {name: values[name] for name in names if values.get(name)}
    if found.get("measure") == "formula":
        found["formula"] = values["formula"]
    return found | ({"cohort": cohort.cohort_id} if cohort else {})


def as_entered(series: Series) -> dict[str, Any]:
    """Return the definition as a person would have typed it."""
    definition = series.definition
    plain = ("measure", "formula", "group_by", "mode", "chart")
    return {
        "events": "\n".join(_line(event) for event in definition.get("events") or []),
        "segments": "\n".join(json.dumps(each) for each in definition.get("segments") or []),
        **{name: definition[name] for name in plain if name in definition},
    }


def in_words(series: Series) -> list[tuple[str, str]]:
    """Return what is asked, for people: pairs of a label and words."""
    definition = series.definition
    events = [str(event.get("event_type", "")) for event in definition.get("events") or []]
    told = [
        ("Events", " → ".join(events) if series.kind == series.Kind.FUNNEL else ", ".join(events)),
        ("Counted", MEASURES.get(definition.get("measure", ""), definition.get("measure", ""))),
        ("Formula", definition.get("formula", "")),
        ("By", definition.get("group_by", "")),
        ("Segments", "\n".join(json.dumps(each) for each in definition.get("segments") or [])),
        ("Steps are taken", definition.get("mode", "")),
        ("Chart", definition.get("chart", "")),
        ("Cohort", definition.get("cohort", "")),
        ("File's event", definition.get("export", "")),
    ]
    return [(label, words) for label, words in told if words]


MEASURES = {
    "totals": "how often it happened",
    "uniques": "how many people did it",
    "average": "how often a person did it on average",
    "pct_dau": "share of active people who did it",
    "sums": "sum of a property",
    "value_avg": "average of a property",
    "active": "active people",
    "new": "new people",
}


def _parsed(line: str) -> Any:
    try:
        found = json.loads(line, parse_constant=_refuse)
        json.dumps(found, ensure_ascii=False).encode()  # half a character has no bytes
    except (ValueError, RecursionError):
        raise Unclear(f"This is not JSON: {line[:60]}") from None
    if re.search(r"(?<!\\)(\\\\)*\\u0000", json.dumps(found)):
        raise Unclear(f"NUL is no letter of a name: {line[:60]}")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def _line(event: dict[str, Any]) -> str:
    return event["event_type"] if set(event) == {"event_type"} else json.dumps(event)

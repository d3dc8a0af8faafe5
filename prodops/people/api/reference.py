"""The OpenAPI document in the order and words of a page."""

from dataclasses import dataclass, field
from typing import Any

MOST_DEEP = 4


@dataclass
class Line:
    """One value that may be sent or comes back."""

    name: str
    kind: str
    note: str
    is_required: bool
    where: str = ""


@dataclass
class Call:
    """One thing the API does."""

    method: str
    path: str
    title: str
    about: str
    scope: str
    parameters: list[Line]
    body: list[Line]
    answers: list[tuple[str, str, list[Line]]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        words = f"{self.method}{self.path}".lower().replace("/", "-")
        return words.replace("{", "").replace("}", "").strip("-")


def chapters(document: dict[str, Any]) -> dict[str, list[Call]]:
    """Return the calls of the document by their tag, in its order."""
    found: dict[str, list[Call]] = {}
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            tag = (told.get("tags") or ["Other"])[0]
            found.setdefault(tag, []).append(_call(document, method, path, told))
    return found


def _call(document: dict, method: str, path: str, told: dict) -> Call:
    content = told.get("requestBody", {}).get("content", {})
    body = next(iter(content.values()), {}).get("schema")
    return Call(
        method=method.upper(),
        path=path,
        title=told.get("summary", ""),
        about=told.get("description", ""),
        scope=told.get("x-scope", ""),
        parameters=[_parameter(document, each) for each in told.get("parameters", [])],
        body=_lines(document, body) if body else [],
        answers=[
            (str(status), answer.get("description", ""), _answer(document, answer))
            for status, answer in told.get("responses", {}).items()
            if int(status) < 400
        ],
    )


def _parameter(document: dict, told: dict) -> Line:
    schema = told.get("schema", {})
    kind, note = _kind(schema, _resolved(document, schema)), told.get("description", "")
    return Line(told["name"], kind, note, told.get("required", False), told.get("in", ""))


def _answer(document: dict, answer: dict) -> list[Line]:
    content = next(iter(answer.get("content", {}).values()), {})
    return _lines(document, content["schema"]) if "schema" in content else []


def _lines(document: dict, schema: dict, prefix: str = "", depth: int = 0) -> list[Line]:
    """Return the values of an object, those inside it below it."""
    schema = _resolved(document, schema)
    if schema.get("format") == "binary":
        return [Line("the file itself", "bytes", schema.get("description", ""), True)]
    if schema.get("type") == "array":
        return _lines(document, schema.get("items", {}), f"{prefix}[].", depth)
    required = schema.get("required", [])
    lines: list[Line] = []
    for name, told in schema.get("properties", {}).items():
        inner = _resolved(document, told)
        note = told.get("description") or ""
        lines.append(Line(prefix + name, _kind(told, inner), note, name in required))
        if depth < MOST_DEEP:
            lines += _inside(document, inner, prefix + name, depth + 1)
    return lines


def _inside(document: dict, schema: dict, name: str, depth: int) -> list[Line]:
    if schema.get("type") == "array" and schema.get("items", {}).get("format") != "binary":
        return _lines(document, schema.get("items", {}), f"{name}[].", depth)
    return _lines(document, schema, f"{name}.", depth) if schema.get("properties") else []


def _resolved(document: dict, schema: dict) -> dict:
    """Follow a reference, also through "or null"."""
    if "$ref" in schema:
        return document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    options = schema.get("allOf") or schema.get("anyOf") or []
    options = [one for one in options if one.get("type") != "null"]
    return _resolved(document, options[0]) if len(options) == 1 else schema


def _kind(schema: dict, known: dict) -> str:
    """Say in words what a value is: "text, at most 300", "one of new, triage", "number or null"."""
    words = known.get("enum") and f"one of {', '.join(map(str, known['enum']))}"
    plain = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    kind = known.get("type", "")
    words = words or {"date-time": "moment", "date": "day"}.get(known.get("format", ""))
    words = words or plain.get(kind, {"array": "list"}.get(kind, kind or "value"))
    longest = known.get("maxLength")
    null = " or null" if any(one.get("type") == "null" for one in schema.get("anyOf", [])) else ""
    return f"{words}{f', at most {longest} characters' if longest else ''}{null}"

"""A small part of Jira's query language, read over the issues that were synced.

    project = PAY AND type IN (Bug, Story) AND statusCategory != Done AND fixVersion = "2026.4"

Conditions joined by AND; a field, then =, !=, IN (…) or NOT IN (…), then words or quoted text.
Whatever else Jira knows is refused with the character it begins at, never read otherwise.
"""

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from prodops.integrations.jira.models import JiraIssue, JiraStatus

FIELDS = {
    "project": "project",
    "type": "type",
    "issuetype": "type",
    "label": "label",
    "labels": "label",
    "statuscategory": "category",
    "fixversion": "version",
}
OFFERED = "project, type, labels, statusCategory and fixVersion"
CATEGORIES = {
    "to do": JiraStatus.Category.NEW,
    "todo": JiraStatus.Category.NEW,
    "new": JiraStatus.Category.NEW,
    "in progress": JiraStatus.Category.ACTIVE,
    "indeterminate": JiraStatus.Category.ACTIVE,
    "done": JiraStatus.Category.DONE,
}
TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"[^"]*"|'[^']*')|(?P<sign>!=|=|\(|\)|,)|(?P<word>[\w.\-/+:@]+)|(?P<odd>\S))"""
)
MOST = 500
MOST_CONDITIONS = 20


class QueryRefused(ValueError):
    """The query holds what the hub does not read; `place` is the character, counted from 1."""

    def __init__(self, place: int, reason: str):
        super().__init__(f"At character {place}: {reason}")
        self.place = place


@dataclass(frozen=True)
class Condition:
    """One field that must, or must not, be one of some values."""

    field: str
    values: tuple[str, ...]
    is_negated: bool


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    place: int


def parse(text: str) -> tuple[Condition, ...]:
    """Return the conditions of a query; raises QueryRefused at the first thing not understood."""
    reader = _Reader(_tokens(text), len(text) + 1)
    conditions = [reader.condition()]
    while reader.has_more():
        reader.joint()
        conditions.append(reader.condition())
    if len(conditions) > MOST_CONDITIONS:
        raise QueryRefused(1, f"more than {MOST_CONDITIONS} conditions.")
    return tuple(conditions)


def matching(conditions: tuple[Condition, ...]) -> QuerySet[JiraIssue]:
    """Return the synced issues that fulfil all of them; deleted ones never do."""
    issues = JiraIssue.objects.filter(deleted_at=None)
    for one in conditions:
        wanted = Q()
        for value in one.values:
            wanted |= _is(one.field, value)
        issues = issues.exclude(wanted) if one.is_negated else issues.filter(wanted)
    return issues


def _is(field: str, value: str) -> Q:
    if field == "project":
        return Q(project__key__iexact=value)
    if field == "type":
        return Q(issue_type__name__iexact=value)
    if field == "label":
        return Q(labels__contains=[value])
    if field == "version":
        return Q(fix_versions__contains=[value])
    return Q(status__category=CATEGORIES[value.lower()])


def _tokens(text: str) -> list[Token]:
    found, place = [], 0
    while place < len(text.rstrip()):
        match = TOKEN.match(text, place)
        if match is None:
            raise QueryRefused(place + 1, f"“{text[place]}” is not understood here.")
        kind = match.lastgroup or ""
        written = match[kind]
        plain = written[1:-1] if kind == "quoted" else written
        found.append(Token(kind, plain, match.start(kind) + 1))
        place = match.end()
    return found


class _Reader:
    """Walks the tokens; each method reads one part or raises QueryRefused."""

    def __init__(self, tokens: list[Token], end: int):
        self.tokens, self.end, self.next = tokens, end, 0

    def has_more(self) -> bool:
        return self.next < len(self.tokens)

    def take(self, wanted: str) -> Token:
        if not self.has_more():
            raise QueryRefused(self.end, f"the query ends where {wanted} should follow.")
        self.next += 1
        return self.tokens[self.next - 1]

    def joint(self) -> None:
        token = self.take("AND")
        if token.text.upper() != "AND" or token.kind != "word":
            raise QueryRefused(token.place, f"“{token.text}”: conditions are joined by AND only.")

    def condition(self) -> Condition:
        name = self.take("a field")
        field = FIELDS.get(name.text.lower()) if name.kind == "word" else None
        if field is None:
            raise QueryRefused(name.place, f"“{name.text}” is no field the hub reads: {OFFERED}.")
        sign = self.take("=, !=, IN or NOT IN")
        word = sign.text.upper()
        if word == "NOT":
            follower = self.take("IN")
            if follower.text.upper() != "IN":
                raise QueryRefused(follower.place, "NOT is read before IN only.")
        elif word not in {"=", "!=", "IN"}:
            raise QueryRefused(sign.place, f"“{sign.text}” is not read: use =, !=, IN or NOT IN.")
        values = self.several(field) if word in {"IN", "NOT"} else (self.value(field),)
        return Condition(field, values, is_negated=word in {"!=", "NOT"})

    def several(self, field: str) -> tuple[str, ...]:
        self.sign("(")
        values = [self.value(field)]
        while self.sign(",", ")") == ",":
            values.append(self.value(field))
        return tuple(values)

    def sign(self, *wanted: str) -> str:
        words = " or ".join(f"“{one}”" for one in wanted)
        token = self.take(words)
        if token.kind != "sign" or token.text not in wanted:
            raise QueryRefused(token.place, f"“{token.text}” stands where {words} should.")
        return token.text

    def value(self, field: str) -> str:
        token = self.take("a value")
        if token.kind in {"sign", "odd"} or not token.text.strip() or "\x00" in token.text:
            raise QueryRefused(token.place, f"“{token.text}” stands where a value should.")
        if field == "category" and token.text.lower() not in CATEGORIES:
            known = "“To Do”, “In Progress” and Done"
            raise QueryRefused(token.place, f"“{token.text}” is no category: they are {known}.")
        return token.text

"""Decisions that were taken about much the same, each with the reasons a person can check."""

import math
from dataclasses import dataclass
from typing import Any

from django.db import connection

from planning.models import Decision
from prodops.people.models import User

LONGEST, MOST_TERMS, CANDIDATES = 4000, 24, 40
TITLE_SHARE, LEAST = 0.4, 0.18
SHOWN_WORDS = 6
# What the hub itself writes into the decisions it opens, and what says nothing by itself.
EMPTY = frozenset(
    {"chang", "cycl", "date", "decid", "decis", "declin", "drop", "go", "initi", "launch", "move"}
    | {"need", "new", "next", "one", "onli", "overrid", "plan", "quarter", "slip", "take"}
    | {"target", "turn", "use", "waiv", "waiver", "week", "without", "also", "ask", "could", "let"}
    | {"per", "say", "see", "three", "two", "want", "would"}
)
TITLES_ALIKE = 0.45
# As the index has it: title, context, decision, rationale and origin in one.
VECTOR = "to_tsvector('english'::regconfig, {})".format(
    " || ' ' || ".join(
        f"COALESCE({name}, '')" for name in ("title", "context", "decision", "rationale", "origin")
    )
)
TERMS = """
WITH asked AS (
    SELECT DISTINCT ON (lexeme) lexeme, token
    FROM ts_parse('default', %(text)s) AS parsed (kind, token),
        unnest(ts_lexize('english_stem', token)) AS lexeme
    WHERE length(token) BETWEEN 2 AND 100 AND token ~ '[[:alpha:]]'
    ORDER BY lexeme, length(token), token
)
SELECT asked.lexeme, asked.token,
    (SELECT count(*) FROM planning_decision
     WHERE <words> @@ quote_literal(asked.lexeme)::tsquery AND state <> 'stub'),
    (SELECT count(*) FROM planning_decision WHERE state <> 'stub')
FROM asked
LIMIT 200
""".replace("<words>", VECTOR)
ALIKE = """
SELECT id, similarity(upper(title), upper(%(title)s)),
    ARRAY(SELECT lexeme FROM unnest(<words>) WHERE lexeme = ANY (%(lexemes)s))
FROM planning_decision
WHERE state <> 'stub' AND id <> %(exclude)s AND <words> @@ %(query)s::tsquery
ORDER BY ts_rank(<words>, %(query)s::tsquery) DESC, id DESC
LIMIT %(most)s
""".replace("<words>", VECTOR)


@dataclass(frozen=True)
class Similar:
    """A decision about much the same: `score` is 0 to 1, `words` the shared ones, rarest first."""

    decision: Decision
    score: float
    words: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Term:
    lexeme: str
    word: str
    weight: float


def similar_decisions(
    *, title: str, user: User, body: str = "", exclude: int = 0, limit: int = 4
) -> list[Similar]:
    """Return what was decided about much the same, best first; two questions to the database.

    Shared words count by their rarity among decisions, alike titles besides. One word in common
    is not enough, unless it is all that was asked for.
    """
    title, body = title.replace("\x00", "").strip()[:300], body.replace("\x00", "")[:LONGEST]
    terms, asked = _terms(f"{title} {body}")
    if not terms:
        return []
    scored = sorted(_scored(terms, title, exclude), key=lambda each: (-each[1], each[0]))
    enough = min(2, asked)
    best = {
        pk: (score, words, likeness)
        for pk, score, words, likeness in scored
        if score >= LEAST and (len(words) >= enough or likeness >= TITLES_ALIKE)
    }
    found = Decision.objects.visible_to(user).for_display().in_bulk(list(best)[:limit])
    return [
        Similar(found[pk], round(score, 3), words, tuple(_reasons(found[pk], words, likeness)))
        for pk, (score, words, likeness) in best.items()
        if pk in found
    ]


def _terms(text: str) -> tuple[list[_Term], int]:
    """Return the words of a text that stand in any decision, what sharing one is worth first.

    And how many words it has that say anything, known or not.
    """
    with connection.cursor() as cursor:
        cursor.execute(TERMS, {"text": text})
        rows = [row for row in cursor.fetchall() if row[0] not in EMPTY]
    terms = [
        _Term(lexeme, word, math.log(1 + (total - known + 0.5) / (known + 0.5)))
        for lexeme, word, known, total in rows
        if known
    ]
    return sorted(terms, key=lambda term: (-term.weight, term.lexeme))[:MOST_TERMS], len(rows)


def _scored(terms: list[_Term], title: str, exclude: int):
    """Yield key, score, shared words and likeness of the titles of the nearest decisions."""
    given: dict[str, Any] = {
        "title": title,
        "lexemes": [term.lexeme for term in terms],
        "query": " | ".join(_quoted(term.lexeme) for term in terms),
        "exclude": exclude,
        "most": CANDIDATES,
    }
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, given)
        rows = cursor.fetchall()
    whole = sum(term.weight for term in terms)
    for pk, likeness, lexemes in rows:
        shared = [term for term in terms if term.lexeme in lexemes]
        part = sum(term.weight for term in shared) / whole
        score = (1 - TITLE_SHARE) * part + TITLE_SHARE * likeness
        yield pk, score, tuple(term.word for term in shared[:SHOWN_WORDS]), likeness


def _reasons(decision: Decision, words: tuple[str, ...], likeness: float):
    if likeness >= TITLES_ALIKE:
        yield "nearly the same title"
    if words:
        yield f"both speak of {', '.join(words)}"
    if decision.state == Decision.State.SUPERSEDED:
        yield "it was replaced since"


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"

"""How much one request says about another: shared words by their rarity, alike titles, nearness.

The words are scored as BM25 does (a rare word says more, a title word says more than one of the
text, a long text says less with each word), the trigram likeness of the titles is added, and what
was asked at about the same time comes a little before what is years apart.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

TITLE_CHARACTERS, QUERY_CHARACTERS = 2000, 4000
TITLE_WEIGHT = 4.0
TRIGRAM_WEIGHT, MEANING_WEIGHT, AGE_WEIGHT = 0.8, 0.3, 0.06
SATURATION, LENGTH_PENALTY = 1.2, 0.75
MOST_TERMS, MOST_ASKED, MOST_ROWS = 40, 20, 10_000
CANDIDATES, ENOUGH = 150, 5
USUAL_LENGTH, SHOWN_WORDS = 60, 6
ALL_WORDS = ""
DAYS_A_MONTH = 30.4
LONGEST_MS = 800
TERMS_SQL = """
    WITH spelt AS (
        SELECT DISTINCT ON (lexeme) lexeme, token
        FROM ts_parse('default', %(text)s || ' ' || coalesce(intake_word_parts(%(text)s), ''))
            AS parsed (kind, token),
            unnest(ts_lexize('english_stem', token)) AS lexeme
        ORDER BY lexeme, length(token), token
    )
    SELECT asked.lexeme, coalesce(spelt.token, asked.lexeme), 'A' = ANY (asked.weights),
           cardinality(asked.positions), coalesce(word.requests, 1),
           coalesce((SELECT requests FROM intake_searchword WHERE word = %(all)s), 0),
           set_config('statement_timeout', %(longest)s, true)
    FROM unnest(intake_lexemes(%(title)s, %(body)s)) AS asked
    LEFT JOIN spelt ON spelt.lexeme = asked.lexeme
    LEFT JOIN intake_searchword AS word ON word.word = asked.lexeme
"""
CANDIDATES_SQL = """
    WITH sharing AS (
        SELECT found.product_request_id AS id
        FROM unnest(%(words)s::text[], %(weights)s::float[]) AS asked (word, weight)
        CROSS JOIN LATERAL (
            SELECT product_request_id, length FROM intake_searchtext
            WHERE words @@ asked.word::tsquery
        ) AS found
        GROUP BY 1
        ORDER BY sum(asked.weight / (0.25 + 0.75 * sqrt(found.length::float / 60))) DESC, 1 DESC
        LIMIT %(most)s
    ), alike AS (
        SELECT id FROM intake_productrequest
        WHERE (SELECT count(*) FROM sharing) < %(enough)s
            AND upper(title) %% upper(%(title)s) AND id NOT IN (SELECT id FROM sharing)
        ORDER BY similarity(upper(title), upper(%(title)s)) DESC, id DESC
        LIMIT 20
    )
    SELECT request.id, coalesce(request.merged_into_id, request.id),
           similarity(upper(request.title), upper(%(title)s)), request.submitted_at, text.length,
           shared.lexemes, shared.times
    FROM (
        SELECT id FROM sharing UNION SELECT id FROM alike UNION SELECT unnest(%(also)s::bigint[])
    ) AS candidate
    JOIN intake_productrequest AS request ON request.id = candidate.id AND NOT request.is_spam
    JOIN intake_searchtext AS text ON text.product_request_id = request.id
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(lexeme), '{}') AS lexemes,
               coalesce(array_agg(cardinality(positions)
                   + CASE WHEN 'A' = ANY (weights) THEN %(title_weight)s::float ELSE 0 END
               ), '{}') AS times
        FROM unnest(text.words) WHERE lexeme = ANY (%(lexemes)s)
    ) AS shared
"""


@dataclass(frozen=True)
class Term:
    """A word of the question: its lexeme, the word as written, and what sharing it is worth."""

    lexeme: str
    word: str
    weight: float
    requests: int


@dataclass(frozen=True)
class Candidate:
    """A request worth a look: its shared lexemes and how often each stands there.

    `living` is the request that carries it on, `length` the number of its different lexemes,
    `likeness` that of the titles, 0–1.
    """

    key: int
    living: int
    likeness: float
    submitted_at: datetime
    length: int
    lexemes: tuple[str, ...]
    times: tuple[float, ...]


@dataclass(frozen=True)
class Scored:
    """What a candidate says for the request that carries it on."""

    key: int
    living: int
    score: float
    words: tuple[str, ...]
    meaning: float


@dataclass(frozen=True)
class Question:
    """What is asked: a text, when it was asked, and what else is worth a look."""

    title: str
    body: str = ""
    at: datetime | None = None
    exclude: int | None = None
    also: Sequence[int] = ()


def rank(
    question: Question, *, how_near: Callable[[list[int]], dict[int, float]] = lambda keys: {}
) -> list[Scored]:
    """Return everything worth a look with its score, in no order.

    `how_near` tells how near in meaning requests are, 0–1, for those it knows something of.
    A search that takes too long is given up: then nothing looks alike, and nobody waits for it.
    """
    try:
        with transaction.atomic():
            terms = _terms(question.title, question.body)
            candidates = _candidates(terms, question)
            transaction.set_rollback(True)  # the time limit goes with the transaction
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return []
        raise
    near = how_near([each.key for each in candidates])
    return _scored(question, terms, candidates, near)


def _terms(title: str, body: str) -> list[Term]:
    """Return the words of a text that say most, the weightiest first."""
    body = body[:QUERY_CHARACTERS]
    values = {
        "title": title,
        "body": body,
        "text": f"{title} {body}",
        "all": ALL_WORDS,
        "longest": str(LONGEST_MS),
    }
    with connection.cursor() as cursor:
        cursor.execute(TERMS_SQL, values)
        rows = cursor.fetchall()
    terms = []
    for lexeme, word, in_title, times, known, counted, _ in rows:
        total = max(counted, 100)
        requests = min(known, total)
        rarity = math.log(1 + (total - requests + 0.5) / (requests + 0.5))
        weight = TITLE_WEIGHT if in_title else 1 + math.log(times)
        terms.append(Term(lexeme, word, weight * rarity, requests))
    return sorted(terms, key=lambda term: (-term.weight, term.lexeme))[:MOST_TERMS]


def _candidates(terms: Sequence[Term], question: Question) -> list[Candidate]:
    """Return the genuine requests that share the rarest words, or have a title that looks alike.

    Each word is one index lookup; common ones are left out before they read half the table.
    Likeness alone is only worth the time when shared words fail: it finds misspelt titles.
    """
    asked: list[Term] = []
    rows = 0
    for term in terms[:MOST_ASKED]:
        if not asked or rows + term.requests <= MOST_ROWS:
            asked.append(term)
            rows += term.requests
    values: dict[str, Any] = {
        "words": ["'" + t.lexeme.replace("\\", "\\\\").replace("'", "''") + "'" for t in asked],
        "weights": [term.weight for term in asked],
        "lexemes": [term.lexeme for term in terms],
        "title": question.title,
        "most": CANDIDATES,
        "enough": ENOUGH,
        "title_weight": TITLE_WEIGHT,
        "also": list(question.also),
    }
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES_SQL, values)
        return [Candidate(*row) for row in cursor.fetchall()]


def _scored(
    question: Question,
    terms: Sequence[Term],
    candidates: Sequence[Candidate],
    near: dict[int, float],
) -> list[Scored]:
    weights = {term.lexeme: term.weight for term in terms}
    ideal = sum(weights.values()) * (SATURATION + 1) or 1
    worth = [(each, _parts(each, weights)) for each in candidates if each.key != question.exclude]
    best = max((sum(parts.values()) for _, parts in worth), default=0) / ideal or 0.2
    most = 1 + TRIGRAM_WEIGHT + (MEANING_WEIGHT if near else 0)
    written = {term.lexeme: term.word for term in terms}
    scored = []
    for each, parts in worth:
        alike = TRIGRAM_WEIGHT * each.likeness + MEANING_WEIGHT * near.get(each.key, 0)
        score = (sum(parts.values()) / ideal + best * alike) / most
        score *= _nearness(each.submitted_at, question.at)
        shared = sorted(parts, key=lambda lexeme: -parts[lexeme])[:SHOWN_WORDS]
        words = whole_words([written[lexeme] for lexeme in shared])
        scored.append(
            Scored(each.key, each.living, min(score, 1.0), words, near.get(each.key, 0.0))
        )
    return scored


def _parts(candidate: Candidate, weights: dict[str, float]) -> dict[str, float]:
    """Return what each shared lexeme is worth."""
    return {
        lexeme: weights[lexeme] * _saturated(times, candidate.length)
        for lexeme, times in zip(candidate.lexemes, candidate.times, strict=True)
    }


def _saturated(times: float, length: int) -> float:
    """Return how much a word that stands `times` in a text of `length` words counts."""
    penalty = 1 - LENGTH_PENALTY + LENGTH_PENALTY * length / USUAL_LENGTH
    return times * (SATURATION + 1) / (times + SATURATION * penalty)


def _nearness(there: datetime, here: datetime | None) -> float:
    """Return 1 for what was asked at the same moment, 0.87 for a year apart, 0.8 for five."""
    if here is None:
        return 1.0
    months = abs((here - there).total_seconds()) / 86_400 / DAYS_A_MONTH
    return 1 / (1 + AGE_WEIGHT * math.log1p(months))


def whole_words(words: list[str]) -> tuple[str, ...]:
    """Leave out letters, and what a longer word has in it: "invoicing" beside "E-invoicing"."""
    lower = [word.lower() for word in words]
    return tuple(
        word
        for word, low in zip(words, lower, strict=True)
        if len(word) > 1 and not any(low != other and _is_part(low, other) for other in lower)
    )


def _is_part(word: str, other: str) -> bool:
    """Say whether `other` is made of several words, one of which is `word`."""
    is_compound = not other.isalnum()
    return is_compound and word in other


@transaction.atomic
def count_words() -> int:
    """Count anew in how many requests each word stands; return the number of words kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('intake.count_words'))")
        cursor.execute("DELETE FROM intake_searchword")
        cursor.execute(
            "INSERT INTO intake_searchword (word, requests) SELECT word, ndoc "
            "FROM ts_stat('SELECT words FROM intake_searchtext') WHERE ndoc > 1 AND word <> ''"
        )
        kept = cursor.rowcount
        cursor.execute(
            "INSERT INTO intake_searchword (word, requests) "
            "SELECT %s, count(*) FROM intake_searchtext",
            [ALL_WORDS],
        )
    return kept

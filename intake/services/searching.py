"""Finding requests that ask for the same: shared words by their rarity, and alike titles.

The words are scored as BM25 does (a rare word says more, a title word says more than one of the
text, a long text says less with each word) and fused with the trigram likeness of the titles.
"""

import math
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from intake.models import ProductRequest
from prodops.people.models import User

TITLE_CHARACTERS, QUERY_CHARACTERS = 2000, 4000
TITLE_WEIGHT = 4.0
TRIGRAM_WEIGHT = 0.8
SATURATION, LENGTH_PENALTY = 1.2, 0.75
MOST_TERMS, MOST_ROWS = 25, 40_000
CANDIDATES, ENOUGH = 120, 5
USUAL_LENGTH = 60
ALL_WORDS = ""
CANDIDATES_SQL = """
    WITH sharing AS (
        SELECT found.product_request_id AS id
        FROM unnest(%(words)s::text[], %(weights)s::float[]) AS asked (word, weight)
        CROSS JOIN LATERAL (
            SELECT product_request_id, length FROM intake_searchtext
            WHERE words @@ asked.word::tsquery
        ) AS found
        GROUP BY 1
        ORDER BY sum(asked.weight / (0.25 + 0.75 * sqrt(found.length / 60.0))) DESC, 1 DESC
        LIMIT %(most)s
    ), alike AS (
        SELECT id FROM intake_productrequest
        WHERE (SELECT count(*) FROM sharing) < %(enough)s
            AND upper(title) %% upper(%(title)s) AND id NOT IN (SELECT id FROM sharing)
        ORDER BY similarity(upper(title), upper(%(title)s)) DESC, id DESC
        LIMIT 20
    )
    SELECT request.id, coalesce(request.merged_into_id, request.id),
           similarity(upper(request.title), upper(%(title)s)), text.length,
           shared.lexemes, shared.times
    FROM (SELECT id FROM sharing UNION ALL SELECT id FROM alike) AS candidate
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
    rarity: float
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
    length: int
    lexemes: tuple[str, ...]
    times: tuple[float, ...]


@dataclass(frozen=True)
class Scored:
    """What a candidate says for the request that carries it on."""

    living: int
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Similar:
    """A request that asks for the same: `score` is 0–1, `words` are the shared ones, best first."""

    product_request: ProductRequest
    score: float
    words: tuple[str, ...]
    voices: int
    is_open_to_user: bool

    @property
    def percent(self) -> int:
        return round(100 * self.score)


def similar(
    *,
    title: str,
    body: str = "",
    user: User | None = None,
    exclude: int | None = None,
    limit: int = 10,
    at_least: float = 0.0,
) -> list[Similar]:
    """Return the requests most like a text, best first; merged ones speak for where they went.

    With a `user`, only requests they may see or whose titles are shared; `is_open_to_user` tells
    the two apart. `exclude` leaves one request out. Very long texts are cut.
    """
    title, body = title.replace("\x00", "")[:TITLE_CHARACTERS], body.replace("\x00", "")
    scored = _scored(_terms(title, body), title, exclude)
    return _results(scored, user, exclude, limit, at_least)


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


def _terms(title: str, body: str) -> list[Term]:
    """Return the words of a text that say most, the weightiest first."""
    found: dict[str, tuple[str, int, bool, int]] = {}
    total = 100
    for lexeme, word, in_title, requests, counted in _lexemes(title, body[:QUERY_CHARACTERS]):
        first, times, was_in_title, _ = found.get(lexeme, (word, 0, False, 0))
        found[lexeme] = (first, times + 1, was_in_title or in_title, requests)
        total = max(counted, total)
    terms = []
    for lexeme, (word, times, in_title, known) in found.items():
        requests = min(known, total)
        rarity = math.log(1 + (total - requests + 0.5) / (requests + 0.5))
        weight = TITLE_WEIGHT if in_title else 1 + math.log(times)
        terms.append(Term(lexeme, word, rarity, weight * rarity, requests))
    return sorted(terms, key=lambda term: -term.weight)[:MOST_TERMS]


def _lexemes(title: str, body: str) -> list[tuple[str, str, bool, int, int]]:
    """Return each word that says something, in order, with what was counted of it.

    (lexeme, word as written, is it of the title?, requests it stands in, requests counted)
    """
    sql = """
        SELECT lexeme, token, in_title,
               coalesce((SELECT requests FROM intake_searchword WHERE word = lexeme), 1),
               coalesce((SELECT requests FROM intake_searchword WHERE word = %s), 0)
        FROM (VALUES (%s, true), (%s, false)) AS text (words, in_title),
             ts_debug('english', words), unnest(lexemes) AS lexeme
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [ALL_WORDS, title, body])
        return cursor.fetchall()


def _scored(terms: list[Term], title: str, exclude: int | None) -> list[Scored]:
    """Return everything worth a look with its score, in no order."""
    by_lexeme = {term.lexeme: term for term in terms}
    ideal = sum(term.weight * (SATURATION + 1) for term in terms) or 1
    worth = []
    for candidate in _candidates(terms, title):
        parts = {
            lexeme: by_lexeme[lexeme].weight * _saturated(times, candidate.length)
            for lexeme, times in zip(candidate.lexemes, candidate.times, strict=True)
        }
        if candidate.key != exclude:
            worth.append((candidate, parts, sum(parts.values()) / ideal))
    best = max((total for _, _, total in worth), default=0) or 0.2
    scored = []
    for candidate, parts, total in worth:
        alike = TRIGRAM_WEIGHT * best * candidate.likeness
        shared = sorted(parts, key=lambda lexeme: -parts[lexeme])[:5]
        words = whole_words([by_lexeme[lexeme].word for lexeme in shared])
        score = min((total + alike) / (1 + TRIGRAM_WEIGHT), 1.0)
        scored.append(Scored(candidate.living, score, words))
    return scored


def whole_words(words: list[str]) -> tuple[str, ...]:
    """Leave out what a longer word has in it: "E" and "invoicing" beside "E-invoicing"."""
    parts = {part.lower() for word in words if "-" in word for part in word.split("-")}
    return tuple(word for word in words if word.lower() not in parts)


def _saturated(times: float, length: int) -> float:
    """Return how much a word that stands `times` in a text of `length` words counts."""
    penalty = 1 - LENGTH_PENALTY + LENGTH_PENALTY * length / USUAL_LENGTH
    return times * (SATURATION + 1) / (times + SATURATION * penalty)


def _candidates(terms: list[Term], title: str) -> list[Candidate]:
    """Return the genuine requests that share the rarest words, or have a title that looks alike.

    Each word is one index lookup; common ones are left out before they read half the table.
    Likeness alone is only worth the time when shared words fail: it finds misspelt titles.
    """
    asked: list[Term] = []
    rows = 0
    for term in terms:
        if not asked or rows + term.requests <= MOST_ROWS:
            asked.append(term)
            rows += term.requests
    values: dict[str, Any] = {
        "words": ["'" + t.lexeme.replace("\\", "\\\\").replace("'", "''") + "'" for t in asked],
        "weights": [term.weight for term in asked],
        "lexemes": [term.lexeme for term in terms],
        "title": title,
        "most": CANDIDATES,
        "enough": ENOUGH,
        "title_weight": TITLE_WEIGHT,
    }
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES_SQL, values)
        return [Candidate(*row) for row in cursor.fetchall()]


def _results(
    scored: list[Scored], user: User | None, exclude: int | None, limit: int, at_least: float
) -> list[Similar]:
    """Look the best ones up, leaving out what `user` must not know of."""
    best: dict[int, Scored] = {}
    for each in sorted(scored, key=lambda each: (each.score, each.words), reverse=True):
        if each.living != exclude and each.score >= at_least:
            best.setdefault(each.living, each)
    ordered = sorted(best, key=lambda key: (-best[key].score, key))
    known = ProductRequest.objects.known_to(user).in_order_of(ordered)
    return [
        Similar(
            product_request=product_request,
            score=round(best[product_request.pk].score, 4),
            words=best[product_request.pk].words,
            voices=product_request.voices,
            is_open_to_user=product_request.is_open_to_user,
        )
        for product_request in known.select_related("kind").with_due()[:limit]
    ]

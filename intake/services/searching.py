"""Finding requests that ask for the same: shared words by their rarity, and alike titles.

The words are scored as BM25 does (a rare word says more, a title word says more than one of the
text, a long text says less with each word) and fused with the trigram likeness of the titles.
"""

import math
from dataclasses import dataclass

from django.db import connection, transaction

from intake.models import ProductRequest, SearchWord
from prodops.people.models import User

TITLE_CHARACTERS, QUERY_CHARACTERS = 2000, 4000
TITLE_WEIGHT = 4.0
TRIGRAM_WEIGHT = 0.8
SATURATION, LENGTH_PENALTY = 1.2, 0.75
MOST_TERMS, MOST_ROWS = 25, 40_000
CANDIDATES, ENOUGH = 120, 5
USUAL_LENGTH = 60
ALL_WORDS = ""


@dataclass(frozen=True)
class Term:
    """A word of the question: its lexeme, the word as written, and what sharing it is worth."""

    lexeme: str
    word: str
    rarity: float
    weight: float
    requests: int


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
    terms = _terms(title, body)
    scores = _scores(terms, title, exclude)
    if not scores:
        return []
    return _results(scores, user, exclude, limit, at_least)


@transaction.atomic
def count_words() -> int:
    """Count anew in how many requests each word stands; return the number of words kept."""
    with connection.cursor() as cursor:
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
    found: dict[str, tuple[str, int, bool]] = {}
    for lexeme, word, in_title in _lexemes(title, body[:QUERY_CHARACTERS]):
        first, times, was_in_title = found.get(lexeme, (word, 0, False))
        found[lexeme] = (first, times + 1, was_in_title or in_title)
    counts = dict(
        SearchWord.objects.filter(word__in=[*found, ALL_WORDS]).values_list("word", "requests")
    )
    total = max(counts.pop(ALL_WORDS, 0), 100)
    terms = []
    for lexeme, (word, times, in_title) in found.items():
        requests = min(counts.get(lexeme, 1), total)
        rarity = math.log(1 + (total - requests + 0.5) / (requests + 0.5))
        weight = TITLE_WEIGHT if in_title else 1 + math.log(times)
        terms.append(Term(lexeme, word, rarity, weight * rarity, requests))
    return sorted(terms, key=lambda term: -term.weight)[:MOST_TERMS]


def _lexemes(title: str, body: str) -> list[tuple[str, str, bool]]:
    """Return (lexeme, word as written, is it of the title?) of each word that says something."""
    sql = """
        SELECT lexeme, token, in_title
        FROM (VALUES (%s, true), (%s, false)) AS text (words, in_title),
             ts_debug('english', words), unnest(lexemes) AS lexeme
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [title, body])
        return cursor.fetchall()


def _scores(
    terms: list[Term], title: str, exclude: int | None
) -> dict[int, tuple[float, tuple[str, ...]]]:
    """Return request key → (score, shared words) for everything worth a look."""
    keys = _candidates(terms, title)
    by_lexeme = {term.lexeme: term for term in terms}
    worth: dict[int, dict[str, float]] = {key: {} for key in keys}
    for key, lexeme, times, length in _matches(keys, list(by_lexeme)):
        worth[key][lexeme] = by_lexeme[lexeme].weight * _saturated(times, length)
    alike = _title_likeness(keys, title)
    worth.pop(exclude or 0, None)
    ideal = sum(term.weight * (SATURATION + 1) for term in terms) or 1
    totals = {key: sum(parts.values()) / ideal for key, parts in worth.items()}
    best = max(totals.values(), default=0) or 0.2
    scores = {}
    for key, parts in worth.items():
        score = (totals[key] + TRIGRAM_WEIGHT * best * alike.get(key, 0)) / (1 + TRIGRAM_WEIGHT)
        shared = sorted(parts, key=lambda lexeme: -parts[lexeme])[:5]
        scores[key] = (min(score, 1.0), tuple(by_lexeme[lexeme].word for lexeme in shared))
    return scores


def _saturated(times: float, length: int) -> float:
    """Return how much a word that stands `times` in a text of `length` words counts."""
    penalty = 1 - LENGTH_PENALTY + LENGTH_PENALTY * length / USUAL_LENGTH
    return times * (SATURATION + 1) / (times + SATURATION * penalty)


def _candidates(terms: list[Term], title: str) -> list[int]:
    """Return the keys of the requests that share the rarest words, the most promising ones first.

    Each word is one index lookup; common ones are left out before they read half the table.
    """
    asked: list[Term] = []
    rows = 0
    for term in terms:
        if not asked or rows + term.requests <= MOST_ROWS:
            asked.append(term)
            rows += term.requests
    sql = """
        SELECT found.product_request_id
        FROM unnest(%s::text[], %s::float[]) AS asked (word, weight)
        CROSS JOIN LATERAL (
            SELECT product_request_id, length FROM intake_searchtext
            WHERE words @@ asked.word::tsquery
        ) AS found
        GROUP BY 1
        ORDER BY sum(asked.weight / (0.25 + 0.75 * sqrt(found.length / 60.0))) DESC, 1 DESC
        LIMIT %s
    """
    words = ["'" + t.lexeme.replace("\\", "\\\\").replace("'", "''") + "'" for t in asked]
    with connection.cursor() as cursor:
        cursor.execute(sql, [words, [t.weight for t in asked], CANDIDATES])
        keys = [key for (key,) in cursor.fetchall()]
    return keys if len(keys) >= ENOUGH else [*keys, *_misspelt(title, keys)]


def _misspelt(title: str, keys: list[int]) -> list[int]:
    """Return requests whose title looks alike: only worth the time when shared words fail."""
    sql = """
        SELECT id FROM intake_productrequest
        WHERE upper(title) %% upper(%s) AND NOT id = ANY (%s)
        ORDER BY similarity(upper(title), upper(%s)) DESC, id DESC LIMIT 20
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [title, keys, title])
        return [key for (key,) in cursor.fetchall()]


def _matches(keys: list[int], lexemes: list[str]) -> list[tuple[int, str, float, int]]:
    """Return (key, lexeme, times, length of the text), a title word counting as several times."""
    sql = """
        SELECT product_request_id, lexeme,
               cardinality(positions) + CASE WHEN 'A' = ANY (weights) THEN %s::float ELSE 0 END,
               length
        FROM intake_searchtext, unnest(words)
        WHERE product_request_id = ANY (%s) AND lexeme = ANY (%s)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [TITLE_WEIGHT, keys, lexemes])
        return cursor.fetchall()


def _title_likeness(keys: list[int], title: str) -> dict[int, float]:
    sql = """
        SELECT id, similarity(upper(title), upper(%s)) FROM intake_productrequest
        WHERE id = ANY (%s)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [title, keys])
        return dict(cursor.fetchall())


def _results(
    scores: dict, user: User | None, exclude: int | None, limit: int, at_least: float
) -> list[Similar]:
    """Look the best ones up, leaving out what `user` must not know of."""
    genuine = ProductRequest.objects.genuine().filter(pk__in=scores)
    best: dict[int, tuple[float, tuple[str, ...]]] = {}
    for key, merged_into in genuine.values_list("pk", "merged_into"):
        living = merged_into or key
        if living != exclude and scores[key][0] >= at_least:
            best[living] = max(best.get(living, (0.0, ())), scores[key])
    open_to_user, shared = _open_to(user, list(best))
    ordered = sorted(best, key=lambda key: (-best[key][0], key))
    shown = [key for key in ordered if key in open_to_user or key in shared][:limit]
    found = ProductRequest.objects.select_related("kind").with_due().in_bulk(shown)
    return [
        Similar(
            product_request=found[key],
            score=round(best[key][0], 4),
            words=best[key][1],
            voices=found[key].voices,
            is_open_to_user=key in open_to_user,
        )
        for key in shown
    ]


def _open_to(user: User | None, keys: list[int]) -> tuple[set[int], set[int]]:
    """Return which of the requests `user` may see, and whose title they may know."""
    if user is None:
        return set(keys), set()
    visible = ProductRequest.objects.visible_to(user).filter(pk__in=keys)
    open_to_user = set(visible.values_list("pk", flat=True))
    if open_to_user.issuperset(keys):
        return open_to_user, set()
    shared = ProductRequest.objects.filter(pk__in=keys, is_shared=True)
    return open_to_user, set(shared.values_list("pk", flat=True))

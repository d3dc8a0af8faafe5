"""How well and how fast requests that ask for the same are found.

    python -m benchmarks.duplicates [--requests 200000]

Quality: real issues whose triage staff marked duplicates (../shared/data/duplicates, or
DUPLICATES_DIR). The later one of a pair asks; everything created before it may answer. Speed: the
demo's requests copied until there are so many, asked with the words of some of them. With
EMBEDDING_MODEL set, the search by meaning stands in a row of its own.
"""

import argparse
import csv
import gzip
import io
import os
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from benchmarks import database

DATA = Path(
    os.environ.get("DUPLICATES_DIR") or database.ROOT.parent / "shared" / "data" / "duplicates"
)
DEEPEST = 10
ASKED, ASKED_SLOWLY = 60, 8
OURS, WITH_MODEL = "the hub", "the hub with EMBEDDING_MODEL"
HEAD = ("search", "R@1", "R@5", "R@10", "MRR", "p50 ms", "p95 ms")

PLAIN_TEXT = """
SELECT product_request_id FROM intake_searchtext,
    to_tsquery('english', (
        SELECT string_agg(quote_literal(lexeme), ' | ')
        FROM unnest(to_tsvector('english', %(text)s))
    )) AS question
WHERE words @@ question AND product_request_id <> %(own)s
ORDER BY ts_rank(words, question) DESC, product_request_id DESC LIMIT 10
"""
PLAIN_TRIGRAMS = """
SELECT text.product_request_id FROM intake_searchtext AS text
JOIN intake_productrequest AS request ON request.id = text.product_request_id
WHERE upper(title) %% upper(%(title)s) AND request.id <> %(own)s
ORDER BY similarity(upper(title), upper(%(title)s)) DESC, request.id DESC LIMIT 10
"""


@dataclass
class Question:
    """A request that asks, and the earlier ones its people said it repeats."""

    pk: int
    title: str
    body: str
    at: datetime
    answers: set[int] = field(default_factory=set)


Search = Callable[[Question], list[int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=200_000)
    chosen = parser.parse_args()
    if not (DATA / "pairs.csv").is_file():
        print(f"Duplicates: quality not measured, there are no labelled pairs in {DATA}.")
    else:
        with database.own(port=0):
            _set_up()
            measure_quality()
    if chosen.requests:
        with database.own(port=0):
            _set_up()
            grow(chosen.requests)
            print(speed())


def _set_up() -> None:
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    connections.close_all()
    call_command("migrate", verbosity=0)


def measure_quality() -> None:
    """Print how often each search finds what the people found."""
    from benchmarks import report

    questions = load()
    _learn()
    pairs = sum(len(each.answers) for each in questions)
    print(f"{pairs} pairs among {count('intake_productrequest'):,} issues, later one asks:\n")
    print(report.table(HEAD, [row(name, ask, questions) for name, ask in searches().items()]))


def grow(requests: int) -> None:
    """Load the demo and copy its requests until there are so many; a kept database has them."""
    from django.core.management import call_command

    from benchmarks import data

    quiet = io.StringIO()
    call_command("demo", stdout=quiet, stderr=quiet)
    data.grow(requests=requests, issues=0)
    _learn()


def _learn() -> None:
    """Give every request its vector, where a model is named."""
    from intake.services import meaning

    while meaning.learn():
        pass


def speed() -> str:
    """Return how long each search takes among the requests of the database, as a table."""
    from benchmarks import report
    from intake.models import ProductRequest

    questions = [_question(each) for each in ProductRequest.objects.order_by("?")[:ASKED]]
    words = count("intake_searchword")
    rows = [
        (name, *timed(ask, questions[: ASKED if name.startswith(OURS) else ASKED_SLOWLY]))
        for name, ask in searches().items()
    ]
    return (
        f"Duplicates among {ProductRequest.objects.count():,} requests with {words:,} words:\n\n"
        + report.table(("search", "p50 ms", "p95 ms", "slowest ms"), rows)
    )


def load() -> list[Question]:
    """Import the labelled issues and return those that ask, the newest first."""
    from intake.models import ProductRequest
    from intake.services import import_requests

    with gzip.open(DATA / "corpus.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        import_requests(lines, at=_now())
    known = {
        each.external_id: each
        for each in ProductRequest.objects.only("title", "body", "submitted_at", "external_id")
    }
    questions: dict[int, Question] = {}
    with (DATA / "pairs.csv").open(encoding="utf-8", newline="") as lines:
        for pair in csv.DictReader(lines):
            two = [known[pair["duplicate"]], known[pair["original"]]]
            earlier, later = sorted(two, key=lambda each: (each.submitted_at, each.pk))
            asks = questions.setdefault(later.pk, _question(later))
            asks.answers.add(earlier.pk)
    order = {each.pk: (each.submitted_at, each.pk) for each in known.values()}
    return sorted(questions.values(), key=lambda each: order[each.pk], reverse=True)


def _question(product_request) -> Question:
    return Question(
        product_request.pk,
        product_request.title,
        product_request.body,
        product_request.submitted_at,
    )


def searches() -> dict[str, Search]:
    """Return each search of the table: what it is called, and how it is asked."""
    from django.conf import settings

    def text(asked: Question, *, whole: bool) -> list[int]:
        words = f"{asked.title} {asked.body}" if whole else asked.title
        return _keys(PLAIN_TEXT, text=words, own=asked.pk)

    return {
        "trigrams of the title": lambda q: _keys(PLAIN_TRIGRAMS, title=q.title, own=q.pk),
        "full text, ts_rank, title asks": lambda q: text(q, whole=False),
        "full text, ts_rank, title and text ask": lambda q: text(q, whole=True),
        OURS: by_words,
        **({WITH_MODEL: ours} if settings.EMBEDDING_MODEL else {}),
    }


def ours(asked: Question) -> list[int]:
    from intake.services import similar

    found = similar(
        title=asked.title, body=asked.body, exclude=asked.pk, asked_at=asked.at, limit=DEEPEST
    )
    return [each.product_request.pk for each in found]


def by_words(asked: Question) -> list[int]:
    from django.test import override_settings

    with override_settings(EMBEDDING_MODEL=""):
        return ours(asked)


def row(name: str, ask: Search, questions: list[Question]) -> tuple[str, ...]:
    """Ask every question among what was there before it; the pairs count one by one."""
    ranks, times = [], []
    for asked in _in_their_time(questions):
        began = time.perf_counter()
        found = ask(asked)
        times.append(1000 * (time.perf_counter() - began))
        places = {key: place for place, key in enumerate(found, start=1)}
        ranks += [places.get(answer, 0) for answer in asked.answers]
    within = [sum(0 < rank <= most for rank in ranks) / len(ranks) for most in (1, 5, DEEPEST)]
    mean = sum(1 / rank for rank in ranks if rank) / len(ranks)
    return (name, *(f"{share:.3f}" for share in [*within, mean]), *_middle(times)[:2])


def timed(ask: Search, questions: list[Question]) -> tuple[str, ...]:
    times = []
    for asked in [*questions[:3], *questions]:
        began = time.perf_counter()
        ask(asked)
        times.append(1000 * (time.perf_counter() - began))
    return _middle(times[3:])


def _middle(times: list[float]) -> tuple[str, str, str]:
    p95 = statistics.quantiles(times, n=20, method="inclusive")[18]
    return f"{statistics.median(times):.1f}", f"{p95:.1f}", f"{max(times):.1f}"


def _in_their_time(questions: list[Question]) -> Iterator[Question]:
    """Give each question, the newest first, with all that came after it taken out of the search."""
    from django.db import connection, transaction

    forget = """
        DELETE FROM intake_searchtext USING intake_productrequest AS request, (
            SELECT submitted_at, id FROM intake_productrequest WHERE id = %s
        ) AS asking
        WHERE request.id = product_request_id
            AND (request.submitted_at, request.id) > (asking.submitted_at, asking.id)
    """
    by_meaning = "intake_requestmeaning" in connection.introspection.table_names()
    with transaction.atomic():
        for asked in questions:
            with connection.cursor() as cursor:
                cursor.execute(forget, [asked.pk])
                if by_meaning:
                    cursor.execute(forget.replace("searchtext", "requestmeaning"), [asked.pk])
            yield asked
        transaction.set_rollback(True)


def _keys(sql: str, **values: object) -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [key for (key,) in cursor.fetchall()]


def count(table: str) -> int:
    return _keys(f"SELECT count(*) FROM {table}")[0]


def _now():
    from django.utils import timezone

    return timezone.now()


if __name__ == "__main__":
    main()

"""How fast themes are weighed: the pages that show 325 themes of 40,000 links.

    python -m benchmarks.theme_lists

BENCH_REQUESTS changes how many requests there are (50,000 unless told); KEEP=1 keeps the database.
"""

import os
import statistics
import time

from benchmarks import database

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "50000"))
THEMES, LINKS, TICKETS, TICKET_LINKS = 325, 40_000, 2_000, 3_000
WARM, VISITS = 3, 20
HEAD = ("page", "p50 ms", "p95 ms", "SQL")

MAKE_THREADS = """
INSERT INTO audit_thread (kind, key, title, path)
SELECT 'theme', 'THM-BENCH-' || n, 'Theme of the benchmark ' || n, '/'
FROM generate_series(1, %s) AS n
"""
MAKE_THEMES = """
INSERT INTO intake_theme (name, description, state, created_at, created_by_id, thread_id, group_id)
SELECT title, '', 'active', now(), (SELECT min(id) FROM people_user), id,
       (SELECT id FROM intake_themegroup ORDER BY md5(id::text || thread.id) LIMIT 1)
FROM audit_thread thread WHERE key LIKE 'THM-BENCH-%%'
"""
MAKE_TICKETS = """
WITH story AS (
    INSERT INTO audit_thread (kind, key, title, path)
    SELECT 'ticket', 'TKT-BENCH-' || n, 'Ticket ' || n, '/' FROM generate_series(1, %s) AS n
    RETURNING id
)
INSERT INTO intake_supportticket (source, external_id, subject, text, requester_name,
    requester_email, account_id, status, opened_at, tags, url, thread_id)
SELECT 'csv', 'bench-' || id, 'Ticket ' || id, 'It stops.', '', '',
       (SELECT id FROM intake_account ORDER BY md5(id::text || story.id) LIMIT 1), 'open',
       now() - make_interval(days => (id %% 400)::int), '{}', '', id
FROM story
"""
# Some themes hear much and most hear little: the square of a throw.
MAKE_LINKS = """
WITH said AS (
    INSERT INTO intake_quote ({column}, part, text, at, by_id)
    SELECT id, 'whole', '', now() - make_interval(days => (id %% 300)::int),
           (SELECT min(id) FROM people_user)
    FROM {table} WHERE id NOT IN (
        SELECT {column} FROM intake_quote WHERE part = 'whole' AND {column} IS NOT NULL
    )
    ORDER BY md5(id::text) LIMIT %s
    RETURNING id, {column}, at, by_id
), theme AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS number
    FROM intake_theme WHERE state = 'active'
)
INSERT INTO intake_themequote (quote_id, {column}, attached_to_id, theme_id, at, by_id)
SELECT DISTINCT said.id, said.{column}, theme.id, theme.id, said.at, said.by_id
FROM said CROSS JOIN LATERAL (
    SELECT DISTINCT ('x' || substr(md5(said.id::text || n), 1, 6))::bit(24)::int AS throw
    FROM generate_series(1, 2) AS n
) thrown
JOIN theme ON theme.place = floor(power(thrown.throw / 16777216.0, 2) * theme.number)
"""


def grow() -> None:
    """Make themes and links until there are so many, once."""
    import pgtrigger
    from django.db import connection, transaction

    from intake.models import Theme

    recorded = ("Theme", "Quote", "ThemeQuote", "SupportTicket")
    triggers = [f"intake.{name}:recorded" for name in recorded]
    missing = THEMES - Theme.objects.in_use().count()
    if missing <= 0:
        return
    with pgtrigger.ignore(*triggers), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(MAKE_THREADS, [missing])
        cursor.execute(MAKE_THEMES)
        cursor.execute(MAKE_TICKETS, [TICKETS])
        told = {"column": "product_request_id", "table": "intake_productrequest"}
        cursor.execute(MAKE_LINKS.format(**told), [LINKS // 2])
        told = {"column": "ticket_id", "table": "intake_supportticket"}
        cursor.execute(MAKE_LINKS.format(**told), [TICKET_LINKS // 2])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def rows() -> list[tuple[str, ...]]:
    """Return one row a page: visited as ops, in this process."""
    from django.test import Client

    from prodops.people.models import User

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.active().filter(role=User.Role.OPS).order_by("pk")[0])
    return [(name, *_measure(client, address)) for name, address in _pages().items()]


def _pages() -> dict[str, str]:
    from django.db.models import Count
    from django.urls import reverse

    from intake.models import Theme

    themes = reverse("intake:themes")
    largest = Theme.objects.annotate(n=Count("links")).order_by("-n")[0]
    return {
        f"themes, the first 50 of {Theme.objects.in_use().count()}": themes,
        "themes, the last page": f"{themes}?page=7",
        "themes by voices": f"{themes}?sort=-voices",
        "themes by ARR": f"{themes}?sort=-arr",
        "themes by growth": f"{themes}?sort=-growth",
        "themes that grow": f"{themes}?growth=growing",
        "themes as CSV": f"{themes}?format=csv",
        f"one theme, of {largest.n:,} links": largest.get_absolute_url(),
        "the week": reverse("intake:weeks"),
    }


def _measure(client, address: str) -> tuple[str, ...]:
    from django.db import connection

    asked: list[str] = []

    def count(execute, sql, *args):
        asked.append(sql)
        return execute(sql, *args)

    with connection.execute_wrapper(count):
        _visit(client, address)
    number = len(asked)
    for _ in range(WARM):
        _visit(client, address)
    took = sorted(_visit(client, address) for _ in range(VISITS))
    p95 = took[int(len(took) * 0.95) - 1]
    return f"{statistics.median(took):.0f}", f"{p95:.0f}", str(number)


def _visit(client, address: str) -> float:
    """Return the milliseconds until the last byte."""
    began = time.perf_counter()
    response = client.get(address)
    if response.streaming:
        b"".join(response)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}.")
    return 1000 * (time.perf_counter() - began)


def show() -> None:
    """Print the table; the database has to be the benchmark's own."""
    from benchmarks.report import table
    from intake.models import ProductRequest, ThemeQuote

    grow()
    links = ThemeQuote.objects.live()
    print(
        f"{links.count():,} links of {ProductRequest.objects.count():,} requests "
        f"and {links.of_tickets().count():,} tickets to themes:"
    )
    print(f"{table(HEAD, rows())}\n", flush=True)


def main() -> None:
    with database.own(port=0):
        import django

        django.setup()
        from benchmarks import figures

        figures.make(requests=REQUESTS, issues=0, events=0)
        show()


if __name__ == "__main__":
    main()

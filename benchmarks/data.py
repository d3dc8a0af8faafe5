"""The data the pages are measured with: the demo organisation, copied until it is large.

Requests and issues are copied with everything that hangs on them, so that states, clocks, merges,
voices and changelogs stay as they are in a living hub. Decided requests and closed issues are
spread over the past two years; open ones stay where they are. Titles and bodies get words of their
own, drawn from a vocabulary in which a few words are common and most are rare.
"""

import random
from contextlib import contextmanager
from itertools import accumulate

import pgtrigger
from django.db import connection, transaction

from benchmarks import copying
from intake.models import ProductRequest
from intake.services.ranking import count_words
from prodops.audit.models import Comment, Event
from prodops.integrations.jira.models import JiraIssue
from prodops.people.models import Team, User

TEAMS_TIMES = 3
REQUESTS_A_PERSON = 40
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "en", "or", "il")]
RECORDED = ("ProductRequest", "Backing", "FormAnswer", "Merge")

REQUEST_COPIES = """
CREATE TEMP TABLE request_copy AS
SELECT old.id AS row, old.thread_id AS thread, n,
       make_interval(days => mod(n - 1, 24) * 30) AS shift,
       row_number() OVER (ORDER BY n, parent.id IS NOT NULL, old.id) AS place
FROM intake_productrequest old
LEFT JOIN intake_productrequest parent ON parent.id = old.merged_into_id
CROSS JOIN generate_series(1, %s) AS n
WHERE mod(n - 1, 24) = 0 OR (coalesce(parent, old)).decided_at IS NOT NULL
ORDER BY place
LIMIT %s
"""

ISSUE_COPIES = """
CREATE TEMP TABLE issue_copy AS
SELECT old.id AS row, n, make_interval(days => mod(n - 1, 4) * 180) AS shift
FROM jira_jiraissue old
JOIN jira_jirastatus status ON status.id = old.status_id
JOIN jira_jiraissuetype type ON type.id = old.issue_type_id
CROSS JOIN generate_series(1, %s) AS n
WHERE mod(n - 1, 4) = 0 OR type.level > 0 OR status.step IN ('finished', 'abandoned')
ORDER BY n, old.parent_id IS NOT NULL, old.id
LIMIT %s
"""

COMMENTS = """
INSERT INTO audit_comment (thread_id, body, is_public, by_id, at)
SELECT thread_id, 'Any news? ' || left(body, 200), mod(id, 3) = 0, author_id, submitted_at
FROM intake_productrequest WHERE mod(id, 2) = 0
"""


HISTORY = """
INSERT INTO audit_change
    (at, "table", "row", label, operation, actor_id, via, transaction, changes)
SELECT submitted_at, 'intake_productrequest', id, left(title, 200), 'INSERT', author_id, 'page', 1,
       jsonb_build_object('title', jsonb_build_array(NULL, title))
FROM intake_productrequest WHERE id > %s
UNION ALL
SELECT at, 'intake_productrequest', product_request_id, '', 'UPDATE', by_id, 'page', 1,
       jsonb_build_object('state', jsonb_build_array(from_state, to_state))
FROM intake_requeststatechange WHERE product_request_id > %s
UNION ALL
SELECT at, 'audit_comment', id, '', 'INSERT', by_id,
       CASE mod(id, 50) WHEN 0 THEN 'api' ELSE 'page' END, 1,
       jsonb_build_object('body', jsonb_build_array(NULL, left(body, 80)))
FROM audit_comment WHERE thread_id > %s
"""

SLOW_TO_KEEP = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND indexdef LIKE '%% USING gin %%' AND tablename = ANY (%s)
"""
WRITTEN = ["audit_thread", "audit_change", "intake_productrequest", "intake_searchtext"]
WRITTEN += ["intake_formanswer"]

TALK = """
INSERT INTO audit_comment (thread_id, body, is_public, by_id, at)
SELECT thread_id, 'Word ' || n || ' on it. ' || left(body, 120), mod(n, 3) = 0, author_id,
       submitted_at + make_interval(hours => n::int)
FROM generate_series(1, %s) AS n CROSS JOIN intake_productrequest
LIMIT %s
"""


def grow(*, requests: int, issues: int, events: int = 0) -> None:
    """Copy what the demo holds until it is so large, once; `events` counts comments too."""
    if Team.objects.filter(pk__gt=copying.STRIDE).exists():
        return
    recorded = [f"intake.{name}:recorded" for name in RECORDED]
    recorded += ["people.Team:recorded", "people.User:recorded", "audit.Comment:recorded"]
    with pgtrigger.ignore(*recorded), transaction.atomic(), connection.cursor() as cursor:
        with _without_slow_indexes(cursor):
            _teams(cursor)
            _requests(cursor, requests - ProductRequest.objects.count())
            _stories(cursor, events - Event.objects.count() - Comment.objects.count())
            cursor.execute(HISTORY, [copying.STRIDE] * 3)
        _issues(cursor, issues - JiraIssue.objects.count())
        copying.reset_sequences(cursor)
    count_words()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def _without_slow_indexes(cursor):
    """Build the indexes of words and trigrams once at the end instead of row by row."""
    cursor.execute(SLOW_TO_KEEP, [WRITTEN])
    slow = cursor.fetchall()
    for name, _ in slow:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _, definition in slow:
        cursor.execute(definition)
    cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _teams(cursor) -> None:
    for table in ("people_team", "jira_jiraproject"):
        cursor.execute(
            f"CREATE TEMP TABLE {table}_copy AS SELECT id AS row, n, interval '0' AS shift "
            f"FROM {table}, generate_series(1, {TEAMS_TIMES - 1}) AS n"
        )
    copying.For(cursor, "people_team_copy")(
        "people_team", "id", moved=("id",),
        slug="old.slug || '-' || n", name="old.name || ' ' || n + 1",
    )  # fmt: skip
    copying.For(cursor, "jira_jiraproject_copy")(
        "jira_jiraproject", "id", moved=("id", "team_id"),
        jira_id="old.jira_id || '0' || n", key="old.key || n + 1", name="old.name || ' ' || n + 1",
    )  # fmt: skip


def _requests(cursor, rows: int) -> None:
    if rows <= 0:
        return
    _texts(cursor, rows)
    times = _requesters(cursor, rows // REQUESTS_A_PERSON)
    cursor.execute(REQUEST_COPIES, [rows // 50 + 24, rows])
    cursor.execute("ANALYZE request_copy")
    copy = copying.For(cursor, "request_copy")
    own_title = "(SELECT title FROM request_text WHERE place = copy.place)"
    number = f"(copy.row + n * {copying.STRIDE})"
    copy(
        "audit_thread", "id", by="thread", moved=("id",), title=own_title,
        key=f"'REQ-' || {number}", path=f"'/intake/requests/' || {number} || '/'",
    )  # fmt: skip
    copy(
        "intake_productrequest", "id", moved=("id", "thread_id", "merged_into_id"),
        title=own_title, team_id=_other("team_id"), author_id=_person("author_id", times),
        body="old.body || (SELECT body FROM request_text WHERE place = copy.place)",
        external_id="CASE old.external_id WHEN '' THEN '' ELSE old.external_id || '-' || n END",
    )  # fmt: skip
    _what_hangs_on(copy, times)
    cursor.execute(COMMENTS)
    _drop_strays(cursor)


def _what_hangs_on(copy, times: int) -> None:
    """Copy the voices, merges, story and answers of the copied requests."""
    copy(
        "intake_backing", "product_request_id", moved=("id", "product_request_id", "came_from_id"),
        person_id=_person("person_id", times),
    )  # fmt: skip
    copy("intake_merge", "child_id", moved=("id", "child_id", "parent_id"))
    for table in ("intake_requeststatechange", "intake_triageact", "intake_formanswer"):
        copy(table, "product_request_id", moved=("id", "product_request_id"))
    copy("audit_event", "thread_id", by="thread", moved=("id", "thread_id"))
    copy(
        "audit_thread_followers", "thread_id", by="thread", moved=("id", "thread_id"),
        user_id=_person("user_id", times),
    )  # fmt: skip


def _requesters(cursor, people: int) -> int:
    """Copy those who only ask until there are so many people; return how many there are of each."""
    asking = User.objects.filter(role=User.Role.REQUESTER).count()
    times = max(1, people // asking)
    cursor.execute(
        "CREATE TEMP TABLE people_user_copy AS SELECT id AS row, n, interval '0' AS shift "
        "FROM people_user, generate_series(1, %s) AS n WHERE role = 'requester'",
        [times - 1],
    )
    copying.For(cursor, "people_user_copy")(
        "people_user", "id", moved=("id",), email="n || '.' || old.email",
        name="old.name || ' ' || n + 1",
    )  # fmt: skip
    return times


def _stories(cursor, rows: int) -> None:
    """Let people talk about every request until there are so many events and comments."""
    if rows > 0:
        cursor.execute(TALK, [rows // ProductRequest.objects.count() + 1, rows])


def _drop_strays(cursor) -> None:
    """Take out what points at a request that was not copied."""
    for table, column in (("intake_backing", "came_from_id"), ("intake_merge", "parent_id")):
        cursor.execute(
            f"DELETE FROM {table} WHERE {column} NOT IN (SELECT id FROM intake_productrequest)"
        )


def _issues(cursor, rows: int) -> None:
    if rows <= 0:
        return
    cursor.execute(ISSUE_COPIES, [rows // 1000 + 4, rows])
    copy = copying.For(cursor, "issue_copy")
    suffix = f"coalesce(nullif(mod(n, {TEAMS_TIMES}), 0) + 1 || '', '')"
    number = "split_part({0}, '-', 2)::int + n * 10000"
    key = f"split_part({{0}}, '-', 1) || {suffix} || '-' || {number}"
    copy(
        "jira_jiraissue", "id", moved=("id", "parent_id"), project_id=_other("project_id"),
        jira_id="old.jira_id || 'x' || n", key=key.format("old.key"),
        parent_jira_id="CASE old.parent_key WHEN '' THEN '' ELSE old.parent_jira_id|| 'x' || n END",
        parent_key=f"CASE old.parent_key WHEN '' THEN '' ELSE {key.format('old.parent_key')} END",
    )  # fmt: skip
    copy("jira_jirachange", "issue_id", moved=("id", "issue_id"))


def _other(column: str) -> str:
    """Spread copies over the teams: the demo's own and those copied from them."""
    return f"old.{column} + mod(n, {TEAMS_TIMES}) * {copying.STRIDE}"


def _person(column: str, times: int) -> str:
    """Let each copy of who asked ask for some; the others are there once."""
    copy = f"old.{column} + mod(n, {times}) * {copying.STRIDE}"
    return f"coalesce((SELECT id FROM people_user WHERE id = {copy}), old.{column})"


def _texts(cursor, rows: int) -> None:
    """Write a title and a text for each request that is to come."""
    dice = random.Random(7)
    words = ["".join(dice.choices(SYLLABLES, k=dice.randint(2, 4))) for _ in range(6000)]
    weights = list(accumulate(1 / (rank + 8) for rank in range(len(words))))
    wishes = list(ProductRequest.objects.order_by("pk").values_list("title", flat=True))
    cursor.execute(
        "CREATE TEMP TABLE request_text (place integer PRIMARY KEY, title text, body text)"
    )
    with cursor.copy("COPY request_text FROM STDIN") as lines:
        for place in range(1, rows + 1):
            drawn = dice.choices(words, cum_weights=weights, k=dice.randint(25, 70))
            title = f"{dice.choice(wishes)} {' '.join(drawn[:4])}"[:300]
            lines.write_row((place, title, f" {' '.join(drawn)}."))
    cursor.execute("ANALYZE request_text")

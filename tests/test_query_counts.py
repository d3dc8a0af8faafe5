"""What each page asks of the database: little, and as much for a hundred rows as for one.

Every address of tests/page_matrix.py that somebody may read is visited twice: in a world with one
of everything, and in one with a hundred (tests/crowd.py). New addresses are found by themselves and
held to the bar of records, or to that of lists when the page shows a `ListPage`.
"""

import sys
from collections import Counter
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from prodops.ui.lists import ListPage
from tests import crowd
from tests import world as worlds
from tests.page_matrix import ACCOUNTS, ROWS

pytestmark = pytest.mark.django_db
MOST_ON_A_LIST, MOST_ON_A_RECORD = 12, 15
MANY = 100
APPS = {"prodops", "intake", "planning", "launches", "reporting"}
READERS = ("ops", "admin", "executive", "contributor", "requester")
AS_STRICT_AS_LISTS = {
    "intake:portal",
    "intake:triage",
    "intake:triage-request",
    "launches:calendar",
    "launches:sign_offs",
    "people:teams",
    "reporting:dashboard",
    "reporting:definitions",
    "reporting:home",
    "reporting:scorecard",
}
MORE = [
    ("contributor", "reporting:home"),
    ("executive", "reporting:home"),
    ("contributor", "intake:triage"),
    ("requester", "intake:portal"),
    ("requester", "intake:mine"),
    ("requester", "intake:request"),
]


def first_reader(name):
    """Return who visits a page: operations, or the first other person whom the matrix lets in."""
    signs = dict(zip(worlds.PEOPLE, ROWS[name].get, strict=True))
    return next((who for who in READERS if signs[who] == "+"), None)


NAMES = sorted(name for name in ROWS.keys() - ACCOUNTS if not name.startswith("health:"))
READ = [(who, name) for name in NAMES if (who := first_reader(name))]
VISITS = [*READ, *MORE]


@dataclass(frozen=True)
class Answer:
    """The statements of one visit, and which list the page showed, if any."""

    statements: list[str]
    list_page: ListPage | None
    rows: int

    @property
    def most(self):
        return MOST_ON_A_LIST if self.list_page else MOST_ON_A_RECORD

    def __str__(self):
        return "\n".join([f"{len(self.statements)} queries:", *self.statements])


@pytest.fixture(scope="module")
def answers(django_db_setup, django_db_blocker):
    """Return visit → (answers with one row, answers with a hundred); none where no page is."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("reporting.charts.png.png", lambda figure: b"a picture")
        with django_db_blocker.unblock(), transaction.atomic():
            world = worlds.build()
            clients = {who: _signed_in(world.users[who]) for who in READERS}
            of = crowd.plant(world)
            few = {visit: _answers(world, clients, *visit) for visit in VISITS}
            crowd.grow(of, world, MANY - 1)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            many = {visit: _answers(world, clients, *visit) for visit in VISITS}
            transaction.set_rollback(True)
    return {visit: (few[visit], many[visit]) for visit in VISITS}


def _signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def _answers(world, clients, who, name):
    """Visit a page, and a list once more with its filters open."""
    address = reverse(name, kwargs=ROWS[name].keys(world))
    answer = _visit(clients[who], address)
    if answer is None:
        return []
    if answer.list_page is None:
        return [answer]
    return [answer, _visit(clients[who], f"{address}?filters=open")]


def _visit(client, address):
    """Visit a page; what the visit changed is undone."""
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        response = client.get(address)
        transaction.set_rollback(True)
    if response.status_code != 200:
        return None
    statements = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    context = response.context or {}
    shown = context.get("list")
    is_list = isinstance(shown, ListPage)
    return Answer(statements, shown if is_list else None, context["total"] if is_list else 0)


@pytest.mark.parametrize("visit", VISITS, ids=" ".join)
def test_a_page_asks_little_and_as_much_for_a_hundred_rows_as_for_one(answers, visit):
    for few, many in zip(*answers[visit], strict=True):
        most = MOST_ON_A_LIST if visit[1] in AS_STRICT_AS_LISTS else few.most

        assert len(many.statements) == len(few.statements), f"{few}\n{many}"
        assert len(many.statements) <= most, str(many)


def test_every_list_is_seen_with_a_hundred_rows(answers):
    most = Counter()
    for _, many in answers.values():
        for each in many:
            if each.list_page:
                most[each.list_page.slug] = max(most[each.list_page.slug], each.rows)

    assert {slug: rows for slug, rows in most.items() if rows < MANY} == {}


def test_every_list_page_is_visited(answers):
    shown = {each.list_page for few, _ in answers.values() for each in few}
    described = {
        page
        for name, module in sys.modules.copy().items()
        if name.partition(".")[0] in APPS
        for page in vars(module).values()
        if isinstance(page, ListPage)
    }

    assert described <= shown, "Give their addresses rows in tests/page_matrix.py."

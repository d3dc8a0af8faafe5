"""What each page asks of the database: little, and as much for a hundred rows as for one.

Every address of tests/page_matrix.py that somebody may read is visited twice: in a world with one
of everything, and in one with a hundred (tests/crowd.py). A new address is found by itself and held
to the bar of records; a list page that is not named in LISTS fails.
"""

import sys
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
LISTS = {
    "audit:changes",
    "audit:history",
    "intake:mine",
    "intake:requests",
    "integrations:runs",
    "launches:launches",
    "notifications:inbox",
    "notifications:outbox",
    "people:people",
    "planning:cycles",
    "planning:decisions",
    "planning:initiatives",
    "reporting:readouts",
}
AS_STRICT_AS_LISTS = {
    "intake:portal",
    "intake:triage",
    "launches:calendar",
    "launches:sign_offs",
    "people:teams",
    "reporting:dashboard",
    "reporting:definitions",
    "reporting:home",
    "reporting:scorecard",
}
MORE = [
    ("contributor", "reporting:home", ""),
    ("executive", "reporting:home", ""),
    ("contributor", "intake:triage", ""),
    ("requester", "intake:portal", ""),
    ("requester", "intake:mine", ""),
    ("requester", "intake:request", ""),
    *[("ops", name, "?filters=open") for name in sorted(LISTS)],
]


def first_reader(name):
    """Return who visits a page: operations, or the first other person whom the matrix lets in."""
    signs = dict(zip(worlds.PEOPLE, ROWS[name].get, strict=True))
    return next((who for who in READERS if signs[who] == "+"), None)


NAMES = sorted(name for name in ROWS.keys() - ACCOUNTS if not name.startswith("health:"))
READ = [(who, name, "") for name in NAMES if (who := first_reader(name))]
VISITS = [*READ, *MORE]


@dataclass(frozen=True)
class Answer:
    """The statements of one visit, and which list the page showed, if any."""

    statements: list[str]
    list_page: ListPage | None

    def __str__(self):
        return "\n".join([f"{len(self.statements)} queries:", *self.statements])


@pytest.fixture(scope="module")
def answers(django_db_setup, django_db_blocker):
    """Return visit → (answer with one row, answer with a hundred); None where no page is."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("reporting.charts.png.png", lambda figure: b"a picture")
        with django_db_blocker.unblock(), transaction.atomic():
            world = worlds.build()
            clients = {who: _signed_in(world.users[who]) for who in READERS}
            of = crowd.plant(world)
            few = {visit: _visit(world, clients, *visit) for visit in VISITS}
            crowd.grow(of, world, MANY - 1)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
            many = {visit: _visit(world, clients, *visit) for visit in VISITS}
            transaction.set_rollback(True)
    return {visit: (few[visit], many[visit]) for visit in VISITS}


def _signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def _visit(world, clients, who, name, query):
    """Visit a page; what the visit changed is undone."""
    address = reverse(name, kwargs=ROWS[name].keys(world)) + query
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        response = clients[who].get(address)
        transaction.set_rollback(True)
    if response.status_code != 200:
        return None
    statements = [each["sql"] for each in asked if "SAVEPOINT" not in each["sql"]]
    shown = (response.context or {}).get("list")
    return Answer(statements, shown if isinstance(shown, ListPage) else None)


@pytest.mark.parametrize("visit", VISITS, ids=" ".join)
def test_a_page_asks_little_and_as_much_for_a_hundred_rows_as_for_one(answers, visit):
    few, many = answers[visit]
    if few is None and many is None:
        return
    is_list = visit[1] in LISTS | AS_STRICT_AS_LISTS

    assert len(many.statements) == len(few.statements), f"{few}\n{many}"
    assert len(many.statements) <= (MOST_ON_A_LIST if is_list else MOST_ON_A_RECORD), str(many)


def test_every_list_page_is_held_to_the_bar_of_lists(answers):
    shown = {name: few.list_page for (_, name, _), (few, _) in answers.items() if few}
    described = [
        page
        for name, module in sys.modules.copy().items()
        if name.partition(".")[0] in APPS
        for page in vars(module).values()
        if isinstance(page, ListPage)
    ]

    assert {name for name, page in shown.items() if page} == LISTS
    assert {page.slug for page in described} == {page.slug for page in shown.values() if page}

"""What the pages of dependencies ask of the database: little, for thirty as for two."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import dependencies as make
from tests.factories import planning

pytestmark = pytest.mark.django_db


def asked(get, name, record=None, **query):
    with CaptureQueriesContext(connection) as queries:
        assert get(name, record, **query).status_code == 200
    return [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]


def test_pages_ask_as_much_for_thirty_as_for_two(planner, get):
    plan = planning.initiative()
    other = planning.initiative()
    cycle = planning.cycle(phase="committed", plan=[plan])
    first = make.dependency(initiative=plan, giving_initiative=other)
    make.dependency(initiative=other, giving_initiative=plan)
    make.dependency(initiative=plan)
    planning.decision(initiative=plan)
    pages = [
        ("dependencies", None, {"filters": "open"}, 12),
        ("dependency-matrix", None, {"show": "all"}, 12),
        ("initiative-dependencies", plan, {}, 12),
        ("cycle-dependencies", cycle, {}, 12),
        ("dependency", first, {}, 15),
        ("decisions", None, {"filters": "open"}, 12),
    ]
    few = [asked(get, name, record, **query) for name, record, query, _ in pages]
    for number in range(28):
        make.dependency(initiative=plan, giving_initiative=other if number % 2 else None)
        planning.decision(initiative=plan)
    many = [asked(get, name, record, **query) for name, record, query, _ in pages]

    for (name, _, _, most), before, after in zip(pages, few, many, strict=True):
        told = "\n".join([name, *after])
        assert len(after) <= most, told
        assert len(after) == len(before), told

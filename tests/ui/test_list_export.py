"""CSV of a list: every row as filtered, and nothing a spreadsheet would run."""

import csv
import datetime
import io
from decimal import Decimal

import pytest

from prodops.ui.lists.export import cell
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def rows_of(response):
    text = b"".join(response.streaming_content).decode()
    return list(csv.reader(io.StringIO(text)))


def test_it_has_every_row_of_the_view_and_not_only_the_page(signed_in, colleagues, user):
    UserFactory.create_batch(25, name="Ops Person", role="ops")

    response = signed_in.get(colleagues, {"format": "csv", "role": "ops", "page": 2})

    rows = rows_of(response)
    assert rows[0] == ["Name", "Number", "Job"]
    assert len(rows) == 26
    assert response["Content-Disposition"].startswith('attachment; filename="colleagues-20')


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1", "\n=1", "＝1"])
def test_a_cell_never_begins_a_formula(text):
    assert cell(text) == f"'{text}"


def test_a_dangerous_name_is_neutralised_in_the_file(signed_in, colleagues, user):
    UserFactory(name='=HYPERLINK("http://evil")', role="ops")

    rows = rows_of(signed_in.get(colleagues, {"format": "csv", "role": "ops"}))

    assert rows[1][0] == '\'=HYPERLINK("http://evil")'


def test_values_keep_their_kind():
    moment = datetime.datetime(2026, 11, 3, 13, 5, tzinfo=datetime.UTC)

    assert [cell(value) for value in (None, True, -5, Decimal("-1.50"), moment, moment.date())] == [
        "",
        "yes",
        -5,
        Decimal("-1.50"),
        "2026-11-03 14:05",
        "2026-11-03",
    ]

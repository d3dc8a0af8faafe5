"""`manage.py kpis`: the run contract."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from reporting.models import MetricValue
from tests.factories.people import TeamFactory
from tests.factories.reporting import metric_value

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
CONTRACT = {
    "key",
    "period",
    "scope",
    "value",
    "unit",
    "numerator",
    "denominator",
    "excluded",
    "target",
    "status",
    "data_as_of",
    "definition_version",
}


def kpis(*arguments):
    out = io.StringIO()
    call_command("kpis", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_a_list_with_every_field_of_the_contract():
    rows = json.loads(kpis("--period", "2026-10", "--json"))
    assert [row["key"] for row in rows] == [
        "K1",
        "K2",
        "K3",
        "K4",
        "K5",
        "K7",
        "K8",
        "K9",
        "K13",
        "K14",
        "K16",
        "T1",
    ]
    assert all(set(row) >= CONTRACT for row in rows)
    assert {row["scope"] for row in rows} == {"organisation"}


def test_it_computes_a_month_that_is_missing_and_keeps_it():
    kpis("--period", "2026-09", "--json")
    assert MetricValue.objects.filter(period_start="2026-09-01").count() == 12


def test_it_prints_what_is_kept():
    metric_value("K4", value=4.25)
    rows = {row["key"]: row for row in json.loads(kpis("--period", "2026-10", "--json"))}
    assert (rows["K4"]["value"], rows["K4"]["unit"]) == (4.25, "days")


def test_one_team():
    team = TeamFactory(slug="atlas")
    metric_value("K4", value=7, team=team)
    rows = json.loads(kpis("--period", "2026-10", "--team", "atlas", "--json"))
    assert [row["value"] for row in rows if row["key"] == "K4"] == [7]
    assert {row["scope"] for row in rows} == {"atlas"}


def test_without_json_it_is_a_table_to_read():
    metric_value("K4", value=4.25)
    assert "Cycle time" in kpis("--period", "2026-10")
    assert "4.2 days" in kpis("--period", "2026-10").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--period", "2026-13"], "is not a month"),
        (["--period", "October"], "is not a month"),
        (["--period", "2999-01"], "has not begun"),
        (["--period", "2026-10", "--team", "nobody"], "There is no team “nobody”"),
        (["--period", "2026-10", "--team", "a\x00b"], "There is no team"),
        (["--period", "2026-10", "--team", "a\udcff"], "There is no team"),
    ],
)
def test_wrong_use_is_a_sentence_and_exit_code_2(arguments, sentence):
    with pytest.raises(CommandError, match=sentence) as refusal:
        kpis(*arguments)
    assert refusal.value.returncode == 2

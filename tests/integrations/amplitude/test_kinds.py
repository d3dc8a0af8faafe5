"""Funnels, retention, saved charts and cohorts become series too."""

from datetime import date

import pytest

from prodops.integrations.amplitude.models import Call, Cohort
from prodops.integrations.models import SyncRun
from tests.integrations.amplitude.conftest import TODAY, points, series, sync

pytestmark = [pytest.mark.sandbox, pytest.mark.django_db]
JUNE = ("20260601", "20260630")


def test_what_alone_costs_too_much_is_cut_by_date(start_amplitude, connect, passing):
    sandbox = start_amplitude()
    time = passing(sandbox)
    connection = connect(sandbox)
    events = [{"event_type": name} for name in ("Sign Up", "Create Project", "Invite Teammate")]
    of = series(
        connection,
        "funnel",
        definition={"events": events, "mode": "ordered", "group_by": "platform"},
        starts_on=date(2026, 5, 27),
    )

    run = sync(connection, clock=time.now)

    assert run.status == SyncRun.Status.SUCCEEDED, run.error
    groups = set(of.points.values_list("segment", flat=True))
    assert groups == {"Web", "iOS", "Android"}
    for step in range(3):
        assert len(points(of, step=step)) == 3 * 35
    assert all(call.cost <= 1_000 for call in Call.objects.all())
    assert "429" not in sandbox.statuses()


def test_retention_keeps_groups_by_the_day_they_began(start_amplitude, connect):
    connection = connect(start_amplitude())
    definition = {"events": [{"event_type": "_new"}, {"event_type": "_active"}]}
    of = series(connection, "retention", definition=definition)

    run = sync(connection)

    assert run.status == SyncRun.Status.SUCCEEDED, run.error
    began = points(of)
    assert sorted(day for _, day in began)[0] == date(2026, 6, 1)
    assert points(of, step=8)["", date(2026, 6, 5)] < began["", date(2026, 6, 5)]
    assert of.points.get(on=date(2026, 6, 28), step=8).is_partial
    assert not of.points.get(on=date(2026, 6, 5), step=8).is_partial


@pytest.mark.parametrize("csv", ["plain", "json"])
@pytest.mark.parametrize("rules", ["", "html:match=query", "500:match=query"])
def test_a_saved_chart_comes_from_its_csv_when_its_json_fails(
    start_amplitude, connect, passing, csv, rules
):
    sandbox = start_amplitude("--csv", csv)
    time = passing(sandbox)
    connection = connect(sandbox)
    of = series(connection, "chart", definition={"chart": "def456y"})
    if rules:
        sandbox.faults(rules)

    run = sync(connection, clock=time.now)

    of.refresh_from_db()
    assert run.status == SyncRun.Status.SUCCEEDED, run.error
    truth = sandbox.truth("Purchase", *JUNE, by="country")
    assert {key: points(of)[key] for key in truth if key[1] < TODAY} == {
        key: value[1] for key, value in truth.items() if key[1] < TODAY
    }
    assert of.chart_cost == 150


def test_a_cohorts_size_becomes_a_series(start_amplitude, connect):
    connection = connect(start_amplitude())
    of = series(connection, "cohort", definition={"cohort": "coh0000"})

    sync(connection)

    assert Cohort.objects.count() == 4
    assert points(of) == {("", TODAY): 1843}

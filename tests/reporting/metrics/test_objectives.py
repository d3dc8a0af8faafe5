"""Evidence behind objectives (K13): cases worked out by hand on key results of October 2026."""

from datetime import UTC, datetime, timedelta

import pytest

from planning.models import KeyResult, Objective, ObjectiveReopening
from planning.services.evidence import settle
from planning.services.key_results import drop_key_result
from prodops.integrations.visiting import Visit
from reporting.metrics import objectives as metric
from reporting.metrics import periods
from tests.factories import objectives, planning
from tests.factories.people import TeamFactory

OCTOBER = periods.month(2026, 10)
BEGUN = datetime(2026, 10, 1, 9, tzinfo=UTC)
REPORTED = datetime(2026, 10, 20, 9, tzinfo=UTC)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
WIKI = "https://wiki.example.com/returns"
pytestmark = pytest.mark.django_db


def key_result(**fields):
    """Make an active key result with unit, baseline and target."""
    return objectives.key_result(at=BEGUN, **fields)


def proved(at=REPORTED, of=None, **fields):
    """Make one that was reported on with a page of the hub as evidence."""
    made = of or key_result(**fields)
    objectives.report(made, 40, at=at, evidence=made.objective.get_absolute_url())
    return made


def figure(team=None, month=OCTOBER, at=AT):
    return metric.evidence_quality(month, at).get(team)


def verdict(of, month=OCTOBER, at=AT):
    return next(one.verdict for one in metric.judged(month, at) if one.key_result == of)


def test_proved_of_active():
    proved()
    objectives.report(key_result(), 10, at=REPORTED)
    key_result()
    found = figure()
    assert (found.numerator, found.denominator) == (1, 3)
    assert found.companions["fresh_value"] == pytest.approx(200 / 3)
    assert found.companions["measured"] == 100
    assert found.companions["evidenced"] == pytest.approx(100 / 3)


def test_nothing_over_nothing_has_no_value():
    assert figure().value is None
    assert figure().note == "n/a (0 of 0)"


def test_each_team_has_its_own():
    team = TeamFactory()
    of = objectives.objective(at=BEGUN, state="active", team=team)
    proved(of=of.key_results.get())
    key_result()
    assert figure(team.pk).value == 100
    assert figure().value == 50


def test_drafts_and_what_was_dropped_are_left_out_and_counted():
    draft = objectives.objective(at=BEGUN)
    objectives.key_result(of=draft, at=BEGUN)
    gone = key_result()
    drop_key_result(key_result=gone, reason="Moot.", by=gone.owner, at=REPORTED)
    assert figure().denominator == 0
    assert figure().excluded == {"draft": 1, "dropped": 1}


def test_what_was_dropped_later_counts_in_the_months_before():
    gone = proved()
    at = OCTOBER.ends_at + timedelta(seconds=1)
    drop_key_result(key_result=gone, reason="Moot.", by=gone.owner, at=at)
    assert figure().value == 100
    assert figure(month=periods.month(2026, 11)).excluded == {"dropped": 1}


@pytest.mark.parametrize(("closed", "counts"), [(timedelta(0), 1), (timedelta(seconds=-1), 0)])
def test_an_objective_counts_while_it_is_open_when_the_month_ends(closed, counts):
    made = proved()
    Objective.objects.update(
        state="closed", grade=1, remark="Done.", closed_at=OCTOBER.ends_at + closed,
        closed_by=made.owner,
    )  # fmt: skip
    assert figure().denominator == counts


@pytest.mark.parametrize("missing", [{"baseline": None}, {"target": None}, {"unit": ""}])
def test_a_measure_without_baseline_target_or_unit_fails(missing):
    assert verdict(proved(**missing)) == "no baseline, target or unit"


def test_a_measure_that_came_later_does_not_heal_the_month_before():
    made = proved(target=None)
    made.changes.create(
        unit="%", direction="up", baseline=0, target=9, by=made.owner, at=OCTOBER.ends_at
    )
    KeyResult.objects.update(target=9)
    assert verdict(made) == "no baseline, target or unit"
    assert verdict(made, at=OCTOBER.ends_at + timedelta(days=1), month=periods.month(2026, 11)) == (
        "proved"
    )


def test_a_status_without_a_value_fails():
    made = key_result()
    path = made.objective.get_absolute_url()
    objectives.report(made, None, comment="We know soon.", at=REPORTED, evidence=path)
    assert verdict(made) == "no value"


@pytest.mark.parametrize(
    ("age", "expected"),
    [(timedelta(days=31), "proved"), (timedelta(days=31, seconds=1), "value too old")],
)
def test_a_value_is_fresh_for_31_days(age, expected):
    at = BEGUN + timedelta(days=40)
    made = proved(at=at - age)
    assert verdict(made, month=periods.month(2026, 11), at=at) == expected


def test_a_link_counts_once_it_was_reached():
    made = key_result()
    row = objectives.report(made, 40, at=REPORTED, evidence=WIKI)
    assert verdict(made) == "evidence not reachable"
    settle(evidence=row.evidence, found=Visit(200), at=REPORTED + timedelta(minutes=1))
    assert verdict(made) == "proved"


def test_a_link_is_broken_when_it_fails_twice_a_day_apart():
    made = key_result()
    row = objectives.report(made, 40, at=REPORTED, evidence=WIKI)
    settle(evidence=row.evidence, found=Visit(200), at=REPORTED)
    first = REPORTED + timedelta(days=1)
    settle(evidence=row.evidence, found=Visit(404), at=first)
    assert verdict(made) == "proved"
    settle(evidence=row.evidence, found=Visit(404), at=first + timedelta(hours=23, minutes=59))
    assert verdict(made) == "proved"
    settle(evidence=row.evidence, found=Visit(None, "late"), at=first + timedelta(hours=24))
    assert verdict(made) == "evidence not reachable"
    settle(evidence=row.evidence, found=Visit(200), at=first + timedelta(hours=30))
    assert verdict(made) == "proved"


def test_what_a_worker_saw_after_the_month_changes_nothing_in_it():
    made = key_result()
    row = objectives.report(made, 40, at=REPORTED, evidence=WIKI)
    settle(evidence=row.evidence, found=Visit(200), at=OCTOBER.ends_at)
    assert verdict(made) == "evidence not reachable"


def test_the_rows_behind_the_figure_lead_to_the_records():
    made = proved()
    rows = metric.proofs_evidence(OCTOBER, AT, None)
    cells = dict(zip(rows.columns, rows.cells(rows.source[0]), strict=True))
    assert cells["Key result"].url == made.get_absolute_url()
    assert cells["Counts as"] == "proved"
    assert metric.proofs_evidence(OCTOBER, AT, TeamFactory()).source == []


def test_the_figure_takes_as_many_questions_for_many(django_assert_num_queries):
    cycle = planning.cycle()
    made = objectives.objective(cycle=cycle, at=BEGUN, state="active", results=[{}] * 6)
    for one in made.key_results.all():
        proved(of=one)
    with django_assert_num_queries(4):
        figure()


@pytest.mark.parametrize(("reopened", "counts"), [(timedelta(seconds=-1), 1), (timedelta(0), 0)])
def test_a_reopened_objective_was_closed_for_as_long(reopened, counts):
    made = proved().objective
    ObjectiveReopening.objects.create(
        objective=made, closed_at=OCTOBER.ends_at - timedelta(days=3), closed_by=made.owner,
        grade=1, remark="Done.", reason="Not yet.", by=made.owner,
        at=OCTOBER.ends_at + reopened,
    )  # fmt: skip

    assert figure().denominator == counts


def test_a_deleted_draft_is_not_counted_as_left_out():
    draft = objectives.objective(at=BEGUN, results=[{}])
    assert figure().excluded == {"draft": 1}

    Objective.objects.update(deleted_at=REPORTED, deleted_by=draft.owner)

    assert figure().excluded == {}

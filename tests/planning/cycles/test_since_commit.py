"""Scores and capacity: frozen by the commit, and shown beside what they are now."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planning import services
from planning.models import Allocation, PlanDay
from planning.services.plan_days import keep_day, keep_days
from planning.services.since_commit import capacity_since, read_since, scores_since
from tests.factories import planning, scoring
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory


@pytest.fixture
def team(db):
    made = TeamFactory(name="Payments", holiday_calendar="")
    MembershipFactory(team=made)
    return made


@pytest.fixture
def cycle(team, operator):
    """Export scores 100 × 1 × 80 ÷ 4 = 20, and Payments gives it three weeks; then the commit."""
    export = planning.initiative(title="Export", teams=[team], target_on=date(2026, 12, 1))
    made = planning.cycle(plan=[export])
    scoring.sheet(made)
    scoring.say(made, export, reach=100, impact=1, confidence=80, effort=4)
    _give(made, export, team, 3)
    services.commit_cycle(cycle=made, by=operator, at=planning.AT)
    return made


def _give(cycle, initiative, team, weeks):
    given = {"cycle": cycle, "initiative": initiative, "team": team}
    told = {"weeks": Decimal(weeks), "by": UserFactory(), "at": planning.AT}
    Allocation.objects.update_or_create(**given, defaults=told)


def test_the_commit_freezes_score_and_weeks(cycle, team):
    line = cycle.baseline.lines.get()
    weeks = cycle.baseline.capacities.get()

    assert line.score == Decimal(20)
    assert line.score_words.startswith("1 of 1 by ")
    assert (weeks.team, weeks.weeks_allocated) == (team, Decimal(3))
    assert weeks.weeks_available > 0


def test_a_score_that_changed_is_shown_beside_the_frozen_one(cycle, get):
    assert _scores(cycle)[0].is_same

    scoring.say(cycle, cycle.commitments.get().initiative, reach=200)

    one = _scores(cycle)[0]
    assert (one.before, one.after) == (Decimal(20), Decimal(40))
    assert '<del><span class="visually-hidden">was </span>20' in _page(get, "scores-since", cycle)


def test_weeks_that_changed_are_shown_beside_the_frozen_ones(cycle, team, get):
    assert _weeks(cycle)[0].is_same

    _give(cycle, cycle.commitments.get().initiative, team, 5)

    one = _weeks(cycle)[0]
    assert (one.before[1], one.after[1]) == (Decimal(3), Decimal(5))
    assert '<del><span class="visually-hidden">was </span>3' in _page(get, "capacity-since", cycle)


def test_a_team_that_came_later_is_named_so(cycle, get):
    other = TeamFactory(name="Search")
    _give(cycle, cycle.commitments.get().initiative, other, 2)

    found = {one.team.name: one.before for one in _weeks(cycle)}

    assert found["Search"] is None
    assert "Not part of the plan then" in _page(get, "capacity-since", cycle)


def test_before_the_commit_there_is_no_such_page(operator, get):
    cycle = planning.cycle()

    assert get("scores-since", cycle).status_code == 404
    assert get("capacity-since", cycle).status_code == 404


def test_a_day_keeps_what_is_new_and_says_what_stood_as_it_began(cycle, team, get):
    export = cycle.commitments.get().initiative
    _live(cycle, export, team)

    scores = {on: _scores(cycle, on)[0].before for on in range(1, 6)}
    weeks = {on: _weeks(cycle, on)[0].before[1] for on in range(1, 6)}

    assert scores == {1: 20, 2: 20, 3: 40, 4: 40, 5: 60}
    assert weeks == {1: 3, 2: 3, 3: 5, 4: 5, 5: 5}
    assert _scores(cycle)[0].before == 20
    rows = [day.scores.count() for day in PlanDay.objects.order_by("on")]
    assert rows == [0, 1, 0, 1]


def test_the_pages_compare_with_the_day_asked_for(cycle, team, get):
    export = cycle.commitments.get().initiative
    _live(cycle, export, team)

    scores = get("scores-since", cycle, since=_day(3)).content.decode()
    weeks = get("capacity-since", cycle, since=_day(2)).content.decode()
    same = get("capacity-since", cycle, since=_day(4)).content.decode()

    assert '<del><span class="visually-hidden">was </span>40' in scores
    assert "said reach 300" in scores
    assert "said reach 200" not in scores
    assert '<del><span class="visually-hidden">was </span>3' in weeks
    assert "No team’s weeks changed" in same


def test_a_morning_nobody_looked_is_named(cycle, team, get):
    _live(cycle, cycle.commitments.get().initiative, team)

    page = get("scores-since", cycle, since=_day(9)).content.decode()

    assert "Nobody kept the scores on the morning of" in page
    assert "Nobody kept" not in get("scores-since", cycle, since=_day(4)).content.decode()


def test_what_left_the_plan_has_no_score_any_more(cycle, team, operator, get):
    other = planning.initiative(title="Late", teams=[team])
    late = {"reason": "customer", "note": "They asked.", "by": operator, "at": _moment(1)}
    services.add_to_cycle(cycle=cycle, initiative=other, **late)
    scoring.say(cycle, other, reach=10, impact=1, confidence=80, effort=4, at=_moment(1))
    keep_day(cycle=cycle, on=_day(2), at=_moment(2))
    held = cycle.commitments.get(initiative=other)
    told = {"reason": "priority", "note": "Not now.", "by": operator, "at": _moment(2)}
    services.drop_from_cycle(commitment=held, **told)

    [late] = [one for one in _scores(cycle, 2) if one.initiative == other]
    assert (late.before, late.after, late.came_or_went) == (2, None, "Left the plan since")
    assert [one for one in _scores(cycle) if one.initiative == other] == []


def test_a_closed_cycle_is_compared_as_it_closed(cycle, team, operator):
    services.start_cycle(cycle=cycle, by=operator, at=_moment(1))
    scoring.say(cycle, cycle.commitments.get().initiative, reach=200, at=_moment(1))
    services.close_cycle(cycle=cycle, by=operator, at=_moment(3))
    MembershipFactory(team=team)

    [score], [weeks] = _scores(cycle), _weeks(cycle)

    assert (score.before, score.after) == (20, 40)
    assert weeks.before == weeks.after


def test_a_day_is_kept_once_and_of_committed_plans_only(cycle, operator):
    quarter = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 3, 31)}
    planning.cycle(plan=[planning.initiative()], **quarter)

    for hours in (0, 1, 24):
        keep_days(at=_moment(1) + timedelta(hours=hours))

    days = PlanDay.objects.order_by("on").values_list("cycle", "on")
    assert list(days) == [(cycle.pk, _day(1)), (cycle.pk, _day(2))]


@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("reach"), st.integers(1, 9)),
            st.tuples(st.just("weeks"), st.integers(0, 9)),
            st.just(("day", 0)),
        ),
        max_size=12,
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_day_says_what_a_diary_says(cycle, team, steps):
    """A diary that copies everything each morning is the slow way to the same answer."""
    with transaction.atomic():
        export, on, diary = cycle.commitments.get().initiative, 1, {}
        for what, number in steps:
            if what == "reach":
                scoring.say(cycle, export, reach=100 * number, at=_moment(on))
            elif what == "weeks":
                _give(cycle, export, team, number)
            else:
                on += 1
                diary[on] = (_scores(cycle)[0].after, _weeks(cycle)[0].after)
                keep_day(cycle=cycle, on=_day(on), at=_moment(on))
        found = {on: (_scores(cycle, on)[0].before, _weeks(cycle, on)[0].before) for on in diary}
        transaction.set_rollback(True)

    assert found == diary


def _live(cycle, initiative, team):
    """Keep days 2 to 5; on day 2 say more and give more weeks, on day 4 say more again."""
    for on in range(2, 6):
        keep_day(cycle=cycle, on=_day(on), at=_moment(on))
        if on == 2:
            _give(cycle, initiative, team, 5)
        if on in (2, 4):
            scoring.say(cycle, initiative, reach=100 + 50 * on, at=_moment(on))


def _day(number):
    return planning.AT.date() + timedelta(days=number)


def _moment(number):
    return planning.AT + timedelta(days=number)


def _scores(cycle, on=None):
    since = read_since(cycle=cycle, since=on and _day(on))
    return scores_since(cycle=cycle, since=since)


def _weeks(cycle, on=None):
    since = read_since(cycle=cycle, since=on and _day(on))
    return capacity_since(cycle=cycle, since=since)


def _page(get, name, cycle):
    return get(name, cycle).content.decode()

"""People-weeks: against a count of every single day, and sums worked out by hand."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.models.people_weeks import RUN_SHARE, months_of, part_of, spread, tenths, weigh
from planning.services.capacity import assume, overbooked, team_weeks
from planning.services.initiatives import ChangedMeanwhile
from prodops.people.business_time import holidays_of
from prodops.people.models import Absence, Membership, Team, User
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory
from tests.factories.planning import AT

DAYS = st.dates(date(2026, 1, 1), date(2027, 6, 30))
SHARES = st.integers(1, 100)
CODES = st.sampled_from(["", "DE", "DE-BY", "US", "IN"])


@st.composite
def spans(draw):
    first, last = sorted([draw(DAYS), draw(DAYS)])
    return first, last


@st.composite
def memberships(draw):
    joined = draw(st.none() | DAYS)
    left = draw(st.none() | st.dates(joined or date(2026, 1, 1), date(2027, 12, 31)))
    return Membership(
        user=User(holiday_calendar=draw(CODES)), share=draw(SHARES), from_on=joined, until_on=left
    )


@st.composite
def absences(draw):
    first, last = draw(spans())
    return Absence(from_on=first, until_on=last, share=draw(SHARES))


def day_by_day(members, away, working_days, team_code, first, last, run_share):
    """Count every day of every person, slowly and without looking anything up."""
    total = Fraction(0)
    for member, days_off in zip(members, away, strict=True):
        code = member.user.holiday_calendar or team_code
        day = first
        while day <= last:
            is_member = (member.from_on or day) <= day <= (member.until_on or day)
            is_work = day.isoweekday() in working_days and day not in holidays_of(code, day.year)
            if is_member and is_work:
                gone = sum(each.share for each in days_off if each.from_on <= day <= each.until_on)
                total += Fraction(member.share * (100 - min(100, gone)), 10_000)
            day += timedelta(days=1)
    return tenths(total / len(working_days) * Fraction(100 - run_share, 100))


@settings(max_examples=150, deadline=None)
@given(
    spans(),
    st.lists(memberships(), max_size=5),
    st.data(),
    st.sets(st.integers(1, 7), min_size=1),
    CODES,
    st.integers(0, 100),
)
def test_weeks_are_those_of_a_count_of_every_day(span, members, data, days, code, run_share):
    team = Team(working_days=sorted(days), holiday_calendar=code)
    for member in members:
        member.team = team
    away = [data.draw(st.lists(absences(), max_size=3)) for _ in members]

    parts = [part_of(*each, *span) for each in zip(members, away, strict=True)]
    row = weigh(team, [part for part in parts if part], *span, run_share=run_share)

    assert row.available == day_by_day(members, away, days, code, *span, run_share)


@given(st.integers(0, 500), st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_what_is_spread_keeps_its_sum_and_its_proportions(tenth, weights):
    total = Decimal(tenth) / 10

    parts = spread(total, [Decimal(each) for each in weights])

    assert sum(parts) == total
    even = [1] * len(weights) if not sum(weights) else weights
    wanted = [total * each / sum(even) for each in even]
    assert all(abs(part - want) < Decimal("0.1") for part, want in zip(parts, wanted, strict=True))


@given(spans())
def test_months_are_every_day_once(span):
    months = months_of(*span)

    days = [first + timedelta(n) for first, last in months for n in range((last - first).days + 1)]
    assert days == [span[0] + timedelta(n) for n in range((span[1] - span[0]).days + 1)]
    assert all(first.month == last.month for first, last in months)


def test_the_sum_says_itself(quarter, team):
    # Q1 2026 has 64 weekdays; New Year's Day is a Thursday: 63 worked days each.
    Absence.objects.create(
        user=User.objects.get(name="Bo Lind"), from_on=date(2026, 2, 2), until_on=date(2026, 2, 6)
    )

    [row] = team_weeks(cycle=quarter, teams=[team])

    # (2 × 12.8 − 0.4 − 1) × 80 % = 19.36
    assert row.available == Decimal("19.4")
    assert row.sum_words == (
        "2 people × 12.8 weeks − 0.4 for holidays − 1 for absences − 20 % run-work = 19.4"
    )


def test_half_a_week_and_who_joins_in_the_middle_give_their_part(quarter):
    team = TeamFactory(holiday_calendar="")
    MembershipFactory(team=team, share=50)
    MembershipFactory(team=team, from_on=date(2026, 3, 16))
    MembershipFactory(team=team, until_on=date(2025, 12, 31))

    [row] = team_weeks(cycle=quarter, teams=[team])

    # (64 × ½ + 12) / 5 × 80 % = 7.04
    assert row.available == Decimal("7.0")
    assert len(row.parts) == 2


def test_holidays_are_those_of_the_person_before_those_of_the_team(quarter):
    team = TeamFactory(holiday_calendar="DE")
    MembershipFactory(team=team, user=UserFactory(holiday_calendar="US"))

    [row] = team_weeks(cycle=quarter, teams=[team])

    # New Year, Martin Luther King, Washington's Birthday: three days, where Germany has one.
    assert row.holidays == Decimal("0.6")


def test_people_who_left_the_organisation_give_nothing(quarter, team):
    User.objects.filter(memberships__team=team).update(is_active=False)

    [row] = team_weeks(cycle=quarter, teams=[team])

    assert (row.available, row.people) == (0, 0)


def test_whoever_is_counted_for_more_than_all_their_time_is_named(quarter, team):
    ada = User.objects.get(name="Ada Lang")
    other = TeamFactory(name="Payments")
    MembershipFactory(team=other, user=ada, share=50, from_on=date(2026, 2, 1))
    MembershipFactory(team=TeamFactory(), user=ada, share=50, until_on=date(2025, 6, 1))

    [found] = overbooked(cycle=quarter, teams=[team])

    assert str(found) == "Ada Lang is counted 150 % from 1 Feb: Checkout 100 %, Payments 50 %"


def test_two_parts_that_make_a_whole_are_nothing_to_name(quarter, team):
    Membership.objects.filter(user__name="Ada Lang").update(share=60)
    MembershipFactory(user=User.objects.get(name="Ada Lang"), share=40)

    assert overbooked(cycle=quarter, teams=[team]) == []


def test_run_work_holds_for_later_cycles_and_weeks_by_hand_do_not(quarter, team):
    said = {"run_share": 40, "adjustment": Decimal(3), "note": "Contractor"}
    assume(
        cycle=quarter,
        team=team,
        seen=(RUN_SHARE, Decimal(0)),
        by=UserFactory(),
        at=AT,
        **said,
    )
    from tests.factories import planning

    later = planning.cycle(starts_on=date(2026, 4, 1), ends_on=date(2026, 6, 30))
    before = planning.cycle(starts_on=date(2025, 10, 1), ends_on=date(2025, 12, 31))

    [now], [then], [past] = (
        team_weeks(cycle=cycle, teams=[team]) for cycle in (quarter, later, before)
    )

    assert (now.run_share, now.adjustment) == (40, 3)
    assert now.sum_words.endswith("− 40 % run-work + 3 (Contractor) = 18.1")
    assert (then.run_share, then.adjustment) == (40, 0)
    assert (past.run_share, past.adjustment) == (RUN_SHARE, 0)


def test_who_changes_what_somebody_else_changed_is_told(quarter, team):
    told = {"cycle": quarter, "team": team, "note": "", "by": UserFactory(), "at": AT}
    assume(run_share=30, adjustment=Decimal(0), seen=(RUN_SHARE, Decimal(0)), **told)

    with pytest.raises(ChangedMeanwhile, match="30 % run-work"):
        assume(run_share=10, adjustment=Decimal(0), seen=(RUN_SHARE, Decimal(0)), **told)


def test_over_allocation_is_named(quarter, team, plan, give):
    give(quarter, plan["Alpha"], team, "25.5")

    [row] = team_weeks(cycle=quarter, teams=[team])

    # (2 × 12.8 − 0.4) × 80 % = 20.16
    assert row.over_words == "Checkout is 5.3 weeks over: 25.5 of 20.2"


def test_what_left_the_plan_uses_nothing(quarter, team, plan, give):
    give(quarter, plan["Alpha"], team, 4)
    quarter.commitments.filter(initiative=plan["Alpha"]).delete()

    [row] = team_weeks(cycle=quarter, teams=[team])

    assert row.allocated == 0

"""Cells of the grid: what is written, what is refused, and several people in one cell."""

from datetime import date
from decimal import Decimal

import pytest

from planning.models import Allocation
from planning.services import Refusal
from planning.services.allocations import Cell, CellWish, save_cells
from planning.services.grid import Wanted, grid
from tests.factories import planning
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory
from tests.intake.threads import at_once


@pytest.fixture
def save(db):
    """Save one cell: `save(cycle, initiative, team, 4, seen=2, month=1)` gives the answer."""

    def write(cycle, initiative, team, wanted, *, seen=0, month=None, by=None, **options):
        cell = Cell(initiative.pk, team.pk, month)
        wish = CellWish(cell, Decimal(str(seen)), Decimal(str(wanted)))
        by = by or UserFactory()
        [answer] = save_cells(cycle=cycle, wishes=[wish], by=by, at=planning.AT, **options)
        return answer

    return write


def test_a_cell_is_written_and_written_again(quarter, team, plan, save):
    assert save(quarter, plan["Alpha"], team, 4).is_saved
    assert save(quarter, plan["Alpha"], team, "2.5", seen=4).is_saved

    assert Allocation.objects.get().weeks == Decimal("2.5")


def test_what_somebody_else_wrote_meanwhile_stays_and_is_named(quarter, team, plan, save):
    save(quarter, plan["Alpha"], team, 4, by=UserFactory(name="Olga Ops"))

    answer = save(quarter, plan["Alpha"], team, 6, seen=0)

    assert answer.refused == "Olga Ops wrote 4 on 2 Nov."
    assert answer.theirs == 4
    assert Allocation.objects.get().weeks == 4


def test_two_who_want_the_same_do_not_contradict(quarter, team, plan, save):
    save(quarter, plan["Alpha"], team, 4)

    assert save(quarter, plan["Alpha"], team, 4, seen=0).is_saved


def test_eight_at_once_in_one_cell_leave_one_truth(transactional_db, quarter, team, plan, save):
    answers = []
    people = [UserFactory() for _ in range(8)]

    def act(place):
        return lambda: answers.append(
            save(quarter, plan["Alpha"], team, place + 1, by=people[place])
        )

    assert at_once([act(place) for place in range(8)]) == [None] * 8

    [row] = Allocation.objects.all()
    [winner] = [each for each in answers if each.is_saved]
    assert winner.wish.wanted == row.weeks
    assert row.by == people[int(row.weeks) - 1]
    assert {each.theirs for each in answers if not each.is_saved} == {row.weeks}


def test_a_month_changes_the_weeks_and_the_weeks_keep_the_spread(quarter, team, plan, save):
    save(quarter, plan["Alpha"], team, 6)
    assert save(quarter, plan["Alpha"], team, 4, seen=2, month=1).is_saved
    assert Allocation.objects.get().months == [2, 4, 2]

    save(quarter, plan["Alpha"], team, 12, seen=8)

    row = Allocation.objects.get()
    assert (row.weeks, row.months) == (12, [3, 6, 3])


def test_a_closed_cycle_takes_no_more_weeks(team, save):
    closed = planning.cycle(phase="closed")
    [commitment] = closed.commitments.all()

    with pytest.raises(Refusal, match="is closed"):
        save(closed, commitment.initiative, team, 4)


def test_what_is_not_in_the_plan_gets_no_weeks(quarter, team, save):
    answer = save(quarter, planning.initiative(), team, 4)

    assert answer.refused == "It is not in this plan any more."
    assert not Allocation.objects.exists()


def test_there_is_no_fourth_month_in_a_quarter(quarter, team, plan, save):
    assert save(quarter, plan["Alpha"], team, 4, month=3).refused == "The cycle has no such month."


def test_the_grid_shows_rows_of_the_teams_and_sums_all_of_them(quarter, team, plan, give):
    other = TeamFactory(name="Payments")
    plan["Beta"].teams.add(team)
    give(quarter, plan["Alpha"], team, 4)
    give(quarter, plan["Alpha"], other, "1.5")
    give(quarter, plan["Gamma"], other, 3)

    shown = grid(cycle=quarter, wanted=Wanted(teams=[team]))

    assert [(row.title, [cell.value for cell in row.cells], row.total) for row in shown.rows] == [
        ("Alpha", ["4"], Decimal("5.5")),
        ("Beta", [""], 0),
    ]
    [column] = shown.columns
    assert (column.allocated, column.available, column.balance) == (4, Decimal("20.2"), "16.2 left")


def test_every_initiative_of_the_plan_is_shown_when_asked_for(quarter, team):
    shown = grid(cycle=quarter, wanted=Wanted(teams=[team], every_row=True))

    assert [row.title for row in shown.rows] == ["Alpha", "Beta", "Gamma"]


def test_months_of_a_team_are_columns_with_what_it_has_in_each(quarter, team, plan, give):
    give(quarter, plan["Alpha"], team, 9, months=[Decimal(1), Decimal(8), Decimal(0)])

    shown = grid(cycle=quarter, wanted=Wanted(teams=[team], by_month=True))

    assert [column.label for column in shown.columns] == ["Jan 2026", "Feb 2026", "Mar 2026"]
    assert [cell.value for cell in shown.rows[0].cells] == ["1", "8", ""]
    # Two people at 80 %: 21 worked days in January, 20 in February, 22 in March.
    assert [column.available for column in shown.columns] == [
        Decimal("6.7"),
        Decimal("6.4"),
        Decimal("7.0"),
    ]
    assert [column.is_over for column in shown.columns] == [False, True, False]


def test_a_window_of_many_teams_shows_eight(quarter):
    teams = [MembershipFactory().team for _ in range(11)]

    second = grid(cycle=quarter, wanted=Wanted(teams=teams, columns=2, every_row=True))

    assert len(second.columns) == 3
    assert second.windows == 2


@pytest.mark.parametrize("initiatives", [1, 40])
def test_the_grid_asks_as_much_for_many_rows(
    initiatives, team, django_assert_num_queries, give, db
):
    rows = [planning.initiative() for _ in range(initiatives)]
    cycle = planning.cycle(plan=rows, starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31))
    for each in rows:
        give(cycle, each, team, 1)

    with django_assert_num_queries(6):
        grid(cycle=cycle, wanted=Wanted(teams=[team]))

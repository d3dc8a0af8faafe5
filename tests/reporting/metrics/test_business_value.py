"""SAFe's variant beside K3: cases computed by hand on the quarter July to September 2026."""

import pytest

from planning.models import Commitment
from reporting import words
from reporting.metrics import periods, planning
from tests.factories.people import TeamFactory
from tests.factories.reporting import metric_value
from tests.reporting.metrics.test_planning import (
    AT,
    EARLY,
    JULY,
    MIDDAY_END,
    SEPTEMBER,
    decided,
    figure,
    on,
    promise,
    quarter,
)

pytestmark = pytest.mark.django_db
NAMES = ("value_share", "value_reached", "value_planned", "unvalued")


@pytest.fixture
def cycle():
    return quarter()


def worth(commitment, planned, actual=None):
    """Give a commitment its values, as the acts of planning would leave them."""
    values = {"planned_value": planned, "actual_value": actual}
    Commitment.objects.filter(pk=commitment.pk).update(**values)
    return commitment


def value(month=SEPTEMBER, at=AT, team=None):
    companions = figure(month, at, team).companions
    return tuple(companions[name] for name in NAMES if name in companions)


def test_actual_of_committed_and_stretch_over_planned_of_committed(cycle):
    worth(promise(cycle, finished=MIDDAY_END), 10, 9)
    worth(promise(cycle, finished=MIDDAY_END), 8, 4)
    worth(promise(cycle), 2, 0)
    worth(promise(cycle, kind="stretch", finished=MIDDAY_END), 5, 3)
    assert value() == (80, 16, 20, 0)


def test_stretch_may_lift_it_above_a_hundred(cycle):
    worth(promise(cycle, finished=MIDDAY_END), 4, 4)
    worth(promise(cycle, kind="stretch", finished=MIDDAY_END), 6, 2)
    assert value() == (150, 6, 4, 0)


def test_what_lacks_a_value_is_left_out_and_counted(cycle):
    worth(promise(cycle, finished=MIDDAY_END), 10, 5)
    worth(promise(cycle, finished=MIDDAY_END), 8)
    promise(cycle, finished=MIDDAY_END)
    promise(cycle, kind="stretch")
    assert value() == (50, 5, 10, 3)


def test_where_nobody_gave_values_there_is_nothing(cycle):
    promise(cycle, finished=MIDDAY_END)
    promise(cycle, kind="stretch", finished=MIDDAY_END)
    assert value() == ()


def test_planned_and_not_judged_is_no_share(cycle):
    worth(promise(cycle), 7)
    assert value() == (None, 0, 0, 1)


def test_a_judged_stretch_alone_is_no_share(cycle):
    worth(promise(cycle, kind="stretch"), 7, 7)
    assert value() == (None, 7, 0, 0)


def test_what_was_dropped_and_still_promised_reached_nothing(cycle):
    worth(promise(cycle, finished=MIDDAY_END), 6, 6)
    worth(promise(cycle, dropped=on(1, month=9)), 4)
    worth(promise(cycle, kind="stretch", dropped=on(1, month=9)), 4)
    assert value() == (60, 6, 10, 0)


def test_withdrawn_descoped_and_unplanned_work_is_no_part_of_it(cycle):
    worth(promise(cycle, finished=MIDDAY_END), 6, 3)
    worth(promise(cycle, dropped=on(2)), 9)
    descoped = worth(promise(cycle, dropped=on(1, month=8)), 9)
    decided(descoped, at=on(2, month=8))
    promise(cycle, added=on(1, month=8), finished=MIDDAY_END)
    assert value() == (50, 3, 6, 0)


def test_it_is_told_in_the_month_the_cycle_ends_in_only(cycle):
    worth(promise(cycle, finished=on(20)), 6, 6)
    assert value(JULY) == ()
    assert value(periods.month(2026, 8)) == ()
    assert value(SEPTEMBER) == (100, 6, 6, 0)


def test_each_team_has_its_own(cycle):
    one, other = TeamFactory(), TeamFactory()
    worth(promise(cycle, finished=MIDDAY_END, teams=[one, other]), 4, 4)
    worth(promise(cycle, teams=[other]), 4, 0)
    assert value(team=one.pk) == (100, 4, 4, 0)
    assert value(team=other.pk) == (50, 4, 8, 0)


def test_the_rows_behind_the_figure_add_up_to_it(cycle):
    worth(promise(cycle, finished=MIDDAY_END), 10, 9)
    worth(promise(cycle, dropped=on(1, month=9)), 5)
    promise(cycle, added=EARLY)
    evidence = planning.promises_evidence(SEPTEMBER, AT, None)
    places = [evidence.columns.index(name) for name in ("Value planned", "Value reached")]
    rows = [[evidence.cells(row)[place] for place in places] for row in evidence.source]
    assert sorted(rows, key=str) == [[10, 9], [5, 0], [None, None]]
    assert value() == (60, 9, 15, 1)


def test_while_the_cycle_runs_the_rows_tell_what_was_planned_and_no_more(cycle):
    worth(promise(cycle), 10)
    evidence = planning.promises_evidence(periods.month(2026, 8), AT, None)
    places = [evidence.columns.index(name) for name in ("Value planned", "Value reached")]
    [row] = [[evidence.cells(row)[place] for place in places] for row in evidence.source]
    assert row == [10, None]


def test_the_page_of_the_cycle_counts_as_the_scorecard_does(cycle):
    worth(promise(cycle, finished=MIDDAY_END), 10, 9)
    worth(promise(cycle), 8)
    worth(promise(cycle, kind="stretch"), 3, 1)
    page = Commitment.objects.business_value(cycle, AT)
    assert (100 * page.share, page.actual, page.planned, page.unvalued) == value()
    assert page.pending == 8


def test_it_reads_well(db):
    kept = metric_value("K3", companions={"value_share": 112.5, "value_reached": 9, "unvalued": 0})
    assert words.companions(kept) == [
        ("In business value, as SAFe counts it", "112.5 %"),
        ("Business value reached", "9"),
        ("Without a business value, left out", "0"),
    ]

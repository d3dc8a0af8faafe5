"""From start to release (beside K4): the day of a version, the launch, or the finish."""

from datetime import date, timedelta

import pytest

from launches.models import Launch
from planning.models import InitiativeEpic
from prodops.integrations.jira.models import JiraVersion
from reporting.metrics import delivery, periods
from reporting.services import flow
from tests.factories import jira
from tests.factories.launches import asked_for, launch
from tests.reporting.metrics.test_delivery import AT, OCTOBER, on

NOVEMBER = periods.month(2026, 11)
pytestmark = pytest.mark.django_db


def done(*, start=2, finish=10, versions=(), **fields):
    moves = [(on(1), "To Do"), (on(start), "In Progress"), (on(finish), "Done")]
    ids = [version.jira_id for version in versions]
    return jira.issue(statuses=moves, fix_version_ids=ids, **fields)


def version(name="1.0", release_on=date(2026, 10, 20), **fields):
    fields = {"is_released": release_on is not None, **fields}
    return JiraVersion.objects.create(
        connection=jira.connection(), jira_id=name, name=name, release_on=release_on, **fields
    )


def launched(issue, at):
    """Let `issue` belong to an initiative whose launch went live at `at`."""
    found = launch(initiatives=[asked_for(requests=0)])
    initiative = found.initiatives.get()
    InitiativeEpic.objects.create(initiative=initiative, issue=issue, by=found.owner, at=on(1))
    if at:
        Launch.objects.filter(pk=found.pk).update(
            launched_at=at, launched_by=found.owner, stage="launched"
        )
    return found


def beside(month=OCTOBER, at=AT, **wanted):
    flow.rebuild(at=at)
    found = delivery.cycle_time(month, at)[None].companions
    assert {name: found[name] for name in wanted} == wanted


def days(until, start=2):
    return (until - on(start)).total_seconds() / 86_400


MIDNIGHT = on(20) - timedelta(hours=12)


def test_without_a_version_or_launch_work_is_out_when_it_is_finished():
    for _ in range(5):
        done()
    beside(shipped=5, by_release=0, shipped_median=8, shipped_lead_median=9)


def test_a_released_version_says_the_day():
    for _ in range(5):
        done(versions=[] if JiraVersion.objects.exists() else [version()])
    beside(shipped=5, by_release=1, shipped_p85=days(MIDNIGHT))


def test_below_five_the_times_are_hidden():
    done(versions=[version()])
    beside(shipped=1, by_release=1, shipped_median=None, shipped_lead_median=None)


def test_the_first_of_several_versions_counts():
    two, one = version("2.0", date(2026, 10, 28)), version("1.0")
    for _ in range(5):
        done(versions=[two, one])
    beside(shipped_median=days(MIDNIGHT))


def test_work_finished_after_its_release_is_out_when_it_is_finished():
    one = version("1.0", date(2026, 10, 5))
    for _ in range(5):
        done(versions=[one])
    beside(shipped_median=8)


def test_a_version_that_is_not_out_holds_the_work_back_and_counts_it():
    done(versions=[version(release_on=None)])
    done(versions=[version("2.0", date(2026, 12, 24), is_released=False)])
    beside(shipped=0, unreleased=2)


def test_released_in_a_later_month_it_belongs_to_that_month():
    done(versions=[version(release_on=date(2026, 11, 4))])
    beside(shipped=0, unreleased=1)
    beside(month=NOVEMBER, shipped=1, by_release=1, unreleased=0)


def test_a_version_archived_unreleased_released_undated_or_gone_says_nothing():
    versions = [
        version("1", None, is_archived=True),
        version("2", None, is_released=True),
        version("3", date(2026, 11, 4), gone_at=on(1)),
    ]
    done(versions=versions)
    beside(shipped=1, by_release=0, unreleased=0)


def test_a_launch_says_the_moment():
    issues = [done() for _ in range(5)]
    for issue in issues:
        launched(issue, on(15))
    beside(shipped=5, by_release=5, shipped_median=13)


def test_a_launch_to_come_holds_the_work_back():
    launched(done(), None)
    beside(shipped=0, unreleased=1)


def test_a_cancelled_launch_says_nothing():
    found = launched(done(), None)
    Launch.objects.filter(pk=found.pk).update(
        stage="cancelled", cancelled_at=on(3), cancelled_by=found.owner, cancel_reason="No."
    )
    beside(shipped=1, by_release=0)


def test_the_running_month_knows_only_what_is_out_by_now():
    done(versions=[version()])
    beside(at=on(19), shipped=0, unreleased=1)
    beside(at=on(21), shipped=1, unreleased=0)


def test_work_finished_without_a_start_is_out_but_not_timed():
    jira.issue(statuses=[(on(1), "To Do"), (on(9), "Done")])
    beside(shipped=1, shipped_median=None)

"""A report that Jira does not bear out: one task, answered once, quiet for as long as was said."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from intake.services import Refusal
from planning import services
from planning.models import Initiative, TruthTask
from planning.models.truth_check import with_last_look
from planning.services import truth as services_of_truth
from planning.services import truth_answers
from prodops.notifications.models import Mail, Notification
from tests.factories import planning, truth
from tests.factories.people import UserFactory

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)  # a Tuesday
TARGET = date(2026, 11, 30)
NEAR, LATE = 10, 60


@pytest.fixture
def initiative(db):
    made = planning.initiative(target_on=TARGET, stage="delivery", owner=UserFactory(name="Mira"))
    say(made, "on_track", at=AT - timedelta(days=1))
    return made


def say(initiative, status, *, at=AT, text="As planned."):
    services.report_status(
        initiative=initiative, status=status, text=text, by=initiative.owner, at=at
    )


def tasks(initiative):
    return list(initiative.truth_tasks.order_by("pk"))


def test_what_agrees_asks_nobody(initiative):
    truth.check(initiative, at=AT, days=NEAR)

    assert tasks(initiative) == []


def test_what_disagrees_opens_one_task_and_tells_the_owner_once(initiative):
    for hours in (0, 1, 30, 200):
        truth.check(initiative, at=AT + timedelta(hours=hours), days=LATE)

    (task,) = tasks(initiative)
    assert (task.reported, task.derived, task.is_open) == ("on_track", "off_track", True)
    told = Notification.objects.get(cause=f"truth:{task.pk}")
    assert told.recipient == initiative.owner
    assert told.path == reverse("planning:truth-answer", args=[initiative.pk])
    assert "3 of 10 issues are finished" in told.body
    mail = Mail.objects.get(key__startswith="notification:", body__subject__contains="off track")
    assert told.path in mail.body.text


def test_the_database_keeps_a_second_one_out(initiative):
    truth.check(initiative, at=AT, days=LATE)

    with pytest.raises(IntegrityError), transaction.atomic():
        TruthTask.objects.create(
            initiative=initiative, reported="on_track", derived="at_risk", opened_at=AT
        )


def test_it_closes_itself_when_jira_comes_round(initiative):
    truth.check(initiative, at=AT, days=LATE)
    truth.check(initiative, at=AT + timedelta(days=1), days=NEAR)

    (task,) = tasks(initiative)
    assert (task.outcome, task.closed_by) == ("agreed", None)


def test_it_closes_itself_when_the_report_follows(initiative):
    truth.check(initiative, at=AT, days=LATE)
    say(initiative, "off_track")

    assert [task.outcome for task in tasks(initiative)] == ["agreed"]


def test_it_closes_itself_when_the_target_moves(initiative):
    truth.check(initiative, at=AT, days=LATE)
    services.move_target(
        initiative=initiative,
        target_on=TARGET + timedelta(days=90),
        precision="day",
        by=initiative.owner,
        at=AT,
    )

    assert [task.outcome for task in tasks(initiative)] == ["agreed"]


@pytest.mark.parametrize("end", [services.finish_initiative, services.cancel_initiative])
def test_what_is_over_is_not_asked_about(initiative, end):
    truth.check(initiative, at=AT, days=LATE)
    why = {"reason": "Overtaken."} if end is services.cancel_initiative else {}
    end(initiative=initiative, by=initiative.owner, at=AT, **why)

    assert [task.outcome for task in tasks(initiative)] == ["over"]


def answer(initiative, status, *, at=AT, quiet_days=14):
    (task,) = TruthTask.objects.open().filter(initiative=initiative)
    return truth_answers.answer(
        task=task,
        status=status,
        text="The pilot decides, not the number of issues.",
        quiet_days=quiet_days,
        by=initiative.owner,
        at=at,
    )


def test_a_confirmed_report_is_left_alone_until_the_day_that_was_said(initiative):
    truth.check(initiative, at=AT, days=LATE)
    answer(initiative, "on_track")

    for days in (1, 7, 14):
        truth.check(initiative, at=AT + timedelta(days=days), days=LATE)
    assert [task.outcome for task in tasks(initiative)] == ["confirmed"]

    truth.check(initiative, at=AT + timedelta(days=15), days=LATE)
    assert [task.outcome for task in tasks(initiative)] == ["confirmed", ""]


def test_other_facts_end_the_quiet(initiative):
    truth.check(initiative, at=AT, days=LATE)
    answer(initiative, "on_track")

    truth.check(initiative, at=AT + timedelta(days=1), total=10, done=10)
    assert len(tasks(initiative)) == 1  # all done, and on track until it is launched
    say(initiative, "at_risk", at=AT + timedelta(days=1))

    assert [task.outcome for task in tasks(initiative)] == ["confirmed", ""]


def test_a_corrected_report_is_today_s_update(initiative):
    truth.check(initiative, at=AT, days=LATE)
    task = answer(initiative, "off_track")

    initiative.refresh_from_db()
    assert (task.outcome, task.quiet_until_on) == ("corrected", None)
    assert (initiative.status, initiative.status_at) == ("off_track", AT)
    assert initiative.updates.latest("pk").text == "The pilot decides, not the number of issues."


def test_a_correction_half_way_is_not_asked_about_again_at_once(initiative):
    truth.check(initiative, at=AT, days=LATE)
    task = answer(initiative, "at_risk")
    truth.check(initiative, at=AT + timedelta(days=1), days=LATE)

    assert (task.outcome, len(tasks(initiative))) == ("corrected", 1)


def test_only_the_first_answer_counts(initiative):
    truth.check(initiative, at=AT, days=LATE)
    task = answer(initiative, "off_track")

    with pytest.raises(Refusal, match="answered already"):
        truth_answers.answer(
            task=task, status="at_risk", text="No.", quiet_days=7, by=initiative.owner, at=AT
        )


@pytest.mark.parametrize(
    ("fields", "derived", "verdict"),
    [
        ({"days": 27}, "on_track", "accurate"),  # on the target itself
        ({"days": 34}, "on_track", "accurate"),  # Mon 7 Dec: five working days after it
        ({"days": 35}, "off_track", "differs"),
        ({"days": LATE}, "off_track", "differs"),
        ({"total": 4, "done": 4}, "done", "accurate"),
        ({"total": 0, "done": 0, "gaps": {"no_issues": ""}}, "unknown", "unrated"),
        ({"finished": (0,) * 90}, "unknown", "unrated"),
    ],
)
def test_what_follows_from_the_forecast(initiative, fields, derived, verdict):
    check = truth.check(initiative, at=AT, **fields)

    assert (check.derived, check.verdict) == (derived, verdict)


def test_half_of_the_runs_in_time_is_at_risk(initiative):
    # Three left at one in ten days: 63 of 100 runs take 32 days at most, 76 take 39.
    target_on = AT.date() + timedelta(days=32)  # Saturday 5 December; tolerated until the 11th
    services.move_target(
        initiative=initiative, target_on=target_on, precision="day", by=initiative.owner, at=AT
    )

    check = truth.check(initiative, at=AT, total=6, done=3, finished=((0,) * 9 + (1,)) * 9)

    forecast = check.forecast
    assert check.derived == "at_risk"
    assert forecast.p50_on <= target_on < date(2026, 12, 11) < forecast.p85_on < forecast.p95_on
    assert forecast.chance == pytest.approx(0.75, abs=0.03)
    again = forecast.again()
    assert again == (forecast.p50_on, forecast.p85_on, forecast.p95_on)


@pytest.mark.parametrize(("days", "verdict"), [(7, "accurate"), (8, "stale")])
def test_an_old_report_is_not_accurate(initiative, days, verdict):
    say(initiative, "on_track", at=AT)

    check = truth.check(initiative, at=AT + timedelta(days=days), days=5)

    assert check.verdict == verdict


def test_without_a_target_or_a_report(db):
    undated = planning.initiative(stage="delivery")
    silent = planning.initiative(stage="delivery", target_on=TARGET)

    assert truth.check(undated, at=AT, days=5).verdict == "no_date"
    assert truth.check(silent, at=AT, days=5).verdict == "unreported"
    assert not TruthTask.objects.exists()


def test_the_first_look_of_a_week_stays_and_the_day_s_is_made_anew(initiative):
    first = truth.check(initiative, at=AT, days=NEAR)
    for hours in (1, 2, 25):
        truth.check(initiative, at=AT + timedelta(hours=hours), days=LATE)
    monday = truth.check(initiative, at=AT + timedelta(days=6), days=LATE)

    rows = list(initiative.truth_checks.order_by("checked_at"))
    assert [row.is_weekly for row in rows] == [True, False, False, True]
    assert (rows[0], rows[0].derived, rows[-1]) == (first, "on_track", monday)
    assert initiative.forecasts.count() == 4


@pytest.mark.parametrize(
    ("days", "derived", "verdict"), [(0, "unknown", "unrated"), (1, "off_track", "differs")]
)
def test_a_missed_target_is_off_track_where_nothing_can_be_forecast(
    initiative, days, derived, verdict
):
    at = datetime(2026, 11, 30, 9, tzinfo=UTC) + timedelta(days=days)
    check = truth.check(initiative, at=at, finished=(0,) * 90)

    assert (check.derived, check.verdict, check.forecast.p50_on) == (derived, verdict, None)
    told = Notification.objects.filter(cause__startswith="truth:", recipient=initiative.owner)
    assert ["the target was 30 Nov 2026" in one.body for one in told] == [True] * days


def test_a_few_days_past_the_target_are_tolerated_while_the_forecast_says_so(initiative):
    check = truth.check(initiative, at=datetime(2026, 12, 2, 9, tzinfo=UTC), days=4)

    assert (check.target_on, check.derived) == (TARGET, "on_track")


def test_all_done_is_done_however_late(initiative):
    check = truth.check(initiative, at=AT + timedelta(days=90), total=3, done=3)

    assert check.derived == "done"


def test_the_pages_say_it_on_the_day_after_the_target_without_another_look(initiative):
    truth.check(initiative, at=AT, finished=(0,) * 90)
    seen = Initiative.objects.with_progress().filter(pk=initiative.pk)
    looked = with_last_look(seen).get()
    looked.issues_total, looked.issues_done = 10, 3

    assert looked.truth(TARGET).suggested is None
    assert looked.truth(TARGET + timedelta(days=1)).suggested == "off_track"
    late = services_of_truth.latest(initiative, on=TARGET + timedelta(days=1))
    assert late.derived == "off_track"


def test_the_page_names_weeks_by_their_monday_and_the_day_the_chance_is_meant_for(
    client, initiative
):
    """Looks on a Sunday and the Monday after it are of two weeks; five working days are given."""
    client.force_login(initiative.owner)
    sunday = datetime(2026, 11, 1, 9, tzinfo=UTC)
    for at in (sunday, sunday + timedelta(days=1)):
        truth.check(initiative, at=at, days=NEAR)

    page = client.get(reverse("planning:truth", args=[initiative.pk])).content.decode()

    weeks = re.findall(
        r"<td><time[^>]*>([^<]*)</time><span[^>]*>looked at <time[^>]*>([^<]*)", page
    )
    assert weeks == [("2 Nov 2026", "2 Nov 2026"), ("26 Oct 2026", "1 Nov 2026")]
    assert re.search(r"by <time[^>]*>7 Dec 2026</time>, five working days past the target", page)

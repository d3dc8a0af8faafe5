"""The wizard through everything overdue, and the pages that pause and set the cadence."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from planning.models import Cadence, Snooze
from tests.factories import planning, truth
from tests.factories.people import UserFactory

OVERDUE = reverse("planning:overdue")
ONE_DAY = timedelta(days=1)


@pytest.fixture
def two(planner):
    """Two initiatives nobody reported on for a long time, the older one first."""
    ago = timezone.now() - timedelta(days=60)
    return [
        planning.initiative(owner=planner, stage="delivery", at=ago + timedelta(days=day))
        for day in (0, 5)
    ]


def report(client, initiative, query="", **values):
    path = reverse("planning:overdue-step", args=["update", initiative.pk])
    said = {"status": "on_track", "text": "The pilot runs.", **values}
    return client.post(f"{path}?{query}", said)


def test_it_goes_through_one_after_another(client, two):
    page = client.get(OVERDUE).content.decode()
    assert "1 of 2" in page
    assert two[0].title in page

    answer = report(client, two[0], "of=2")
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "2 of 2" in page
    assert two[1].title in page

    answer = report(client, two[1], "of=2")
    assert "Nothing is overdue" in client.get(answer.url).content.decode()
    assert two[0].updates.get().text == "The pilot runs."


def test_what_is_skipped_is_told_at_the_end(client, two):
    query = f"skip=update%3A{two[0].pk}&of=2"
    assert query in client.get(OVERDUE).content.decode().replace("&amp;", "&")

    assert two[1].title in client.get(f"{OVERDUE}?{query}").content.decode()
    page = client.get(f"{OVERDUE}?{query}&skip=update%3A{two[1].pk}").content.decode()
    assert "You skipped 2 things" in page


def test_what_is_put_off_is_gone_for_today(client, planner, two):
    item = {"item": f"update:{two[0].pk}"}
    answer = client.post(f"{reverse('planning:overdue-snooze')}?of=2", item)

    assert two[1].title in client.get(answer.url).content.decode()
    assert Snooze.objects.get().user == planner


def test_a_form_with_errors_comes_back_with_what_was_typed(client, two):
    answer = report(client, two[0], "of=2", text="")

    assert answer.status_code == 422
    assert "1 of 2" in answer.content.decode()


def test_others_things_are_not_mine_to_put_off_or_do(client, two):
    client.force_login(UserFactory())
    client.post(reverse("planning:overdue-snooze"), {"item": f"update:{two[0].pk}"})
    report(client, two[0])

    assert not Snooze.objects.exists()
    assert not two[0].updates.exists()


@pytest.mark.parametrize("query", ["of=x", "of=99999999", "skip=" + "x" * 500, "of=-1&skip="])
def test_nonsense_in_the_address_is_no_error(client, two, query):
    assert client.get(f"{OVERDUE}?{query}").status_code == 200


def test_a_truth_check_is_answered_in_the_wizard(client, planner):
    now = timezone.now()
    initiative = planning.initiative(
        owner=planner,
        stage="delivery",
        target_on=timezone.localdate() + timedelta(days=20),
        at=now - timedelta(days=9),
    )
    initiative.status, initiative.status_at = "on_track", now - timedelta(days=4)
    initiative.save()
    truth.check(initiative, at=now - timedelta(days=3), days=90)
    task = initiative.truth_tasks.get()
    assert "Confirm or correct 1 of 1" in client.get(OVERDUE).content.decode()

    path = reverse("planning:overdue-step", args=["truth", task.pk])
    client.post(path, {"status": "off_track", "text": "Two weeks late.", "quiet_days": "14"})

    task.refresh_from_db()
    assert (task.outcome, task.closed_by) == ("corrected", planner)


def test_an_initiative_rests_and_goes_on(client, planner, post, get):
    initiative = planning.initiative(owner=planner, stage="delivery")
    today = timezone.localdate()

    post("pause", initiative, from_on=today.isoformat(), reason="We wait for the law.")
    page = get("truth", initiative).content.decode()
    assert "We wait for the law." in page
    assert "Take it up again" in page
    again = post("pause", initiative, from_on=today.isoformat(), reason="Again.")
    assert "rests already" in again.content.decode()

    post("resumption", initiative)
    assert "Let it rest" in get("truth", initiative).content.decode()
    assert initiative.pauses.get().ended_by == planner


def test_a_pause_needs_a_reason_and_days_in_order(client, planner, post):
    initiative = planning.initiative(owner=planner, stage="delivery")
    today = timezone.localdate()

    answer = post(
        "pause",
        initiative,
        from_on=today.isoformat(),
        until_on=(today - timedelta(days=1)).isoformat(),
    )

    assert answer.status_code == 422
    assert not initiative.pauses.exists()


def test_the_cadence_is_set_and_taken_back(client, planner, post, get):
    initiative = planning.initiative(owner=planner, stage="delivery")

    post("cadence", initiative, days="7")
    assert "every 7 days" in get("truth", initiative).content.decode()
    post("cadence", initiative, days="")
    assert "every 14 days, as for all initiatives" in get("truth", initiative).content.decode()
    assert post("cadence", initiative, days="0").status_code == 422


def test_product_ops_sets_the_cadence_of_all(client, operator, post, get):
    post("default-cadence", days="10")

    assert Cadence.objects.get().days == 10
    initiative = planning.initiative(stage="delivery")
    assert "every 10 days" in get("truth", initiative).content.decode()


def test_the_truth_tab_shows_forecast_scope_and_weeks(client, planner, get):
    at = timezone.now()
    initiative = planning.initiative(
        owner=planner, stage="delivery", target_on=timezone.localdate() + timedelta(days=40)
    )
    issue = {"key": "PAY-9", "summary": "Retry", "url": "https://jira.example.com/browse/PAY-9"}
    standing = [
        {**issue, "is_blocked": True, "is_stalled": True, "age": 12.0, "normal": 3.0, "basis": "x"}
    ]
    scope = {
        "since": at.isoformat(), "cycle": "Q4 2026", "added_count": 1, "removed_count": 0,
        "added": [{**issue, "how": "created", "on": "2026-11-01"}], "removed": [],
    }  # fmt: skip
    gaps = {"few_days": "4 (Team)", "no_estimates": "7 of 7"}
    truth.check(initiative, at=at, standing=standing, scope=scope, gaps=gaps)

    page = get("truth", initiative).content.decode()

    for words in (
        "10,000 runs",
        "85 of 100",
        "Blocked",
        "Ageing",
        "1 issue came in and 0 went since Q4 2026",
        "Little to draw from: 4 (Team) of the last days had anything finished.",
        "7 of 7 open issues have no estimate",
        "Week by week",
        issue["url"],
    ):
        assert words in page, words


def test_answering_leads_from_the_page_and_the_mail(client, planner, post, get):
    now = timezone.now()
    initiative = planning.initiative(
        owner=planner, stage="delivery", target_on=timezone.localdate() + timedelta(days=20)
    )
    assert get("truth-answer", initiative).status_code == 302
    post("report", initiative, status="on_track", text="Well.")
    truth.check(initiative, at=now, days=90)
    assert (
        reverse("planning:truth-answer", args=[initiative.pk]) in client.get("/").content.decode()
    )

    page = get("truth-answer", initiative).content.decode()
    assert "On track, as reported: confirm" in page
    answer = post("truth-answer", initiative, status="on_track", text="", quiet_days="14")
    assert answer.status_code == 422
    post("truth-answer", initiative, status="on_track", text="The pilot decides.", quiet_days="28")

    task = initiative.truth_tasks.get()
    assert (task.outcome, task.reason) == ("confirmed", "The pilot decides.")
    assert task.quiet_until_on == timezone.localdate() + timedelta(days=28)

"""The grid over HTTP: cells, whole pages, months; with and without scripts."""

from decimal import Decimal

import pytest
from django.urls import reverse

from planning.models import Allocation, TeamCapacity
from tests.factories import planning
from tests.factories.people import TeamFactory, UserFactory

HTMX = {"HX-Request": "true"}


@pytest.fixture
def cell(client, quarter):
    """Post one cell as the script does: `cell(initiative, team, "4", seen="")`."""

    def send(initiative, team, typed, *, seen="", month="", **query):
        key = f"{initiative.pk}-{team.pk}{month}"
        url = reverse("planning:capacity-cell", args=[quarter.pk], query=query)
        return client.post(url, {f"w-{key}": typed, f"s-{key}": seen}, headers=HTMX)

    return send


def test_ones_own_teams_are_shown_first(get, quarter, plan, mine):
    TeamFactory(name="Payments")

    page = get("capacity", quarter, rows="all").content.decode()

    assert "Alpha" in page
    assert f'name="w-{plan["Alpha"].pk}-{mine.pk}"' in page
    assert 'class="num"><a href="?team=checkout' in page
    assert "?team=payments" not in page


def test_all_teams_come_eight_at_a_time(get, quarter, mine):
    for _ in range(9):
        TeamFactory()

    page = get("capacity", quarter, rows="all", team="all").content.decode()

    assert "Teams 1 of 2" in page
    assert "columns=2" in page


def test_a_cell_answers_with_its_sums(cell, plan, mine):
    page = cell(plan["Alpha"], mine, "25,5").content.decode()

    assert Allocation.objects.get().weeks == Decimal("25.5")
    assert f'id="row-{plan["Alpha"].pk}" hx-swap-oob="true">25.5<' in page
    assert "Checkout is 5.2 weeks over: 25.5 of 20.3" in page
    assert f'name="s-{plan["Alpha"].pk}-{mine.pk}" value="25.5"' in page
    assert "data-wrong" not in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("many", "Write weeks as a number"),
        ("-1", "Weeks are a number from 0"),
        ("0.05", "A tenth of a week"),
        ("1e9", "Weeks are a number from 0"),
        ("NaN", "Weeks are a number from 0"),
    ],
)
def test_what_is_no_number_is_refused_beside_the_cell(cell, plan, mine, typed, words):
    response = cell(plan["Alpha"], mine, typed)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Allocation.objects.exists()


def test_who_writes_over_somebody_reads_who_and_what_and_may_insist(
    cell, quarter, plan, mine, give
):
    give(quarter, plan["Alpha"], mine, 4)

    response = cell(plan["Alpha"], mine, "6")

    page = response.content.decode()
    assert response.status_code == 422
    assert "Olga Ops wrote 4 on 2 Nov. You typed 6." in page
    assert 'data-take="4"' in page
    assert Allocation.objects.get().weeks == 4
    assert cell(plan["Alpha"], mine, "6", seen="4").status_code == 200
    assert Allocation.objects.get().weeks == 6


def test_a_page_without_scripts_saves_what_it_can_and_keeps_what_was_typed(
    client, quarter, plan, mine, give
):
    give(quarter, plan["Alpha"], mine, 4)
    keys = {title: f"{each.pk}-{mine.pk}" for title, each in plan.items()}
    typed = {"Alpha": "6", "Beta": "2.5", "Gamma": "lots"}
    data = {f"w-{keys[title]}": text for title, text in typed.items()}
    data |= {f"s-{key}": "" for key in keys.values()}
    url = reverse("planning:capacity", args=[quarter.pk], query={"rows": "all"})

    response = client.post(url, data)

    page = response.content.decode()
    assert response.status_code == 422
    assert "1 saved, 2 not" in page
    assert f'name="w-{keys["Alpha"]}" value="6"' in page
    assert f'name="s-{keys["Alpha"]}" value="4"' in page
    assert "Olga Ops wrote 4" in page
    assert f'name="w-{keys["Gamma"]}" value="lots"' in page
    weeks = dict(Allocation.objects.values_list("initiative__title", "weeks"))
    assert weeks == {"Alpha": 4, "Beta": Decimal("2.5")}


def test_a_page_that_is_all_right_leads_back_to_itself(client, quarter, plan, mine):
    key = f"{plan['Beta'].pk}-{mine.pk}"
    url = reverse("planning:capacity", args=[quarter.pk], query={"rows": "all"})

    response = client.post(url, {f"w-{key}": "3", f"s-{key}": ""})

    assert response.status_code == 302
    assert response.url == url
    assert Allocation.objects.get().weeks == 3


def test_months_are_written_one_by_one(cell, get, quarter, plan, mine, give):
    give(quarter, plan["Alpha"], mine, 6)

    page = cell(plan["Alpha"], mine, "4", seen="2", month="-1").content.decode()

    assert Allocation.objects.get().months == [2, 4, 2]
    assert f'id="foot-{mine.pk}-1"' in page
    shown = get("capacity", quarter, team=mine.slug, by="months").content.decode()
    assert "Feb 2026" in shown
    assert f'name="w-{plan["Alpha"].pk}-{mine.pk}-1" value="4"' in shown


def test_executives_read_and_do_not_write(client, quarter, plan, team, give):
    client.force_login(UserFactory(role="executive"))
    give(quarter, plan["Alpha"], team, 4)
    url = reverse("planning:capacity", args=[quarter.pk])

    assert 'name="w-' not in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 403


def test_a_closed_cycle_is_only_read(client, planner, team):
    closed = planning.cycle(phase="closed")
    url = reverse("planning:capacity", args=[closed.pk], query={"rows": "all"})

    assert 'name="w-' not in client.get(url).content.decode()


def test_the_scenario_of_another_cycle_is_not_found(get, quarter, mine):
    assert get("capacity", quarter, scenario="999").status_code == 404
    assert get("capacity", quarter, scenario="x").status_code == 404


def test_run_work_and_weeks_by_hand_are_said_on_the_teams_page(client, quarter, mine):
    url = reverse("planning:team-capacity", args=[quarter.pk, mine.slug])
    seen = {"initial-run_share": "20", "initial-adjustment": "", "initial-note": ""}
    wanted = {"run_share": "30", "adjustment": "-2", "note": ""}

    assert "Say where these weeks come from" in client.post(url, seen | wanted).content.decode()
    wanted["note"] = "Conference"
    response = client.post(url, seen | wanted, follow=True)

    assert "− 30 % run-work − 2 (Conference) = " in response.content.decode()
    row = TeamCapacity.objects.get()
    assert (row.run_share, row.adjustment, row.note) == (30, -2, "Conference")
    other = {"run_share": "10", "adjustment": "", "note": ""}
    assert "Somebody changed it" in client.post(url, seen | other).content.decode()

"""After the commit each change of the capacity says why, and the review tells it."""

import json
from decimal import Decimal

import pytest
from django.urls import reverse

from planning import services
from planning.models import Allocation
from prodops.audit.models import Event
from tests.factories import planning

WHY = "Two engineers came back from the incident."


@pytest.fixture
def committed(quarter, team, plan, give, operator):
    """The quarter with four weeks of Checkout for Alpha, committed."""
    give(quarter, plan["Alpha"], team, 4)
    services.commit_cycle(cycle=quarter, by=operator, at=planning.AT)
    return quarter


def cell(plan, team, weeks, seen="4", **more):
    key = f"{plan['Alpha'].pk}-{team.pk}"
    return {f"w-{key}": weeks, f"s-{key}": seen, **more}


def told(cycle):
    return Event.objects.filter(thread=cycle.thread, verb__startswith="cycle.capacity")


@pytest.mark.parametrize("name", ["capacity-cell", "capacity"])
def test_a_cell_of_a_committed_plan_changes_with_a_reason_only(client, committed, plan, team, name):
    url = reverse(f"planning:{name}", args=[committed.pk])

    silent = client.post(url, cell(plan, team, "6"))

    assert silent.status_code == 422
    assert "say why its capacity changes" in silent.text
    assert Allocation.objects.get().weeks == 4
    assert not told(committed).exists()
    client.post(url, cell(plan, team, "6", why=WHY))
    assert Allocation.objects.get().weeks == 6
    event = told(committed).get()
    assert WHY in event.detail
    assert f"{plan['Alpha'].key} Alpha, Checkout: 4 → 6" in event.detail


def test_the_page_without_a_reason_keeps_what_was_typed(client, committed, plan, team):
    url = reverse("planning:capacity", args=[committed.pk])

    page = client.post(f"{url}?team=all&rows=all", cell(plan, team, "6.5")).text

    assert 'value="6.5"' in page
    assert "Why the capacity changes" in page


def test_before_the_commit_and_in_a_scenario_nobody_asks(client, quarter, operator, plan, team):
    url = reverse("planning:capacity-cell", args=[quarter.pk])

    assert client.post(url, cell(plan, team, "6", seen="0")).status_code == 200

    assert Allocation.objects.get().weeks == 6
    assert (
        "Why the capacity changes"
        not in client.get(reverse("planning:capacity", args=[quarter.pk])).text
    )
    assert not told(quarter).exists()


def test_a_file_says_why_once_for_all_its_cells(client, committed, plan, team):
    url = reverse("planning:capacity-file-changes", args=[committed.pk])
    changes = json.dumps(
        [[plan["Alpha"].pk, team.pk, "4", "5"], [plan["Beta"].pk, team.pk, "0", "2.5"]]
    )

    client.post(url, {"changes": changes})
    assert not told(committed).exists()
    client.post(url, {"changes": changes, "why": WHY})

    assert sum(Allocation.objects.values_list("weeks", flat=True)) == Decimal("7.5")
    assert "2 cells" in told(committed).get().summary


def test_what_is_assumed_about_a_team_says_why(client, committed, team):
    url = reverse("planning:team-capacity", args=[committed.pk, team.slug])
    said = {"run_share": 30, "initial-run_share": 20, "adjustment": "", "initial-adjustment": ""}

    silent = client.post(url, said)

    assert silent.status_code == 422
    assert "say why its capacity changes" in silent.text
    client.post(url, {**said, "why": WHY})
    event = told(committed).get()
    assert (event.before, event.after, event.detail) == ("20 % run-work", "30 % run-work", WHY)


def test_the_review_tells_who_changed_it_and_why(client, committed, plan, team):
    url = reverse("planning:capacity-cell", args=[committed.pk])
    client.post(url, cell(plan, team, "6", why=WHY))

    page = client.get(reverse("planning:capacity-since", args=[committed.pk])).text

    assert "Who changed it, and why" in page
    assert WHY in page
    assert "Ola Berg" in page

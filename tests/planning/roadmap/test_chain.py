"""The critical chain of an initiative on the timeline: its bars, its lines, and the words."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import dependencies, planning
from tests.factories.people import UserFactory


@pytest.fixture
def chain(planner):
    """Checkout waits for Rates, which wait for Zones; Checkout waits for Labels as well."""
    today = timezone.localdate()
    made = {
        title: planning.initiative(
            title=title, start_on=today, target_on=today + timedelta(days=days)
        )
        for title, days in (("Zones", 10), ("Rates", 20), ("Checkout", 30), ("Labels", 25))
    }
    for asking, giving, days in (
        ("Rates", "Zones", 12),
        ("Checkout", "Rates", 22),
        ("Checkout", "Labels", 26),
    ):
        dependencies.dependency(
            initiative=made[asking],
            giving_initiative=made[giving],
            title=f"{giving} for {asking}",
            needed_by_on=today + timedelta(days=days),
        )
    return made


def turns(page):
    """Return the numbered labels: {"Zones": 1, …}."""
    found = re.findall(r"(\d+) of \d+ in the critical chain: </span></span><a[^>]*>([^<]*)", page)
    return {title: int(turn) for turn, title in found}


def test_without_a_choice_nothing_is_marked_and_those_that_wait_are_offered(get, chain):
    page = get("roadmap-timeline").content.decode()

    offered = re.findall(r'<option value="\d+">([^<]*)</option>', page)
    assert offered == ["Rates", "Checkout"]
    assert turns(page) == {}
    assert "chained" not in page


def test_the_chain_is_numbered_outlined_and_told(get, chain):
    page = get("roadmap-timeline", chain=chain["Checkout"].pk).content.decode()

    assert turns(page) == {"Zones": 1, "Rates": 2, "Checkout": 3}
    assert page.count("gantt__bar--chained") == 3
    assert page.count("gantt__wait--chained") == 2
    assert page.count('class="gantt__wait') == 3
    steps = re.findall(r'class="chain__what"><a[^>]*><span[^>]*>[^<]*</span>([^<]*)', page)
    assert steps == ["Zones for Rates", "Rates for Checkout"]
    assert "are the critical chain of" in page


def test_zooms_and_filters_keep_the_chain(get, chain):
    page = get("roadmap-timeline", chain=chain["Checkout"].pk, zoom="year").content.decode()

    kept = f"chain={chain['Checkout'].pk}"
    links = re.findall(r'href="/planning/roadmap/timeline/\?([^"]*)"', page)
    assert len(links) >= 6
    assert all(kept in link for link in links)
    assert f'<input type="hidden" name="chain" value="{chain["Checkout"].pk}">' in page


def test_what_stands_elsewhere_is_counted(get, chain):
    zones = chain["Zones"]
    zones.start_on = zones.target_on = None
    zones.save(update_fields=["start_on", "target_on"])

    page = get("roadmap-timeline", chain=chain["Checkout"].pk).content.decode()

    assert turns(page) == {"Rates": 2, "Checkout": 3}
    assert "1 of its 3 initiatives is not on this page" in page


def test_one_that_waits_for_nothing_says_so(get, chain):
    page = get("roadmap-timeline", chain=chain["Zones"].pk).content.decode()

    assert turns(page) == {}
    assert "waits for nothing that is still to be delivered" in page


@pytest.mark.parametrize("asked", ["0", "-1", "x", "9" * 40, "999999"])
def test_nonsense_marks_nothing(get, chain, asked):
    answer = get("roadmap-timeline", chain=asked)

    assert answer.status_code == 200
    assert turns(answer.content.decode()) == {}


def test_it_costs_the_same_for_long_chains(get, chain, django_assert_max_num_queries):
    ago, owner = chain["Zones"], UserFactory()
    for number in range(12):
        before = planning.initiative(
            title=f"Step {number}", owner=owner, start_on=ago.start_on, target_on=ago.target_on
        )
        dependencies.dependency(
            initiative=ago, giving_initiative=before, needed_by_on=timezone.localdate()
        )
        ago = before

    with django_assert_max_num_queries(15):
        page = get("roadmap-timeline", chain=chain["Checkout"].pk).content.decode()
    assert len(turns(page)) == 15


def test_the_initiative_leads_to_its_chain_and_says_when_each_is_due(get, chain):
    page = get("initiative-dependencies", chain["Checkout"]).content.decode()

    assert f"/planning/roadmap/timeline/?chain={chain['Checkout'].pk}" in page
    due = re.findall(r'class="chain__when">\s*<time datetime="([^"]*)"', page)
    today = timezone.localdate()
    expected = [f"{today + timedelta(days=days):%Y-%m-%d}" for days in (12, 22)]
    assert [one[:10] for one in due] == expected

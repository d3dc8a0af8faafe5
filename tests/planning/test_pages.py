"""Every page of planning: who may open it, what it shows, how many queries it takes."""

import pytest
from django.urls import reverse

from tests.factories import jira, planning
from tests.factories.intake import product_request
from tests.factories.people import TeamFactory, UserFactory

LISTS = ["cycles", "initiatives", "decisions"]
RECORDS = ["cycle", "initiative", "decision"]


def record(name, **fields):
    return getattr(planning, name)(**fields)


def sign_in(client, role):
    user = UserFactory(role=role)
    client.force_login(user)
    return user


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("role", "status"),
    [("requester", 403), ("contributor", 200), ("ops", 200), ("executive", 200), ("admin", 200)],
)
def test_lists_are_for_insiders(client, db, get, name, role, status):
    sign_in(client, role)

    assert get(name).status_code == status


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize(("role", "status"), [("requester", 404), ("executive", 200)])
def test_records_are_for_insiders(client, db, get, name, role, status):
    sign_in(client, role)

    assert get(name, record(name)).status_code == status


ACTS = [
    ("new-initiative", None, "contributor"),
    ("edit", "initiative", "contributor"),
    ("report", "initiative", "contributor"),
    ("stage", "initiative", "contributor"),
    ("target", "initiative", "contributor"),
    ("schedule", "initiative", "contributor"),
    ("epics", "initiative", "contributor"),
    ("plan", "cycle", "contributor"),
    ("drop", "commitment", "contributor"),
    ("new-decision", None, "contributor"),
    ("decide", "decision", "contributor"),
    ("new-cycle", None, "ops"),
    ("commit", "cycle", "ops"),
    ("phase", "cycle", "ops"),
]


@pytest.mark.parametrize(("name", "kind", "lowest"), ACTS)
def test_acts_are_for_those_who_may(client, db, get, post, name, kind, lowest):
    of = record(kind) if kind else None
    outside = ["requester", "executive"] + (["contributor"] if lowest == "ops" else [])
    for role in outside:
        sign_in(client, role)
        assert post(name, of).status_code == 403
        assert get(name, of).status_code in {403, 405}

    sign_in(client, lowest)
    assert get(name, of).status_code in {200, 405}


def test_adopting_is_for_those_who_plan(client, db, post):
    asked = product_request(state="accepted")
    for role in ("requester", "executive"):
        sign_in(client, role)
        assert post("adopt", asked).status_code == 403


@pytest.mark.parametrize("name", ["adopt", "edit", "drop", "decide", "commit"])
def test_what_is_not_there_is_not_found(operator, client, name):
    assert client.get(reverse(f"planning:{name}", args=[4_000_000])).status_code == 404


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_what_it_is_for(operator, get, name):
    page = get(name).content.decode()

    assert "yet" in page
    assert reverse(f"planning:new-{name.removesuffix('s')}") in page


def test_the_list_of_initiatives_filters(planner, get):
    team = TeamFactory()
    mine = planning.initiative(title="Mine", owner=planner, teams=[team], stage="delivery")
    planning.initiative(title="Another")
    cycle = planning.cycle(plan=[mine])

    for chosen in (
        {"owner": "me"},
        {"owner": planner.pk},
        {"team": team.slug},
        {"stage": "delivery"},
        {"cycle": cycle.slug},
        {"q": "Mine"},
        {"q": mine.key},
    ):
        page = get("initiatives", **chosen).content.decode()
        assert mine.get_absolute_url() in page, chosen
        assert "Another" not in page, chosen


@pytest.mark.parametrize("sort", ["progress", "-progress", "target", "owner", "-status"])
def test_the_list_of_initiatives_sorts_and_exports(planner, get, sort):
    planning.initiative(epic=jira.epic(children=4, done=1))
    planning.initiative()

    assert get("initiatives", sort=sort).status_code == 200
    exported = b"".join(get("initiatives", sort=sort, format="csv").streaming_content).decode()
    assert "1 of 4" in exported


def crowd(planner, count):
    """An initiative and a cycle with `count` of everything on their pages."""
    initiative = planning.initiative(owner=planner)
    plan = [planning.initiative(epic=jira.epic(children=1)) for _ in range(count - 1)]
    cycle = planning.cycle(phase="active", plan=[initiative, *plan])
    for _ in range(count):
        epic = jira.epic(children=2, done=1)
        initiative.epic_links.create(issue=epic, by=planner, at=planning.AT)
        asked = product_request(state="accepted")
        initiative.request_links.create(product_request=asked, by=planner, at=planning.AT)
        planning.decision(initiative=initiative, cycle=cycle)
    return initiative, cycle


def test_an_initiative_links_to_everything_around_it(planner, get):
    initiative, cycle = crowd(planner, 1)

    page = get("initiative", initiative).content.decode()

    asked = initiative.request_links.get().product_request
    for path in (
        asked.thread.path,
        cycle.get_absolute_url(),
        initiative.decisions.get().get_absolute_url(),
        initiative.epic_links.get().issue.url,
    ):
        assert f'href="{path}"' in page


def test_a_long_plan_comes_in_pages_that_say_how_much_there_is(planner, client):
    cycle = planning.cycle()
    for number in range(102):
        one = planning.initiative(title=f"Plan {number:03}", target_on=None)
        planning.commitment(of=one, to=cycle, kind="committed" if number < 101 else "stretch")

    first = client.get(cycle.get_absolute_url()).content.decode()
    second = client.get(f"{cycle.get_absolute_url()}?page=2").content.decode()

    assert "</span>Plan 099</a>" in first
    assert "</span>Plan 100</a>" not in first
    assert "1–100 of 102" in first
    for words in (
        "</span>Plan 100</a>",
        "</span>Plan 101</a>",
        '<span class="muted">101</span>',
        "101–102 of 102",
    ):
        assert words in second

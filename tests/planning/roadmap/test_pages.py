"""The board, the timeline and the words for audiences, by their addresses."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from planning.models import RoadmapPlace, RoadmapWording
from planning.models.roadmap import Audience
from prodops.people.models import ProductArea
from tests.factories import dependencies, planning
from tests.factories import roadmap as factory
from tests.factories.people import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def team(db):
    return TeamFactory(name="Tracking", slug="tracking")


def titles(answer):
    return re.findall(r'class="board__title"[^>]*><span[^>]*>[^<]*</span>([^<]*)', answer.text)


def test_the_board_tells_horizons_apart_and_keeps_the_order(planner, get):
    for title, horizon in (("Second", "next"), ("First", "now"), ("Third", "later")):
        factory.place(horizon, title=title)
    factory.place("now", title="First and a half")

    assert titles(get("roadmap")) == ["First", "First and a half", "Second", "Third"]


def test_forty_of_a_horizon_are_shown_and_the_rest_counted(planner, get, team):
    by = UserFactory()
    for number in range(42):
        teams = [team] if number > 39 else []
        factory.place(of=planning.initiative(title=f"Card {number}", owner=by, teams=teams))

    answer = get("roadmap")
    assert titles(answer) == [f"Card {number}" for number in range(40)]
    assert "2 more below these" in answer.text
    hidden = RoadmapPlace.objects.order_by("position")[40].initiative_id
    assert f'data-following="{hidden}"' in answer.text

    assert titles(get("roadmap", team="tracking")) == ["Card 40", "Card 41"]


def test_moving_without_scripts_comes_back_to_the_card_and_keeps_the_filters(planner, post, team):
    initiative = factory.place("now", teams=[team]).initiative

    answer = post("roadmap-move", initiative, to="next", team="tracking")

    assert answer.status_code == 302
    assert answer["Location"] == f"/planning/roadmap/?team=tracking#card-{initiative.pk}"
    assert RoadmapPlace.objects.get(initiative=initiative).horizon == "next"


def test_moving_with_htmx_answers_with_the_board_says_what_moved_and_keeps_the_focus(planner, post):
    factory.place("next")
    initiative = factory.place("now").initiative

    answer = post("roadmap-move", initiative, to="next", headers=HTMX)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert f"{initiative.key} stands in Next, 2 of 2." in answer.text
    assert re.search(rf'id="move-{initiative.pk}" autofocus', answer.text)


def test_up_under_a_filter_goes_past_the_next_card_that_is_shown(planner, post, team):
    mine, hidden = factory.place(teams=[team]), factory.place()
    last = factory.place(teams=[team])

    post("roadmap-move", last.initiative, to="up", team="tracking", headers=HTMX)

    rows = RoadmapPlace.objects.order_by("position")
    assert list(rows) == [last, mine, hidden]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"to": "never"},
        {"to": "now", "before": "x"},
        {"to": "now\x00"},
        {"to": "now", "before": 0},
    ],
)
def test_a_move_nobody_means_is_refused(planner, post, values):
    initiative = planning.initiative()

    answer = post("roadmap-move", initiative, headers=HTMX, **values)

    assert answer.status_code == 422
    assert "Choose where it goes" in answer.text
    assert not RoadmapPlace.objects.exists()


def test_one_that_is_not_on_the_roadmap_cannot_go_up(planner, post):
    assert post("roadmap-move", planning.initiative(), to="up").status_code == 404


def test_the_board_in_the_words_for_one_audience(planner, get):
    told, untold = factory.place(title="Inner name"), factory.place(title="Not for them")
    factory.wording(of=told.initiative, title="Their name", text="Their words")

    page = get("roadmap", audience="customer")

    assert titles(page) == ["Their name", "Not for them"]
    assert "Their words" in page.text
    assert "Not worded for customers" in page.text
    assert untold.initiative.owner.name not in page.text
    assert titles(get("roadmap", audience="nobody")) == ["Inner name", "Not for them"]


def test_an_executive_reads_the_board_and_moves_nothing(client, get, post):
    place = factory.place()
    planning.initiative(title="Beside it")
    client.force_login(UserFactory(role="executive"))

    page = get("roadmap").text

    assert "data-card" not in page
    assert "Beside it" not in page
    assert post("roadmap-move", place.initiative, to="later").status_code == 403


def test_the_record_and_the_list_say_where_it_stands(planner, get):
    initiative = factory.place("later").initiative

    assert "Later</a>" in get("initiative", initiative).text
    assert '<span class="muted">Later</span>' in get("initiatives").text
    assert "Not on it" in get("initiative", planning.initiative()).text
    assert initiative.title in get("initiatives", roadmap="later").text
    assert initiative.title not in get("initiatives", roadmap="now").text


def test_words_are_kept_changed_and_taken_back(planner, get, post):
    initiative = planning.initiative()

    def say(**values):
        return post("roadmap-wording", initiative, audience="customer", **values)

    assert say(title="A", text="B", seen="").status_code == 302
    first = RoadmapWording.objects.get()
    late = say(title="Late", text="", seen="")
    assert late.status_code == 422
    assert "saved other words meanwhile" in late.text
    seen = f"{first.at.timestamp()}"
    assert say(title="", text="Words", seen=seen).status_code == 422
    assert say(title="", text="", seen=seen).status_code == 302
    assert not RoadmapWording.objects.exists()
    assert initiative.thread.events.filter(verb="roadmap.worded").count() == 2


def test_words_for_nobody_are_refused(planner, post):
    answer = post("roadmap-wording", planning.initiative(), audience="x", title="A")

    assert answer.status_code == 422
    assert "Choose for whom" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        {"from": "0001-01-01"},
        {"from": "9999-12-31", "zoom": "year"},
        {"from": "1990-01-01"},
        {"from": "2100-12-31", "zoom": "year"},
        {"from": "x\x00"},
        {"zoom": "x"},
        {"page": "0"},
        {"page": "-1"},
        {"page": "9" * 30},
        {"page": "x", "area": "\x00", "team": "’", "audience": "z" * 5000},
    ],
)
def test_hostile_addresses_of_the_timeline(planner, get, query):
    today = timezone.localdate()
    planning.initiative(start_on=today, target_on=today.replace(year=9999))

    assert get("roadmap-timeline", **query).status_code == 200


def test_earlier_later_and_zoom_keep_the_filters(planner, get, team):
    area = ProductArea.objects.create(name="Visibility", slug="visibility")
    today = timezone.localdate()
    planning.initiative(start_on=today, target_on=today, teams=[team], product_area=area)

    page = get("roadmap-timeline", team="tracking", area="visibility", zoom="year").text

    links = re.findall(r'href="/planning/roadmap/timeline/\?([^"]*)"', page)
    assert len(links) == 6
    assert all("team=tracking" in each and "area=visibility" in each for each in links)
    assert sum("zoom=year" in each for each in links) == 4


def test_the_timeline_names_who_waits_for_whom_and_what_is_late(planner, get):
    today = timezone.localdate()
    dates = {"start_on": today, "target_on": today + timedelta(days=30)}
    giver, asker = planning.initiative(title="Giver", **dates), planning.initiative(
        title="Asker", **dates
    )  # fmt: skip
    for needed in (today - timedelta(days=1), today + timedelta(days=9)):
        dependencies.dependency(initiative=asker, giving_initiative=giver, needed_by_on=needed)
    dependencies.dependency(
        initiative=asker, outside_name="A carrier", outside_contact="a@b.example"
    )

    page = get("roadmap-timeline").text

    assert page.count("Asker waits for Giver") == 2
    assert page.count("gantt__wait--late") == 1
    assert page.count(">Late<") + page.count("Late</span>") >= 1
    assert "1 open dependency leads to somebody outside" in page


def test_bars_that_go_on_beyond_the_window_say_so(planner, get):
    today = timezone.localdate()
    year = timedelta(days=400)
    planning.initiative(start_on=today - year, target_on=today + year)

    page = get("roadmap-timeline").text

    assert page.count('class="gantt__cut"') == 2
    assert "began before these months, ends after them" in page


def test_every_audience_has_its_words_on_the_tab(planner, get):
    page = get("roadmap-wording", planning.initiative()).text

    assert [f"Save words for {each.label.lower()}" in page for each in Audience] == [True] * 4

"""A cycle's scores: who ranks where, by what, and what is missing."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from planning import services
from planning.models import ScoreInput
from planning.services import score_sheets, scoring
from tests.factories import intake, planning
from tests.factories import scoring as factory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    made = [planning.initiative(title=title) for title in ("Export", "Search", "Sync")]
    found = planning.cycle(plan=made)
    factory.sheet(found)
    return found


def by_title(cycle):
    held = cycle.commitments.select_related("initiative")
    return {one.initiative.title: one.initiative for one in held}


def fill(cycle):
    """Let Search lead, Export follow, and Sync lack its effort."""
    of = by_title(cycle)
    factory.say(cycle, of["Export"], reach=100, impact=1, confidence=80, effort=4)
    factory.say(cycle, of["Search"], reach=50, impact=3, confidence=100, effort=2)
    factory.say(cycle, of["Sync"], reach=10, impact=2, confidence=100)
    return of


def order(cycle):
    standing = scoring.read_standing(cycle=cycle)
    return [standing.initiatives[line.initiative_id].title for line in standing.lines]


def visit(client, cycle, **query):
    return client.get(reverse("planning:scores", args=[cycle.pk]), query)


def test_the_highest_score_comes_first_and_what_is_missing_is_named(planner, client, cycle):
    fill(cycle)

    page = visit(client, cycle)

    assert order(cycle) == ["Search", "Export", "Sync"]
    text = page.content.decode()
    assert "lacks effort" in text
    rows = page.context["rows"]
    assert [row.score for row in rows] == [Decimal(75), Decimal(20), None]
    assert rows[2].gap == "Missing: effort"


def places_shown(page):
    cells = re.findall(r'<span id="place-\d+">(.*?)</span></td>', page.content.decode(), re.S)
    return [re.sub(r"<.*?>", " ", one).split()[0] for one in cells]


def test_what_has_no_score_has_no_place(operator, client, cycle):
    """Nobody said anything: none of three is ahead. One is put first by hand, another scored."""
    of = by_title(cycle)
    assert places_shown(visit(client, cycle)) == ["–", "–", "–"]

    score_sheets.override_rank(
        cycle=cycle, initiative=of["Sync"], place=1, reason="It was promised.", by=operator,
        at=planning.AT,
    )  # fmt: skip
    factory.say(cycle, of["Search"], reach=50, impact=3, confidence=100, effort=2)
    scoring.keep_ranking(cycle=cycle, occasion="kept", by=operator, at=planning.AT)

    page = visit(client, cycle)
    assert order(cycle) == ["Sync", "Search", "Export"]
    assert places_shown(page) == ["1", "2", "–"]
    assert [row.before and row.before[1] for row in page.context["rows"]] == [1, 2, None]
    kept = client.get(cycle.rankings.latest("pk").get_absolute_url())
    assert [shown for _, shown, _ in kept.context["rows"]] == [True, True, False]
    lines = b"".join(visit(client, cycle, format="csv").streaming_content).decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2", ""]


def test_standing_scores_are_numbers_with_their_words(cycle):
    of = fill(cycle)

    scores = scoring.standing_scores(cycle=cycle)

    assert set(scores) == {of["Export"].pk, of["Search"].pk}
    assert scores[of["Search"].pk].value == Decimal(75)
    assert scores[of["Search"].pk].words == (
        "1 of 3 by RICE, version 1: reach 50, impact 3, confidence 100, effort 2"
    )
    assert (
        scoring.standing_scores(
            cycle=planning.cycle(
                starts_on=planning.ENDS_ON.replace(year=2027, month=1, day=1),
                ends_on=planning.ENDS_ON.replace(year=2027),
            )
        )
        == {}
    )


def test_data_speaks_until_somebody_says_otherwise(planner, cycle):
    export = by_title(cycle)["Export"]
    asked = intake.product_request(title="All at once", state="accepted")
    services.adopt(product_request=asked, initiative=export, kind=None, by=planner, at=planning.AT)

    def reach():
        lines = scoring.read_standing(cycle=cycle).lines
        return next(line for line in lines if line.initiative_id == export.pk).inputs["reach"]

    assert (reach().value, reach().source) == (Decimal(1), "voices")
    factory.say(cycle, export, reach=7)
    assert (reach().value, reach().source, reach().from_data) == (Decimal(7), "hand", Decimal(1))
    factory.say(cycle, export, reach=None)
    assert (reach().value, reach().source) == (Decimal(1), "voices")


def test_arr_counts_each_account_once_until_it_is_out(cycle):
    factory.sheet(
        cycle,
        factory.model("arr + requests", arr={"source": "arr"}, requests={"source": "requests"}),
    )
    export, by = by_title(cycle)["Export"], UserFactory(role="ops")
    account = intake.AccountFactory(arr=Decimal(120000))
    for title in ("One", "Two"):
        made = intake.product_request(title=title, state="accepted", account=account)
        services.adopt(product_request=made, initiative=export, kind=None, by=by, at=planning.AT)

    line = next(
        line for line in scoring.read_standing(cycle=cycle).lines if line.initiative_id == export.pk
    )

    assert line.inputs["arr"].value == Decimal(120000)
    assert line.value == Decimal(120002)


@pytest.fixture
def save(client, cycle):
    """Post one value: `save(initiative, "reach", 40, seen=0, htmx=True)`."""

    def send(initiative, name, value, seen=0, htmx=False):
        path = reverse("planning:score-input", args=[cycle.pk, initiative.pk, name])
        headers = {"HX-Request": "true"} if htmx else {}
        return client.post(path, {"value": value, "seen": seen}, headers=headers)

    return send


def test_a_value_is_saved_in_place_and_every_score_comes_along(planner, cycle, save):
    of = fill(cycle)

    answer = save(of["Sync"], "effort", "0.5", htmx=True)

    assert answer.status_code == 200
    text = answer.content.decode()
    assert f'id="score-{of["Sync"].pk}" hx-swap-oob="true"' in text
    assert f'id="place-{of["Export"].pk}" hx-swap-oob="true"' in text
    assert order(cycle) == ["Search", "Sync", "Export"]
    said = ScoreInput.objects.latest("pk")
    assert (said.value, said.by, said.name) == (Decimal("0.5"), planner, "effort")
    event = of["Sync"].thread.events.get(verb="initiative.scored", by=planner)
    assert event.after == "0.5"


def test_of_two_at_once_the_second_is_told_and_keeps_what_they_typed(planner, cycle, save):
    of = fill(cycle)
    newest = ScoreInput.objects.filter(initiative=of["Export"], name="reach").latest("pk")
    save(of["Export"], "reach", "200", seen=newest.pk)

    late = save(of["Export"], "reach", "300", seen=newest.pk, htmx=True)

    assert late.status_code == 422
    text = late.content.decode()
    assert "Mira Chen set reach to 200 meanwhile" in text
    assert 'value="300"' in text
    seen = ScoreInput.objects.filter(initiative=of["Export"], name="reach").latest("pk").pk
    assert f'value="{seen}"' in text
    assert save(of["Export"], "reach", "300", seen=seen).status_code == 302


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("impact", "7"),
        ("confidence", "101"),
        ("reach", "-1"),
        ("reach", "many"),
        ("effort", "0"),
        ("reach", "1e30"),
        ("reach", "NaN"),
        ("reach", "Infinity"),
    ],
)
def test_a_value_out_of_bounds_is_told_at_its_place(planner, cycle, save, name, value):
    of = by_title(cycle)

    answer = save(of["Export"], name, value, htmx=True)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not ScoreInput.objects.exists()


def test_without_scripts_one_value_has_a_page_of_its_own(planner, client, cycle, save):
    of = by_title(cycle)
    path = reverse("planning:score-input", args=[cycle.pk, of["Export"].pk, "impact"])

    assert "How much does it change for each of them?" in client.get(path).content.decode()
    assert save(of["Export"], "impact", "2").url == reverse("planning:scores", args=[cycle.pk])

"""Building scoring models: templates, versions, the live preview and its caret."""

import pytest
from django.urls import reverse

from planning.models import Criterion, ScoringModel
from planning.services import scoring_models
from planning.services.standard_models import STANDARD
from tests.factories import planning
from tests.factories import scoring as factory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def posted(answer, **changes):
    """Return what a browser posts of a builder's form, with some of it changed."""
    form, rows = answer.context["form"], answer.context["rows"]
    fields = [*form, *rows.management_form, *(field for row in rows for field in row)]
    values = {field.html_name: field.value() for field in fields}
    return {name: value for name, value in (values | changes).items() if value not in (None, False)}


@pytest.fixture
def new(operator):
    return reverse("planning:new-scoring-model")


def test_the_hub_begins_with_four_models_and_once_only(operator, client):
    assert scoring_models.load_standard_models(at=factory.AT) == 4
    assert scoring_models.load_standard_models(at=factory.AT) == 0

    text = client.get(reverse("planning:scoring-models")).content.decode()
    assert [one["name"] for one in STANDARD if one["name"] not in text] == []
    rice = ScoringModel.objects.get(name="RICE")
    assert "massive" in client.get(rice.get_absolute_url()).content.decode()


def test_a_model_is_built_from_a_template(client, new):
    shown = client.get(new, {"from": "RICE"})

    answer = client.post(
        new, posted(shown, name="Ours", formula="reach * impact * confidence / effort")
    )

    made = ScoringModel.objects.get(name="Ours")
    assert answer.url == made.get_absolute_url()
    assert [one.name for one in made.current.criteria.order_by("position")] == [
        "reach", "impact", "confidence", "effort",
    ]  # fmt: skip
    impact = made.current.criteria.get(name="impact")
    assert impact.scale[-1] == ["3", "massive"]
    assert impact.source == Criterion.Source.SESSION


def test_without_scripts_rows_are_added_one_by_one(client, new):
    shown = client.get(new)
    data = posted(shown, formula="a + b", **{"criteria-0-name": "a", "criteria-0-question": "A?"})

    again = client.post(new, {**data, "more": "1"})

    assert again.status_code == 200
    assert len(again.context["rows"].forms) == 2
    assert again.context["rows"].forms[0]["name"].value() == "a"
    more = {"name": "Two", "criteria-1-name": "b", "criteria-1-question": "B?"}
    more |= {"criteria-1-source": "hand", "criteria-0-source": "hand"}
    assert client.post(new, posted(again, **more)).status_code == 302
    assert ScoringModel.objects.get(name="Two").current.formula == "a + b"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"formula": "reach * "}, "found the end"),
        ({"formula": "reach * impct"}, "Did you mean impact?"),
        ({"formula": "reach"}, "does not use impact"),
        ({"criteria-0-name": "Reach!"}, "Small letters"),
        ({"criteria-0-name": "impact"}, "Two criteria have one name"),
        ({"criteria-1-scale": "huge = 3"}, "begin with a number"),
        ({"criteria-1-scale": "1 = little\n1.0 = a little"}, "Each number stands once"),
        ({"criteria-1-scale": "Infinity = much"}, "begin with a number"),
        ({"criteria-0-least": "5", "criteria-0-most": "3"}, "More than the least"),
        ({"criteria-TOTAL_FORMS": "999999"}, "Please submit at most"),
        ({"criteria-TOTAL_FORMS": "x"}, "at least 1 form"),
    ],
)
def test_what_is_wrong_is_told_where_it_is(client, new, changes, told):
    shown = client.get(new, {"from": "RICE"})

    answer = client.post(new, posted(shown, name="Ours", **changes))

    assert answer.status_code == 422
    assert told in answer.content.decode().replace("&quot;", '"')
    assert not ScoringModel.objects.filter(name="Ours").exists()


@pytest.mark.parametrize("odd", ["²", "9" * 5000, "-1", "1e9", ""])
def test_a_count_of_rows_that_is_none_adds_the_first(client, new, odd):
    answer = client.post(new, {"more": "1", "criteria-TOTAL_FORMS": odd})

    assert answer.status_code == 200
    assert len(answer.context["rows"].forms) == 1


def test_the_preview_ranks_a_cycle_or_points_at_the_character(client, operator):
    made = [planning.initiative(title=title) for title in ("Export", "Search")]
    cycle = planning.cycle(plan=made)
    factory.sheet(cycle)
    factory.say(cycle, made[0], reach=10)
    factory.say(cycle, made[1], reach=30)
    new = client.get(reverse("planning:new-scoring-model"), {"from": "RICE"})
    path = reverse("planning:scoring-preview")

    def preview(formula):
        data = posted(new, formula=formula, cycle=cycle.pk)
        return client.post(path, data).content.decode()

    ranked = preview("reach * 2")
    assert ranked.index("Search") < ranked.index("Export")
    assert "does not use impact, confidence, effort: use them, or take them out." in ranked
    assert "does not use effort: use it" in preview("reach * impact * confidence")
    assert "does not use" not in preview("reach * impact * confidence / effort")
    wrong = preview("reach * * 2")
    assert "Expected a number, a criterion or “(”, found “*”." in wrong
    assert "reach * * 2\n        ^" in wrong
    assert "Write a formula" in preview("")
    for odd in ("²", "٣", "9" * 5000, "-1"):
        data = posted(new, formula="reach", cycle=odd)
        assert client.post(path, data).status_code == 200
    assert client.post(path, {}).status_code == 200


def test_of_two_who_edit_at_once_the_second_is_told(client, operator):
    model = factory.standard()
    path = reverse("planning:edit-scoring-model", args=[model.pk])
    shown = client.get(path)
    client.post(path, posted(shown, formula="reach * impact * confidence * effort"))

    late = client.post(path, posted(shown, formula="reach + impact + confidence + effort"))

    assert late.status_code == 422
    assert "Ola Berg made version 2 while you were writing" in late.content.decode()
    model.refresh_from_db()
    assert model.current.number == 2
    assert client.post(path, posted(client.get(path))).status_code == 302
    assert model.versions.count() == 2


def test_an_archived_model_is_offered_no_more(client, operator):
    model = factory.standard("WSJF")
    cycle = planning.cycle()
    sheet = reverse("planning:score-sheet", args=[cycle.pk])
    assert "WSJF, version" in client.get(sheet).content.decode()

    client.post(reverse("planning:scoring-archive", args=[model.pk]))
    assert "WSJF, version" not in client.get(sheet).content.decode()
    client.post(reverse("planning:scoring-archive", args=[model.pk]))
    assert "WSJF, version" in client.get(sheet).content.decode()


def test_sensitivity_says_what_would_change_the_first_place(client, planner):
    made = [planning.initiative(title=title) for title in ("Export", "Search")]
    cycle = planning.cycle(plan=made)
    factory.sheet(cycle, factory.model("value + fit", value={}, fit={}))
    path = reverse("planning:sensitivity", args=[cycle.pk])
    assert "Nothing to compare yet" in client.get(path).content.decode()
    factory.say(cycle, made[0], value=8, fit=1)
    factory.say(cycle, made[1], value=5, fit=3)

    text = client.get(path).content.decode()
    assert "-33.4 %" in text
    assert "+50.1 %" in text
    tried = client.get(path, {"criterion": "fit", "percent": "100"})
    assert [line[0].title for line in tried.context["lines"]] == ["Search", "Export"]
    fragment = client.get(
        path, {"criterion": "fit", "percent": "x"}, headers={"HX-Request": "true"}
    )
    assert fragment.content.decode().lstrip().startswith('<div id="trial"')


@pytest.mark.parametrize("percent", ["-96", "301", "1e9", "", "NaN"])
def test_odd_addresses_of_sensitivity_show_the_page(client, planner, percent):
    made = [planning.initiative(title=title) for title in ("Export", "Search")]
    cycle = planning.cycle(plan=made)
    factory.sheet(cycle, factory.model("value", value={}))
    for one in made:
        factory.say(cycle, one, value=8)
    path = reverse("planning:sensitivity", args=[cycle.pk])

    assert client.get(path, {"criterion": "nothing", "percent": percent}).status_code == 200


def test_votes_wanted_stand_on_home_until_they_are_cast(client, db):
    ana = UserFactory(name="Ana Ruiz")
    made = planning.initiative(title="Export")
    cycle = planning.cycle(plan=[made])
    factory.sheet(cycle)
    session = factory.session(cycle, [made], members=[ana], title="Autumn scoring")
    client.force_login(ana)
    assert "Autumn scoring" in client.get("/").content.decode()

    factory.cast(session.rounds.get(), ana, impact=2)

    assert "Votes wanted from you" not in client.get("/").content.decode()

"""The score of an initiative on its own page: what it is made of, how firm it is, what it was."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from planning import services
from planning.formula import Gap, parse
from planning.models import ScoreInput
from planning.models.ranking import ranks
from planning.models.sensitivity import CHANGES, ranked_with, ranks_if
from planning.services import score_sheets, scoring
from tests.factories import planning
from tests.factories import scoring as factory

TREE = parse("reach * impact / effort")


@pytest.fixture
def cycle(db):
    """Export scores 20, Search 75."""
    made = [planning.initiative(title=title) for title in ("Export", "Search")]
    found = planning.cycle(name="Q4 2026", slug="q4-2026", plan=made)
    factory.sheet(found)
    factory.say(found, made[0], reach=100, impact=1, confidence=80, effort=4)
    factory.say(found, made[1], reach=50, impact=3, confidence=100, effort=2)
    return found


@pytest.fixture
def export(cycle):
    return cycle.commitments.get(initiative__title="Export").initiative


@pytest.fixture
def show(client):
    def ask(initiative, **query):
        return client.get(reverse("planning:initiative-score", args=[initiative.pk], query=query))

    return ask


def test_the_tab_says_what_the_score_is_made_of_and_who_said_it(planner, cycle, export, show):
    factory.say(cycle, export, by=planner, reach=200)

    page = show(export)

    place = page.context["place"]
    assert (place.line.value, place.line.place) == (40, 2)
    text = page.content.decode()
    assert "Mira Chen" in text
    assert 'Reach: <s class="muted">100</s> → <strong>200</strong>' in text
    assert f"/scores/{export.pk}/values/reach/?from=initiative" in text


def test_an_estimate_that_is_off_says_which_rank_it_would_have(planner, export, show):
    ranks = dict(show(export).context["ranks"])

    assert set(ranks) == {"Reach", "Impact", "Confidence", "Effort"}
    assert set(ranks["Reach"]) == {2}
    other = export.commitments.get().cycle.commitments.get(initiative__title="Search").initiative
    assert dict(show(other).context["ranks"])["Effort"] == [1] * len(CHANGES)


def test_the_score_at_the_commit_stays_beside_the_one_now(operator, cycle, export, show):
    services.commit_cycle(cycle=cycle, by=operator, at=planning.AT)
    factory.say(cycle, export, reach=400)

    page = show(export)

    assert (page.context["frozen"].score, page.context["place"].line.value) == (20, 80)
    kept = [(one.value, one.of_all) for one in page.context["kept"]]
    assert kept == [(Decimal(20), 2)]
    assert "At the commit" in page.content.decode()


def test_an_initiative_of_two_cycles_shows_the_one_asked_for(operator, cycle, export, show):
    later = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 3, 31)}
    planning.cycle(name="Q1 2027", slug="q1-2027", plan=[export], **later)

    assert show(export).context["cycle"].slug == "q1-2027"
    assert "Not scored" in show(export).content.decode()
    assert show(export, cycle="q4-2026").context["place"].line.value == 20


def test_a_candidate_that_left_keeps_its_past(operator, cycle, show):
    idea = planning.initiative(title="Idea")
    told = {"cycle": cycle, "by": operator, "at": planning.AT}
    score_sheets.add_candidates(initiatives=[idea], **told)
    factory.say(cycle, idea, reach=8, impact=1, confidence=100, effort=2)
    scoring.keep_ranking(occasion="kept", **told)
    score_sheets.remove_candidate(initiative=idea, **told)

    page = show(idea)

    assert page.context["place"] is None
    assert [one.value for one in page.context["kept"]] == [4]
    assert len(page.context["said"]) == 4


def test_a_value_changed_from_the_tab_leads_back_to_it(planner, client, cycle, export):
    path = reverse("planning:score-input", args=[cycle.pk, export.pk, "reach"])
    seen = ScoreInput.objects.filter(initiative=export, name="reach").latest("pk").pk
    query = "?from=initiative"

    page = client.get(path + query).content.decode()
    done = client.post(path + query, {"value": "300", "seen": seen})

    tab = reverse("planning:initiative-score", args=[export.pk], query={"cycle": cycle.slug})
    assert tab in page
    assert done.url == tab
    seen = ScoreInput.objects.filter(initiative=export, name="reach").latest("pk").pk
    plain = client.post(path, {"value": "301", "seen": seen})
    assert plain.url == reverse("planning:scores", args=[cycle.pk])


def test_nothing_is_scored_of_an_initiative_in_no_cycle(planner, show, db):
    page = show(planning.initiative())

    assert "It is in the running for no cycle yet" in page.content.decode()


def test_who_may_not_see_revenue_sees_no_score_made_of_it(
    planner, cycle, export, show, monkeypatch
):
    factory.sheet(cycle, factory.model("arr / 1000", arr={"source": "arr"}))
    factory.say(cycle, export, arr=987654)
    at = planning.AT + timedelta(hours=1)
    scoring.keep_ranking(cycle=cycle, occasion="kept", by=planner, at=at)
    for module in ("score_rows", "initiative_scores"):
        monkeypatch.setattr(f"planning.views.{module}.can_see_revenue", lambda user: False)

    text = show(export).content.decode()

    assert not any(each in text for each in ("987654", "987,654", "987.65"))
    assert "Hidden" in text


VALUES = st.fixed_dictionaries(
    {
        "reach": st.one_of(st.none(), st.integers(0, 9).map(Decimal)),
        "impact": st.integers(0, 3).map(Decimal),
        "effort": st.integers(0, 4).map(Decimal),
    }
)


@given(rows=st.lists(VALUES, min_size=1, max_size=6))
def test_a_rank_is_that_of_the_whole_ranking_worked_out_anew(rows):
    table = dict(enumerate(rows))

    found = ranks_if(TREE, table, 0)

    for name, given_ranks in found.items():
        for change, rank in zip(CHANGES, given_ranks, strict=True):
            changed = {**rows[0], name: rows[0][name] * (100 + change) / 100}
            outcomes = ranked_with(TREE, {**table, 0: changed})
            assert rank == ranks(outcomes).get(0)
            assert (rank is None) == isinstance(outcomes[0], Gap)

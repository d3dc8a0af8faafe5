"""What becomes of scores later: versions, rankings kept, overrides, candidates, revenue."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from planning import services
from planning.models import Ranking, Score, ScoreInput
from planning.services import score_sheets, scoring, scoring_models
from tests.factories import planning
from tests.factories import scoring as factory

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


def test_a_new_version_leaves_sheets_and_kept_scores_as_they_are(operator, cycle, client):
    fill(cycle)
    model = factory.standard()
    kept = scoring.keep_ranking(
        cycle=cycle, occasion=Ranking.Occasion.KEPT, by=operator, at=planning.AT
    )
    drafts = scoring_models.drafts_of(model.current)
    scoring_models.revise_model(
        model=model, name="RICE", description="", formula="reach * impact * confidence * effort",
        criteria=drafts, note="", seen=1, by=operator, at=planning.AT,
    )  # fmt: skip

    assert scoring.read_standing(cycle=cycle).version.number == 1
    assert "newer version" in visit(client, cycle).content.decode()
    client.post(reverse("planning:score-sheet", args=[cycle.pk]), {"version": model.current_id})
    model.refresh_from_db()
    client.post(reverse("planning:score-sheet", args=[cycle.pk]), {"version": model.current_id})

    assert scoring.read_standing(cycle=cycle).version.number == 2
    values = [one.value for one in kept.scores.order_by("place")]
    assert values == [Decimal(75), Decimal(20), None]
    assert cycle.rankings.filter(occasion="model").count() == 1


def test_an_overridden_priority_says_why_and_asks_for_a_decision(planner, client, cycle):
    of = fill(cycle)
    path = reverse("planning:rank-override", args=[cycle.pk, of["Sync"].pk])

    assert client.post(path, {"place": 1, "reason": ""}).status_code == 422
    assert client.post(path, {"place": 9, "reason": "Because."}).status_code == 422
    for _ in range(3):
        client.post(path, {"place": 1, "reason": "The regulator asks for it."})

    assert order(cycle) == ["Sync", "Search", "Export"]
    override = cycle.rank_overrides.get()
    assert override.decision.is_stub
    assert override.decision.origin == f"Overridden priority: {of['Sync'].key} in {cycle}"
    assert cycle.rankings.filter(occasion="override").count() == 1
    assert "The regulator asks for it." in visit(client, cycle).content.decode()
    client.post(reverse("planning:rank-override-end", args=[override.pk]))
    assert order(cycle) == ["Search", "Export", "Sync"]


def test_what_is_kept_is_never_changed(operator, cycle):
    fill(cycle)
    kept = scoring.keep_ranking(
        cycle=cycle, occasion=Ranking.Occasion.KEPT, by=operator, at=planning.AT
    )

    for rows in (Score.objects.filter(ranking=kept), ScoreInput.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(value=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        kept.version.criteria.update(question="Another?")
    with pytest.raises(IntegrityError), transaction.atomic():
        Score.objects.create(
            ranking=kept, initiative=planning.initiative(), place=9, inputs={}, value=None
        )


def test_change_is_told_against_the_ranking_kept_last(operator, client, cycle):
    of = fill(cycle)
    client.post(reverse("planning:ranking-keeping", args=[cycle.pk]))
    factory.say(cycle, of["Export"], reach=1000)

    page = visit(client, cycle)

    rows = {row.initiative.title: row for row in page.context["rows"]}
    assert (rows["Export"].steps, rows["Export"].change) == (1, Decimal(180))
    assert rows["Search"].steps == -1
    kept = cycle.rankings.get()
    text = client.get(kept.get_absolute_url()).content.decode()
    assert "75" in text
    assert "Missing: effort" in text


def test_candidates_run_beside_the_plan_and_leave_again(planner, client, cycle):
    idea = planning.initiative(title="Idea")
    path = reverse("planning:candidates", args=[cycle.pk])

    client.post(path, {"initiatives": [idea.pk]})

    assert "Idea" in order(cycle)
    client.post(reverse("planning:candidate-removal", args=[cycle.pk, idea.pk]))
    assert "Idea" not in order(cycle)
    export = by_title(cycle)["Export"]
    client.post(reverse("planning:candidate-removal", args=[cycle.pk, export.pk]))
    assert "Export" in order(cycle)


def test_a_closed_cycle_keeps_its_scores(operator, client):
    cycle = planning.cycle(phase="active")
    factory.sheet(cycle)
    initiative = cycle.commitments.get().initiative
    type(cycle).objects.filter(pk=cycle.pk).update(phase="closed")

    with pytest.raises(services.Refusal, match="is closed"):
        factory.say(cycle, initiative, reach=4)
    with pytest.raises(services.Refusal, match="is closed"):
        score_sheets.choose_version(
            cycle=cycle, version=factory.standard("WSJF").current, by=operator, at=planning.AT
        )
    assert "score-cell__" not in visit(client, cycle).content.decode().replace(
        "score-cell__source", ""
    )


def test_who_may_not_see_revenue_sees_no_score_made_of_it(planner, client, cycle, monkeypatch):
    of = by_title(cycle)
    factory.sheet(cycle, factory.model("arr / 1000", arr={"source": "arr"}))
    factory.say(cycle, of["Export"], arr=987654)
    monkeypatch.setattr("planning.views.score_rows.can_see_revenue", lambda user: False)
    kept = scoring.keep_ranking(cycle=cycle, occasion="kept", by=planner, at=planning.AT)

    pages = [
        visit(client, cycle),
        client.get(reverse("planning:sensitivity", args=[cycle.pk])),
        client.get(kept.get_absolute_url()),
    ]
    exported = b"".join(visit(client, cycle, format="csv").streaming_content).decode()

    for text in [*(page.content.decode() for page in pages), exported]:
        assert "987654" not in text
        assert "987.65" not in text
    assert "Hidden" in exported
    path = reverse("planning:score-input", args=[cycle.pk, of["Export"].pk, "arr"])
    assert client.get(path).status_code == 403


def test_the_export_is_the_ranking_and_safe_in_a_spreadsheet(planner, client, cycle):
    fill(cycle)
    by_title(cycle)["Export"].__class__.objects.filter(title="Export").update(title="=1+1")

    lines = b"".join(visit(client, cycle, format="csv").streaming_content).decode().splitlines()

    assert lines[0].startswith("Place,Key,Initiative,Owner,Score")
    assert lines[1].startswith("1,INI-")
    assert "'=1+1" in lines[2]
    assert "Missing: effort" in lines[3]


def test_the_commit_keeps_the_scores_as_they_stand(operator, cycle):
    of = fill(cycle)
    services.commit_cycle(cycle=cycle, by=operator, at=planning.AT)
    factory.say(cycle, of["Search"], reach=1)

    kept = cycle.rankings.get(occasion=Ranking.Occasion.COMMIT)

    scores = {one.initiative: one.value for one in kept.scores.select_related("initiative")}
    assert scores[of["Search"]] == Decimal(75)
    assert kept.scores.get(initiative=of["Search"]).inputs["reach"][0] == "50"

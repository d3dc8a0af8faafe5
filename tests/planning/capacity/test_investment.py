"""The investment mix: what is wanted, planned and done, and what nobody can see."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from planning.models import InitiativeInvestment, InvestmentCategory, InvestmentTarget
from planning.services import Refusal
from planning.services.initiatives import ChangedMeanwhile
from planning.services.investment import classify, mix, set_targets
from prodops.integrations.jira.models import JiraIssue
from tests.factories import jira, planning
from tests.factories.people import UserFactory

WITHIN = datetime(2026, 2, 10, tzinfo=UTC)


@pytest.fixture
def kinds(db):
    rows = [
        InvestmentCategory.objects.create(slug=name.lower(), name=name, position=place)
        for place, name in enumerate(["Growth", "Platform", "Run"])
    ]
    return {each.name: each for each in rows}


@pytest.fixture
def told(db):
    return {"by": UserFactory(role="ops"), "at": planning.AT}


@pytest.fixture
def sorted_plan(plan, kinds, told):
    """Alpha is growth, Beta is platform, Gamma is in no category."""
    wishes = {plan["Alpha"]: (None, kinds["Growth"]), plan["Beta"]: (None, kinds["Platform"])}
    assert classify(wishes=wishes, **told) == 2
    return plan


def shares(found, name):
    [each] = [each for each in found.slices if each.name == name]
    return each


def link(initiative, *, children, at=WITHIN, points=None):
    epic = jira.epic(children=children, done=children)
    planning.InitiativeEpic.objects.create(
        initiative=initiative, issue=epic, by=initiative.owner, at=planning.AT
    )
    JiraIssue.objects.filter(parent=epic).update(resolved=at, story_points=points)


def test_planned_shares_are_those_of_the_weeks(quarter, team, sorted_plan, kinds, give, told):
    give(quarter, sorted_plan["Alpha"], team, 6)
    give(quarter, sorted_plan["Beta"], team, 3)
    give(quarter, sorted_plan["Gamma"], team, 1)
    wanted = {kinds["Growth"]: 40, kinds["Platform"]: 60}
    set_targets(cycle=quarter, shares=wanted, **told)

    found = mix(cycle=quarter)

    assert (shares(found, "Growth").planned, shares(found, "Platform").planned) == (60, 30)
    assert shares(found, "In no category").weeks == 1
    assert shares(found, "Growth").words == "20 points over as planned"
    assert shares(found, "Platform").words == "30 points under as planned"
    assert "1 initiative of the plan has no category (1 weeks)." in found.unseen


def test_run_work_of_the_teams_counts_where_it_belongs(quarter, team, sorted_plan, kinds, give):
    InvestmentCategory.objects.filter(slug="run").update(takes_run_work=True)
    give(quarter, sorted_plan["Alpha"], team, 5)

    found = mix(cycle=quarter)

    # Two people × 12.6 worked weeks × 20 %.
    assert shares(found, "Run").weeks == Decimal("5.0")
    assert shares(found, "Run").planned == 50


def test_done_is_what_jira_resolved_in_these_dates(quarter, sorted_plan):
    link(sorted_plan["Alpha"], children=3)
    link(sorted_plan["Beta"], children=1)
    link(sorted_plan["Beta"], children=5, at=WITHIN - timedelta(days=90))

    found = mix(cycle=quarter)

    assert found.unit == "issues"
    assert (shares(found, "Growth").actual, shares(found, "Platform").actual) == (75, 25)


def test_points_count_where_nearly_all_have_them(quarter, sorted_plan):
    link(sorted_plan["Alpha"], children=1, points=9)
    link(sorted_plan["Beta"], children=3, points=1)
    link(sorted_plan["Gamma"], children=1)

    found = mix(cycle=quarter)

    assert found.unit == "points"
    assert (shares(found, "Growth").actual, shares(found, "Platform").actual) == (75, 25)
    assert "1 finished issues have no points and count 0." in found.unseen


def test_an_issue_below_two_initiatives_counts_once(quarter, sorted_plan):
    link(sorted_plan["Alpha"], children=2)
    epic = sorted_plan["Alpha"].epic_links.get().issue
    planning.InitiativeEpic.objects.create(
        initiative=sorted_plan["Beta"], issue=epic, by=UserFactory(), at=planning.AT
    )

    assert sum(each.done for each in mix(cycle=quarter).slices) == 2


def test_what_belongs_to_no_initiative_is_named(quarter, sorted_plan):
    link(sorted_plan["Alpha"], children=1)
    epic = jira.epic(children=3, done=3)
    JiraIssue.objects.filter(parent=epic).update(resolved=WITHIN)

    found = mix(cycle=quarter)

    assert "3 of 4 finished issues belong to no initiative: left out." in found.unseen
    assert shares(found, "Growth").actual == 100


def test_targets_sum_to_a_hundred_or_stay(quarter, kinds, told):
    with pytest.raises(Refusal, match="sum to 90 %"):
        set_targets(cycle=quarter, shares={kinds["Growth"]: 90}, **told)

    assert not InvestmentTarget.objects.exists()


def test_who_sorts_what_somebody_else_sorted_is_told(sorted_plan, kinds, told):
    with pytest.raises(ChangedMeanwhile, match="is Growth"):
        classify(wishes={sorted_plan["Alpha"]: (None, kinds["Platform"])}, **told)

    assert InitiativeInvestment.objects.get(initiative=sorted_plan["Alpha"]).category.slug == (
        "growth"
    )


def test_the_pages_set_and_show_the_mix(client, operator, quarter, team, plan, kinds, give):
    give(quarter, plan["Alpha"], team, 6)
    url = reverse("planning:mix-targets", args=[quarter.pk])
    names = {name: f"share_{each.pk}" for name, each in kinds.items()}
    wrong = client.post(url, {names["Growth"]: "70", names["Run"]: "20"})
    assert "The shares sum to 90 %: 10 % are missing." in wrong.content.decode()
    client.post(url, {names["Growth"]: "70", names["Run"]: "30"})

    categories = reverse("planning:mix-categories", args=[quarter.pk])
    field = f"category_{plan['Alpha'].pk}"
    sent = {field: kinds["Growth"].pk, f"initial-{field}": ""}
    assert client.post(categories, sent).status_code == 302

    page = client.get(reverse("planning:mix", args=[quarter.pk])).content.decode()
    assert "30 points over as planned" in page
    assert 'aria-label="Growth, wanted"' in page
    stale = client.post(categories, sent | {field: kinds["Run"].pk})
    assert "Somebody said meanwhile" in stale.content.decode()

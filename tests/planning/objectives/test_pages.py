"""The pages of objectives as people use them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from planning.models import CheckIn, InitiativeKeyResult, KeyResult, Objective
from prodops.audit.services import open_thread
from tests.factories import jira, objectives, planning
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle():
    return planning.quarter_of_today()


@pytest.fixture
def started(planner, cycle):
    """An active objective of the planner's, begun twenty days ago."""
    at = timezone.now() - timedelta(days=20)
    return objectives.objective(cycle=cycle, owner=planner, state="active", at=at)


def test_an_objective_is_set_measured_and_begun(planner, cycle, post, get):
    answer = post(
        "new-objective", title="Fewer returns", cycle=cycle.pk, owner=planner.pk, weight=1
    )
    made = Objective.objects.get()
    assert answer.url == made.get_absolute_url()

    measure = {"title": "Returns", "unit": "%", "direction": "down", "baseline": "12"}
    measure |= {"target": "8", "owner": planner.pk, "cadence_days": 7, "weight": 2}
    post("new-key-result", made, source="hand", **measure)
    post("objective-activation", made)

    made.refresh_from_db()
    key_result = made.key_results.get()
    assert (made.state, key_result.direction, key_result.target) == ("active", "down", 8)
    page = get("objective", made).content.decode()
    assert "Fewer returns" in page
    assert "12 → 8 %" in page


def test_an_objective_without_anything_below_it_cannot_begin(planner, cycle, client):
    made = objectives.objective(cycle=cycle, owner=planner)
    address = reverse("planning:objective-activation", args=[made.pk])
    page = client.post(address, follow=True).content.decode()
    made.refresh_from_db()
    assert made.is_draft
    assert "add a key result" in page


def test_a_target_that_is_the_baseline_is_refused(planner, cycle, post):
    made = objectives.objective(cycle=cycle, owner=planner)
    measure = {"title": "Returns", "direction": "down", "baseline": "8", "target": "8"}
    measure |= {"owner": planner.pk, "cadence_days": 7, "weight": 1, "source": "hand"}
    answer = post("new-key-result", made, **measure)
    assert answer.status_code == 422
    assert "The target is the baseline" in answer.content.decode()


def test_a_query_the_hub_does_not_read_is_refused_with_the_place(planner, cycle, post):
    made = objectives.objective(cycle=cycle, owner=planner)
    measure = {"title": "Bugs", "direction": "down", "baseline": "8", "target": "2"}
    measure |= {"owner": planner.pk, "cadence_days": 7, "weight": 1, "source": "jira"}
    measure |= {"jira_query": "project = PAY OR type = Bug", "jira_measure": "count"}
    answer = post("new-key-result", made, **measure)
    assert answer.status_code == 422
    assert "At character 15: “OR”" in answer.content.decode()


def test_the_tree_nests_and_rolls_up(planner, cycle, client, started):
    below = objectives.objective(
        cycle=cycle, owner=planner, parent=started, state="active", title="Below it"
    )
    objectives.report(below.key_results.get(), 50, confidence="off_track", at=timezone.now())
    page = client.get(reverse("planning:objectives")).content.decode()
    assert page.index(started.title) < page.index("Below it")
    assert "25 %" in page
    assert "Off track" in page
    tab = client.get(reverse("planning:cycle-objectives", args=[cycle.pk])).content.decode()
    assert "Below it" in tab


def crowd_below(root, number):
    """Hang objectives with a key result each below one, five below each."""
    result, parents = root.key_results.get(), [root]
    for place in range(number):
        made = Objective.objects.get(pk=root.pk)
        made.pk = None
        made.title, made.parent = f"Number {place}", parents[place // 5]
        made.thread = open_thread(kind="objective", key="", title=made.title, path="")
        made.save()
        result.pk, result.objective = None, made
        result.save()
        parents.append(made)


def test_the_tree_asks_the_same_of_the_database_for_300_objectives(
    planner, cycle, client, started, django_assert_max_num_queries
):
    address = reverse("planning:objectives")
    client.get(address)
    with django_assert_max_num_queries(12) as few:
        client.get(address)
    crowd_below(started, 300)
    with django_assert_max_num_queries(len(few)) as many:
        page = client.get(address).content.decode()
    assert len(many) == len(few)
    assert page.count("tree__result") >= 300


def test_a_check_in_is_shown_with_its_evidence(planner, started, post, get):
    key_result = started.key_results.get()
    path = started.get_absolute_url()
    answer = post(
        "check-in", key_result, value="40", confidence="at_risk", seen=0, comment="Slow.",
        evidence=path,
    )  # fmt: skip
    assert answer.url == key_result.get_absolute_url()
    row = CheckIn.objects.get()
    assert (row.value, row.evidence.state, row.by) == (40, "good", planner)
    page = get("key-result", key_result).content.decode()
    assert f"{started.key} {started.title}" in page
    assert "At risk" in page


def test_a_check_in_of_somebody_else_meanwhile_is_told(planner, started, post):
    key_result = started.key_results.get()
    objectives.report(key_result, 30, by=UserFactory(name="Ben Okafor"))
    answer = post("check-in", key_result, value="40", confidence="at_risk", seen=0)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Ben Okafor reported 30 %" in page
    newest = key_result.check_ins.get().pk
    assert f'name="seen" value="{newest}"' in page


def test_an_executive_reports_on_their_own_key_result_and_on_no_other(client, cycle):
    executive = UserFactory(role="executive")
    at = timezone.now() - timedelta(days=3)
    results = [{"owner": executive}, {"title": "Another"}]
    made = objectives.objective(cycle=cycle, state="active", at=at, results=results)
    own, other = made.key_results.get(owner=executive), made.key_results.get(title="Another")
    client.force_login(executive)
    values = {"value": "5", "confidence": "on_track", "seen": 0}
    assert client.post(reverse("planning:check-in", args=[own.pk]), values).status_code == 302
    assert client.post(reverse("planning:check-in", args=[other.pk]), values).status_code == 403


def test_the_wizard_walks_through_what_waits(planner, cycle, client):
    at = timezone.now() - timedelta(days=40)
    results = [{"title": f"Result {number}"} for number in range(3)]
    made = objectives.objective(cycle=cycle, owner=planner, state="active", at=at, results=results)
    first, second, third = made.key_results.order_by("pk")
    page = client.get(reverse("planning:check-ins")).content.decode()
    assert first.title in page
    assert "3 to go" in page
    report = reverse("planning:check-in", args=[first.pk]) + "?walk=1&done=0&skipped="
    values = {"value": "5", "confidence": "on_track", "seen": 0}
    answer = client.post(report, values)
    assert answer.url == reverse("planning:check-ins") + "?done=1&skipped="
    page = client.get(answer.url).content.decode()
    assert second.title in page
    assert "2 to go" in page
    skip = reverse("planning:check-ins") + f"?done=1&skipped={second.pk}"
    assert skip.replace("&", "&amp;") in page
    page = client.get(skip).content.decode()
    assert third.title in page
    page = client.get(f"{skip},{third.pk}").content.decode()
    assert "2 skipped" in page
    assert "You checked in on 1 key result" in page


def test_the_wizard_minds_no_odd_address(planner, client):
    for asked in ("?done=-1&skipped=x,²,1e9", "?done=" + "9" * 50, "?skipped=" + "9" * 40):
        assert client.get(reverse("planning:check-ins") + asked).status_code == 200


def test_closing_grades_and_carries_forward(planner, cycle, started, post, get):
    key_result = started.key_results.get()
    objectives.report(key_result, 60, at=timezone.now())
    following = planning.cycle(
        starts_on=cycle.ends_on + timedelta(days=1), ends_on=cycle.ends_on + timedelta(days=90)
    )
    page = get("close-objective", started).content.decode()
    assert 'value="0.60"' in page
    post(
        "close-objective", started, grade="0.7", remark="Half of it held.",
        carry_to=following.pk, key_results=[key_result.pk],
    )  # fmt: skip
    started.refresh_from_db()
    carried = Objective.objects.get(carried_from=started)
    assert (started.state, float(started.grade)) == ("closed", 0.7)
    assert carried.cycle == following
    assert carried.is_draft
    copied = carried.key_results.get()
    assert (copied.baseline, copied.target, copied.carried_from) == (60, 100, key_result)
    assert carried.key in get("objective", started).content.decode()


def test_closing_asks_what_came_of_it(planner, started, post):
    answer = post("close-objective", started, grade="1.2", remark="")
    assert answer.status_code == 422
    started.refresh_from_db()
    assert started.is_active


def test_an_initiative_names_the_key_result_it_is_to_move(planner, started, post, get):
    initiative = planning.initiative(owner=planner)
    key_result = started.key_results.get()
    post("initiative-key-results", initiative, key_result=key_result.pk)
    link = InitiativeKeyResult.objects.get()
    assert key_result.title in get("initiative-key-results", initiative).content.decode()
    assert initiative.title in get("key-result", key_result).content.decode()
    post("key-result-link-removal", link)
    assert not InitiativeKeyResult.objects.exists()


def test_the_list_filters_and_downloads(planner, started, client):
    key_result = started.key_results.get()
    KeyResult.objects.filter(pk=key_result.pk).update(title="=1+1")
    address = reverse("planning:key-results")
    assert "=1+1" in client.get(address, {"check_in": "overdue"}).content.decode()
    assert "=1+1" not in client.get(address, {"outlook": "off_track"}).content.decode()
    told = client.get(address, {"format": "csv"})
    lines = b"".join(told.streaming_content).decode().splitlines()
    assert "Baseline" in lines[0]
    assert "'=1+1" in lines[1]


def test_the_issues_behind_a_value_are_shown(planner, cycle, get):
    jira.issue(project=jira.project("PAY"), summary="Refund twice")
    made = objectives.objective(cycle=cycle, owner=planner)
    key_result = objectives.key_result(
        of=made, source="jira", jira_query="project = PAY", jira_measure="count"
    )
    page = get("key-result", key_result).content.decode()
    assert "Refund twice" in page
    assert "1 match now" in page

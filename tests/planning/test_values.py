"""Business value: planned until the commit, then with a reason; judged once the cycle runs."""

import pytest
from django.db import IntegrityError, transaction

from planning import services
from planning.models import Commitment
from planning.services import Wish
from tests.factories import planning
from tests.factories.people import UserFactory

WHY = {"reason": "learnt", "note": "The pilot account uses it daily."}


def typed(form, **values):
    """Return what a browser posts: each number as it was shown, and as it was typed."""
    sent = {}
    for commitment, field in form.rows:
        shown = "" if field.initial is None else field.initial
        sent |= {field.html_initial_name: shown, field.html_name: shown}
        if commitment.initiative.title in values:
            sent[field.html_name] = values[commitment.initiative.title]
    return sent


@pytest.fixture
def give(get, post):
    """Open a page of values, type some, and send it: `give("planned-values", cycle, Search=8)`."""

    def send(name, cycle, why=None, **values):
        form = get(name, cycle).context["form"]
        return post(name, cycle, **typed(form, **values), **(why or {}))

    return send


def plan(*titles, **fields):
    return planning.cycle(plan=[planning.initiative(title=each) for each in titles], **fields)


def values_of(cycle, name="planned_value"):
    rows = cycle.commitments.order_by("initiative__title")
    return dict(rows.values_list("initiative__title", name))


def test_before_the_commit_values_are_set_freely(planner, give):
    cycle = plan("Export", "Search")

    answer = give("planned-values", cycle, Export=8, Search=3)
    give("planned-values", cycle, Search="")

    assert answer.url == cycle.get_absolute_url()
    assert values_of(cycle) == {"Export": 8, "Search": None}
    told = cycle.thread.events.filter(verb="cycle.values_planned").order_by("pk")
    assert [each.summary for each in told] == [
        "planned the business value of 2 initiatives",
        "planned the business value of 1 initiative",
    ]
    assert "Search: 3 → none" in told[1].detail


def test_the_commit_freezes_the_values(operator, give, post, get):
    cycle = plan("Export", "Search")
    give("planned-values", cycle, Export=8)

    post("commit", cycle)

    assert values_of(cycle, "frozen_value") == {"Export": 8, "Search": 0}
    assert "8 planned for what was committed" in get("cycle", cycle).content.decode()


def test_after_the_commit_a_change_says_why_and_stays_in_the_record(planner, give, get):
    cycle = plan("Export")
    give("planned-values", cycle, Export=8)
    services.commit_cycle(cycle=cycle, by=planner, at=planning.AT)

    silent = give("planned-values", cycle, Export=5)
    assert silent.status_code == 422
    assert values_of(cycle) == {"Export": 8}
    assert give("planned-values", cycle, why=WHY, Export=5).status_code == 302

    commitment = cycle.commitments.get()
    assert (commitment.planned_value, commitment.value_reason) == (5, "learnt")
    event = commitment.initiative.thread.events.get(verb="commitment.planned", before="8")
    assert (event.after, event.by) == ("5", planner)
    assert event.detail == "We know more about its worth. The pilot account uses it daily."
    page = get("cycle", cycle).content.decode()
    assert '<s class="muted">8</s> 5' in page
    assert "Value: We know more about its worth." in page


def test_the_service_asks_for_the_reason_too(planner):
    cycle = plan("Export", phase="committed")

    with pytest.raises(services.ReasonNeeded, match="say why the business value changes"):
        set_planned(cycle, 5, planner)
    assert values_of(cycle) == {"Export": None}


def set_planned(cycle, value, by, seen=None, **why):
    wishes = {each.pk: Wish(seen, value) for each in cycle.commitments.all()}
    return services.plan_values(cycle=cycle, values=wishes, by=by, at=planning.AT, **why)


def judge(cycle, value, by, seen=None):
    wishes = {each.pk: Wish(seen, value) for each in cycle.commitments.all()}
    return services.judge_values(cycle=cycle, values=wishes, by=by, at=planning.AT)


def running(by, *titles, value=8, owner=None):
    """Return a cycle that runs, each of its initiatives planned to be worth `value`."""
    made = [planning.initiative(title=each, owner=owner) for each in titles]
    cycle = planning.quarter_of_today(plan=made)
    set_planned(cycle, value, by)
    services.commit_cycle(cycle=cycle, by=by, at=planning.AT)
    services.start_cycle(cycle=cycle, by=by, at=planning.AT)
    return cycle


def test_product_ops_judge_all_and_the_page_shows_the_share(operator, give, get):
    cycle = running(operator, "Export", "Search")

    give("actual-values", cycle, Export=9, Search=3)

    assert values_of(cycle, "actual_value") == {"Export": 9, "Search": 3}
    page = get("cycle", cycle).content.decode()
    assert "75 %" in page
    assert "12 of 16" in page
    assert "9 of 8" in page
    services.close_cycle(cycle=cycle, by=operator, at=planning.AT)
    assert give("actual-values", cycle, Search=8).status_code == 302
    assert values_of(cycle, "actual_value") == {"Export": 9, "Search": 8}


def test_an_owner_judges_what_they_own_and_nothing_else(planner, give, get, post):
    cycle = running(planner, "Export", "Search")
    mine, other = cycle.commitments.order_by("initiative__title")
    services.edit_initiative(
        initiative=mine.initiative, title="Export", problem="", outcome="", owner=planner,
        teams=[], product_area=None, start_on=None, seen=0, by=planner, at=planning.AT,
    )  # fmt: skip

    page = get("actual-values", cycle)
    assert [each for each, _ in page.context["form"].rows] == [mine]
    post("actual-values", cycle, **{f"value_{mine.pk}": 6, f"value_{other.pk}": 6})

    assert values_of(cycle, "actual_value") == {"Export": 6, "Search": None}
    assert "Judge what was reached" in get("cycle", cycle).content.decode()


@pytest.mark.parametrize("role", ["requester", "contributor", "executive"])
def test_who_owns_nothing_of_it_judges_nothing(client, db, get, post, role):
    cycle = running(UserFactory(role="ops"), "Export")
    client.force_login(UserFactory(role=role))

    assert get("actual-values", cycle).status_code == 403
    assert post("actual-values", cycle).status_code == 403
    if role != "requester":
        assert "Judge what was reached" not in get("cycle", cycle).content.decode()


@pytest.mark.parametrize("wrong", ["0", "11", "-1", "many", "1.5", "9" * 40])
def test_a_value_out_of_range_is_told_at_its_place(planner, give, wrong):
    cycle = plan("Export", "Search")

    answer = give("planned-values", cycle, Export=wrong, Search=3)

    assert answer.status_code == 422
    assert values_of(cycle) == {"Export": None, "Search": None}
    (_, export), (_, search) = answer.context["form"].rows
    assert (bool(export.errors), bool(search.errors)) == (True, False)


def test_nothing_is_judged_before_the_cycle_runs(operator, get, post):
    cycle = plan("Export")
    set_planned(cycle, 8, operator)
    field = f"value_{cycle.commitments.get().pk}"

    answer = post("actual-values", cycle, **{field: 5})

    assert answer.status_code == 422
    assert "does not run yet" in answer.content.decode()
    assert "does not run yet" in get("actual-values", cycle).content.decode()


def test_a_closed_plan_keeps_its_planned_values(operator, get):
    cycle = plan("Export", phase="closed")

    with pytest.raises(services.Refusal, match="is closed"):
        set_planned(cycle, 5, operator, **WHY)
    assert "is closed" in get("planned-values", cycle).content.decode()


def test_what_has_no_planned_value_is_not_judged(operator):
    with pytest.raises(services.Refusal, match="has no planned value"):
        judge(plan("Export", phase="active"), 5, operator)


def test_what_is_judged_keeps_a_planned_value(operator):
    cycle = running(operator, "Export")
    judge(cycle, 5, operator)

    with pytest.raises(services.Refusal, match="take its actual value away first"):
        set_planned(cycle, None, operator, seen=8, **WHY)


def test_two_at_once_one_is_told(planner, give, get, post):
    cycle = plan("Export", "Search")
    form = get("planned-values", cycle).context["form"]
    give("planned-values", cycle, Export=8)

    late = post("planned-values", cycle, **typed(form, Export=3, Search=4))
    assert late.status_code == 422
    assert "the value 8 meanwhile" in late.content.decode()
    assert values_of(cycle) == {"Export": 8, "Search": None}
    assert post("planned-values", cycle, **typed(form, Search=4)).status_code == 302
    assert values_of(cycle) == {"Export": 8, "Search": 4}


def test_a_drop_takes_the_actual_value_away_and_counts_as_nothing_reached(operator, get):
    cycle = running(operator, "Export")
    judge(cycle, 5, operator)
    commitment = cycle.commitments.get()

    services.drop_from_cycle(
        commitment=commitment, reason="scope", note="Too big.", by=operator, at=planning.AT
    )

    assert (commitment.actual_value, commitment.planned_value) == (None, 8)
    assert "0 of 8" in get("cycle", cycle).content.decode()
    with pytest.raises(services.Refusal, match="is dropped"):
        set_planned(cycle, 3, operator, seen=8, **WHY)


def test_unplanned_work_carries_no_value(operator, get):
    cycle = running(operator, "Export")
    late = planning.commitment(to=cycle, at=cycle.freezes_at)

    shown = [each for each, _ in get("planned-values", cycle).context["form"].rows]
    assert late not in shown
    with pytest.raises(services.Refusal, match="unplanned work"):
        services.plan_values(
            cycle=cycle, values={late.pk: Wish(None, 5)}, by=operator, at=planning.AT, **WHY
        )


def test_without_any_value_the_page_only_offers_to_plan_them(planner, get):
    cycle = plan("Export", phase="active")

    page = get("cycle", cycle).content.decode()

    assert "No business value is planned here" in page
    assert "as SAFe counts it" not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"planned_value": 0},
        {"planned_value": 11},
        {"planned_value": 5, "actual_value": 11},
        {"actual_value": 5},
        {"frozen_value": 5},
        {"frozen_value": 5, "planned_value": 6},
        {"frozen_value": 0, "planned_value": 6},
        {"frozen_value": 5, "planned_value": 6, "value_reason": "scope"},
        {"was_unplanned": True, "add_reason": "customer", "add_note": "Now.", "planned_value": 5},
    ],
    ids=str,
)
def test_the_database_refuses_what_the_acts_would(planner, fields):
    commitment = planning.commitment()

    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.filter(pk=commitment.pk).update(**fields)


def test_the_database_keeps_what_was_dropped_unjudged(operator):
    cycle = running(operator, "Export")
    services.drop_from_cycle(
        commitment=cycle.commitments.get(), reason="scope", note="No.", by=operator, at=planning.AT
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        cycle.commitments.update(actual_value=3)

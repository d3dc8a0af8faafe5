"""A draft is deleted, a closed objective goes on: by whom, when not, and what stays of it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from planning import services
from planning.models import KeyResult, Objective
from planning.services import Refusal
from planning.services.key_result_links import link_key_result
from planning.services.objective_closing import close_objective
from planning.services.objective_taking_back import delete_draft, reopen_objective
from planning.services.objectives import activate_objective
from prodops.audit.models import Thread
from prodops.notifications.models import Notification
from tests.factories import objectives as make
from tests.factories import planning
from tests.factories.people import UserFactory

AT = planning.AT + timedelta(days=5)


def closed(*, by=None, carry_to=None, **fields):
    made = make.objective(state="active", **fields)
    close_objective(
        objective=made, grade=Decimal("0.40"), remark="Half of it.", by=by or made.owner,
        at=AT, carry_to=carry_to, key_results=made.key_results.all(),
    )  # fmt: skip
    return made


def test_a_deleted_draft_is_nowhere_with_its_key_results(planner, client, get, post):
    draft = make.objective(title="Fewer returns", results=[{"title": "Returns a week"}])
    initiative, result = planning.initiative(), draft.key_results.get()
    link_key_result(initiative=initiative, key_result=result, by=planner, at=AT)
    assert "Returns a week" in get("objective-removal", draft).content.decode()

    answer = post("objective-removal", draft)

    assert answer.url == reverse("planning:cycle-objectives", args=[draft.cycle_id])
    assert "Fewer returns" not in client.get(answer.url, follow=True).context["branches"]
    for name, record in (("objective", draft), ("key-result", result)):
        assert get(name, record).status_code == 404
    pages = [get("key-results"), get("initiative-key-results", initiative)]
    assert not [page for page in pages if "Returns a week" in page.content.decode()]
    assert not Thread.objects.visible_to(planner).matching("Fewer returns").exists()
    assert not Objective.objects.visible_to(planner).exists()
    assert not KeyResult.objects.visible_to(planner).exists()


def test_what_is_no_draft_or_holds_others_is_not_deleted(planner, post):
    active, above = make.objective(state="active"), make.objective()
    below = make.objective(parent=above)

    assert "is no draft" in post("objective-removal", active).content.decode()
    assert f"stand below it: {below.key}" in post("objective-removal", above).content.decode()
    delete_draft(objective=below, by=planner, at=AT)
    delete_draft(objective=above, by=planner, at=AT)
    with pytest.raises(Refusal, match="deleted already"):
        delete_draft(objective=above, by=planner, at=AT)


def test_nothing_begins_with_or_hangs_below_a_deleted_draft(planner):
    draft = make.objective(results=[{}])
    delete_draft(objective=draft, by=planner, at=AT)

    with pytest.raises(Refusal, match="was deleted"):
        activate_objective(objective=draft, by=planner, at=AT)
    with pytest.raises(Refusal, match="was deleted"):
        make.objective(parent=draft, cycle=draft.cycle)
    with pytest.raises(Refusal, match="was deleted"):
        make.key_result(of=draft)


def test_the_database_deletes_drafts_alone(planner):
    active = make.objective(state="active")

    with pytest.raises(IntegrityError, match="objective_deleted_as_a_draft"), transaction.atomic():
        Objective.objects.filter(pk=active.pk).update(deleted_at=AT, deleted_by=planner)


def test_ops_reopens_with_a_reason_and_the_grade_is_history(operator, client, get, post):
    follower = UserFactory()
    over = closed()
    over.thread.followers.add(follower)
    assert "Reopen…" in get("objective", over).content.decode()
    assert post("objective-reopening", over, reason=" ").status_code == 422

    assert post("objective-reopening", over, reason="The pilot goes on.").status_code == 302

    over.refresh_from_db()
    made = over.reopenings.get()
    assert (over.state, over.grade, over.remark, over.closed_by) == ("active", None, "", None)
    assert (made.grade, made.remark, made.reason) == (
        Decimal("0.40"),
        "Half of it.",
        "The pilot goes on.",
    )
    assert over.key_results.get().check_in_due_at > made.at
    page = get("objective", over).content.decode()
    assert "Closed with 0.40" in page
    assert "The pilot goes on." in page
    told = Notification.objects.filter(recipient=follower, title__contains="is open again")
    assert told.count() == 1


def test_closed_once_more_its_followers_hear_of_it_again(operator):
    over = closed()
    follower = UserFactory()
    over.thread.followers.add(follower)
    reopen_objective(objective=over, reason="Not yet.", by=operator, at=AT + timedelta(days=1))
    later = AT + timedelta(days=2)
    close_objective(objective=over, grade=Decimal(1), remark="All of it.", by=operator, at=later)

    told = Notification.objects.filter(recipient=follower).order_by("at", "pk")
    assert [one.title.split(" is ")[1] for one in told] == ["open again", "closed with 1.00"]


def test_others_than_ops_do_not_reopen(planner, get, post):
    over = closed()

    assert "Reopen…" not in get("objective", over).content.decode()
    assert post("objective-reopening", over, reason="Not yet.").status_code == 403
    with pytest.raises(Refusal, match="Only product operations"):
        reopen_objective(objective=over, reason="Not yet.", by=planner, at=AT)


def test_what_goes_on_elsewhere_is_not_reopened_until_that_draft_is_deleted(operator):
    next_one = planning.cycle(
        starts_on=planning.ENDS_ON + timedelta(days=1),
        ends_on=planning.ENDS_ON + timedelta(days=90),
    )
    over = closed(carry_to=next_one)
    following = Objective.objects.get(carried_from=over)
    told = {"objective": over, "reason": "Not yet.", "by": operator, "at": AT}
    with pytest.raises(Refusal, match="Delete that draft first"):
        reopen_objective(**told)

    delete_draft(objective=following, by=operator, at=AT)
    reopen_objective(**told)
    close_objective(
        objective=over, grade=Decimal(0), remark="Now.", by=operator, at=AT + timedelta(days=1),
        carry_to=next_one, key_results=over.key_results.all(),
    )  # fmt: skip

    again = Objective.objects.get(carried_from=over)
    assert again != following
    assert again.key_results.get().carried_from == over.key_results.get()


def test_what_is_open_or_of_a_closed_cycle_is_not_reopened(operator):
    cycle = planning.cycle(phase="active")
    active, over = make.objective(state="active", cycle=cycle), closed(cycle=cycle)
    with pytest.raises(Refusal, match="not closed"):
        reopen_objective(objective=active, reason="x", by=operator, at=AT)
    services.close_cycle(cycle=cycle, by=operator, at=AT)

    with pytest.raises(Refusal, match="is closed; what was graded"):
        reopen_objective(objective=over, reason="x", by=operator, at=AT)

"""The commit freezes a cycle's plan; afterwards every change says why."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planning import services
from planning.models import Allocation, Commitment, Cycle, Decision
from planning.services import Refusal
from prodops.notifications.models import Notification
from tests.factories import planning, scoring
from tests.factories.people import TeamFactory, UserFactory
from tests.intake.threads import at_once

WHY = {"reason": "capacity", "note": "Two people left."}


def test_a_new_cycle_starts_in_draft(operator, post):
    response = post(
        "new-cycle", name="Q1 2027", kind="quarter", starts_on="2027-01-01", ends_on="2027-03-31"
    )

    cycle = Cycle.objects.get()
    assert response.url == cycle.get_absolute_url()
    assert (cycle.slug, cycle.phase) == ("q1-2027", "draft")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"ends_on": "2027-01-01"}, "The last day comes after the first."),
        ({"starts_on": "2026-12-01"}, "These dates overlap Q4 2026"),
        ({"name": "q4-2026"}, "Another cycle has this name already."),
        ({"name": "!!"}, "Use at least one letter or digit."),
        ({"ends_on": "soon"}, "Choose a day such as 2026-12-01."),
    ],
)
def test_a_cycle_that_cannot_be_says_so(operator, post, values, message):
    planning.cycle(name="Q4 2026", slug="q4-2026")
    whole = {"name": "Q1", "kind": "quarter", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}

    response = post("new-cycle", **whole | values)

    assert response.status_code == 422
    assert message in response.content.decode()


def test_the_database_itself_keeps_quarters_apart(operator):
    first, second = planning.cycle(), planning.cycle(kind="month")

    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.filter(pk=second.pk).update(kind="quarter")
    Cycle.objects.filter(pk=second.pk).update(
        kind="quarter", starts_on=first.ends_on + timedelta(1), ends_on=first.ends_on + timedelta(9)
    )


def test_the_commit_freezes_dates_and_tells_the_owners(operator, post):
    initiative = planning.initiative(target_on=date(2026, 12, 1))
    cycle = planning.cycle(plan=[initiative])

    response = post("commit", cycle)

    cycle.refresh_from_db()
    assert response.url == cycle.get_absolute_url()
    assert (cycle.phase, cycle.committed_by) == ("committed", operator)
    assert cycle.commitments.get().frozen_target_on == date(2026, 12, 1)
    told = Notification.objects.get(recipient=initiative.owner, cause__contains="committed")
    assert "with 1 of your initiatives" in told.title


def test_the_page_shows_what_the_commit_will_freeze(operator, get):
    """Weeks that nobody has and a score are in it: two weeks of a team without people."""
    initiative = planning.initiative(title="Faster search")
    cycle = planning.cycle(plan=[initiative])
    team = TeamFactory(name="Checkout")
    Allocation.objects.create(
        cycle=cycle, initiative=initiative, team=team, weeks=2, by=operator, at=planning.AT
    )
    scoring.sheet(cycle)
    scoring.say(cycle, initiative, reach=50, impact=3, confidence=100, effort=2)

    page = get("commit", cycle).content.decode()

    assert "Commit 1 initiative<" in page
    assert "Without a target date: INI-" in page
    assert "Checkout is 2 weeks over: 2 of 0." in page
    assert '<td class="num">2</td><td class="num">75.00</td>' in page
    overview = get("cycle", cycle).content.decode()
    assert f'href="/planning/cycles/{cycle.pk}/commit/"' in overview


def test_a_second_commit_is_told_who_did_it(operator, post):
    cycle = planning.cycle(phase="committed", by=UserFactory(name="Ada Quick", role="ops"))

    response = post("commit", cycle)

    assert response.status_code == 422
    assert "Ada Quick has committed" in response.content.decode()


def test_an_empty_plan_is_not_committed(operator, post):
    response = post("commit", planning.cycle())

    assert response.status_code == 422
    assert "nothing in its plan" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_commits_at_once_make_one():
    cycle = planning.cycle(plan=[planning.initiative()])
    people = UserFactory.create_batch(4, role="ops")
    ready = Barrier(len(people))

    def commit(user):
        ready.wait()
        try:
            services.commit_cycle(cycle=Cycle.objects.get(pk=cycle.pk), by=user, at=timezone.now())
        except services.AlreadyCommitted:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(people)) as pool:
        assert sorted(pool.map(commit, people)) == [False, False, False, True]
    assert cycle.thread.events.filter(verb="cycle.committed").count() == 1


def test_before_the_commit_the_plan_changes_freely(planner, post):
    cycle, initiative = planning.cycle(), planning.initiative()

    post("plan", cycle, initiative=initiative.pk, kind="stretch")
    commitment = Commitment.objects.get()
    response = post("drop", commitment)

    assert (commitment.kind, commitment.was_unplanned) == ("stretch", False)
    assert response.url == cycle.get_absolute_url()
    assert not Commitment.objects.exists()
    assert not Decision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_clicks_that_drop_the_second_is_told(planner):
    commitment = planning.cycle(plan=[planning.initiative()]).commitments.get()
    seen = []

    def press(name, values):
        client = Client()
        client.force_login(planner)
        path = reverse(f"planning:{name}", args=[commitment.pk])
        return lambda: seen.append(client.post(path, values).status_code)

    at_once([press("drop", {}), press("kind", {"kind": "stretch"}), press("drop", {})])

    assert set(seen) <= {302, 404, 422}
    assert not Commitment.objects.exists()


def test_what_was_removed_meanwhile_is_refused_in_words(planner):
    first = planning.cycle(plan=[planning.initiative()]).commitments.get()
    Commitment.objects.filter(pk=first.pk).delete()

    with pytest.raises(Refusal, match="Somebody removed this commitment meanwhile"):
        services.drop_from_cycle(commitment=first, by=planner, at=planning.AT)


def test_an_add_after_the_commit_says_why(planner, post):
    cycle, initiative = planning.cycle(phase="active"), planning.initiative()
    wanted = {"initiative": initiative.pk, "kind": "committed"}

    refused = post("plan", cycle, **wanted)
    accepted = post("plan", cycle, **wanted, reason="incident", note="Log4j, again.")

    assert refused.status_code == 422
    assert accepted.status_code == 302
    late = initiative.commitments.get()
    assert (late.was_unplanned, late.add_reason) == (True, "incident")


def test_an_add_from_the_initiative_says_why_too(planner, post):
    cycle, initiative = planning.cycle(phase="active"), planning.initiative()

    refused = post("schedule", initiative, cycle=cycle.pk, kind="committed")

    assert refused.status_code == 422
    assert "is committed: say why" in refused.content.decode()
    assert not initiative.commitments.exists()


def test_a_drop_after_the_commit_stays_and_opens_a_decision(planner, post):
    initiative = planning.initiative(title="Faster search")
    cycle = planning.cycle(phase="active", plan=[initiative])
    commitment = cycle.commitments.get()

    refused = post("drop", commitment)
    post("drop", commitment, **WHY)

    assert refused.status_code == 422
    commitment.refresh_from_db()
    assert (commitment.drop_reason, commitment.dropped_by) == ("capacity", planner)
    decision = Decision.objects.get()
    assert commitment.drop_decision == decision
    assert (decision.is_stub, decision.initiative, decision.cycle) == (True, initiative, cycle)
    assert Notification.objects.filter(
        recipient=initiative.owner, title__contains="was dropped"
    ).exists()


def test_what_was_dropped_is_not_dropped_or_added_again(planner, post):
    initiative = planning.initiative()
    cycle = planning.cycle(phase="active", plan=[initiative])
    commitment = cycle.commitments.get()
    post("drop", commitment, **WHY)

    again = post("drop", commitment, **WHY)

    assert again.status_code == 422
    assert "is dropped already" in again.content.decode()
    with pytest.raises(services.AlreadyInPlan, match="was dropped from"):
        planning.commitment(of=initiative, to=cycle)


def test_a_closed_cycle_does_not_change(planner, post):
    cycle = planning.cycle(phase="closed")

    dropped = post("drop", cycle.commitments.get(), **WHY)

    assert "its plan stays as it was" in dropped.content.decode()
    with pytest.raises(services.Refusal, match="is closed"):
        planning.commitment(to=cycle)


@pytest.mark.parametrize(
    "fields",
    [
        {"was_unplanned": True},
        {"dropped_at": planning.AT},
        {"drop_reason": "scope"},
        {"drop_note": "Words alone."},
    ],
)
def test_the_database_keeps_reasons(planner, fields):
    commitment = planning.commitment()

    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.filter(pk=commitment.pk).update(**fields)


def test_phases_follow_each_other(operator, post, get):
    cycle = planning.cycle(phase="draft")

    post("phase", cycle, to="closed")
    cycle.refresh_from_db()
    assert cycle.phase == "draft"
    for to in ("planning", "active"):
        if to == "active":
            planning.commitment(to=cycle)
            post("commit", cycle)
        post("phase", cycle, to=to)
        cycle.refresh_from_db()
        assert cycle.phase == to
    post("close", cycle, **{f"fate_{cycle.commitments.get().pk}": "leave"})
    cycle.refresh_from_db()
    assert cycle.phase == "closed"
    assert get("cycle", cycle).status_code == 200
    assert post("phase", cycle, to="sideways").status_code == 302


def test_a_cycle_starts_before_its_first_day_only_when_somebody_says_so(operator, post):
    first = timezone.localdate() + timedelta(days=39)
    dates = {"starts_on": first, "ends_on": first + timedelta(days=89)}
    cycle = planning.cycle(phase="committed", **dates)
    before = {"starts_on": first - timedelta(days=60), "ends_on": first - timedelta(days=1)}
    running = planning.cycle(phase="active", **before)

    asked = post("phase", cycle, to="active").content.decode()

    cycle.refresh_from_db()
    assert cycle.phase == "committed"
    assert "in 39 days" in asked
    assert f"{running}</a> is still active" in asked
    post("phase", cycle, to="active", is_sure="on")
    cycle.refresh_from_db()
    assert cycle.phase == "active"

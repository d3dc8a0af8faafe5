"""Begin an initiative, edit it, report on it, move its stage and its target."""

from datetime import date

import pytest
from django.utils import timezone

from planning import services
from planning.models import Decision, Initiative
from prodops.notifications.models import Notification
from tests.factories import planning
from tests.factories.people import ProductAreaFactory, TeamFactory, UserFactory


def words_of(initiative, **values):
    return {"title": initiative.title, "owner": initiative.owner_id, "seen": 0} | values


def test_the_form_begins_an_initiative(planner, post):
    team, area, owner = TeamFactory(), ProductAreaFactory(), UserFactory()

    response = post(
        "new-initiative",
        title="Faster search",
        problem="It takes 9 s.",
        outcome="Below 1 s.",
        owner=owner.pk,
        teams=[team.pk],
        product_area=area.pk,
        start_on="2026-10-01",
        target_on="2026-11-05",
        target_precision="quarter",
    )

    initiative = Initiative.objects.get()
    assert response.url == initiative.get_absolute_url()
    assert (initiative.target_on, initiative.target_words) == (date(2026, 12, 31), "Q4 2026")
    assert list(initiative.teams.all()) == [team]
    assert initiative.thread.key == initiative.key
    assert (
        Notification.objects.get(recipient=owner).title == f"You own {initiative.key} Faster search"
    )


def test_a_target_before_the_start_is_refused(planner, post):
    response = post(
        "new-initiative",
        title="X",
        owner=planner.pk,
        start_on="2026-10-01",
        target_on="2026-09-01",
        target_precision="day",
    )

    assert response.status_code == 422
    assert "The target comes after the start." in response.content.decode()


def test_an_edit_says_what_changed_and_tells_a_new_owner(planner, post):
    initiative, owner, team = planning.initiative(), UserFactory(), TeamFactory(name="Search")

    response = post("edit", initiative, **words_of(initiative, owner=owner.pk, teams=[team.pk]))

    assert response.status_code == 302
    event = initiative.thread.events.get(verb="initiative.edited")
    assert (event.summary, event.after) == ("changed the owner, the teams", "Search")
    assert Notification.objects.filter(recipient=owner, title__startswith="You own").exists()


def test_an_edit_over_somebody_elses_edit_keeps_both_and_says_who(planner, post):
    initiative = planning.initiative(owner=UserFactory(name="Ada Quick"))
    theirs = {"teams": [], "product_area": None, "start_on": None, "seen": 0, "outcome": ""}
    services.edit_initiative(
        initiative=initiative,
        title="Theirs",
        problem="",
        owner=initiative.owner,
        by=initiative.owner,
        at=planning.AT,
        **theirs,
    )

    refused = post("edit", initiative, **words_of(initiative, title="Mine"))

    initiative.refresh_from_db()
    page = refused.content.decode()
    assert (refused.status_code, initiative.title) == (422, "Theirs")
    assert "Ada Quick changed the title while you were writing" in page
    assert 'value="Mine"' in page


def test_saving_again_after_that_refusal_replaces_it(planner, post):
    initiative = planning.initiative()
    post("edit", initiative, **words_of(initiative, title="First"))

    refused = post("edit", initiative, **words_of(initiative, title="Second"))
    seen = refused.context["form"]["seen"].value()
    saved = post("edit", initiative, **words_of(initiative, title="Second", seen=seen))

    assert saved.status_code == 302
    initiative.refresh_from_db()
    assert initiative.title == "Second"


def test_a_report_becomes_the_status_and_followers_hear_it(planner, post):
    initiative = planning.initiative()

    post("report", initiative, status="at_risk", confidence="low", text="The vendor is late.")

    initiative.refresh_from_db()
    update = initiative.updates.get()
    assert (initiative.status, initiative.confidence) == ("at_risk", "low")
    assert (update.text, update.by) == ("The vendor is late.", planner)
    told = Notification.objects.get(recipient=initiative.owner, cause=f"update:{update.pk}")
    assert told.title.endswith("at risk")


@pytest.mark.parametrize("values", [{}, {"status": "done", "text": "x"}, {"status": "on_track"}])
def test_a_report_needs_a_colour_and_words(planner, post, values):
    initiative = planning.initiative()

    assert post("report", initiative, **values).status_code == 422
    assert not initiative.updates.exists()


def test_stages_go_on_until_it_is_done(planner, post):
    initiative = planning.initiative()
    cycle = planning.cycle(phase="active", plan=[initiative])

    for stage in ("discovery", "delivery", "done"):
        post("stage", initiative, stage=stage)

    initiative.refresh_from_db()
    assert (initiative.stage, initiative.status) == ("done", "done")
    assert cycle.commitments.get().finished_at == initiative.finished_at
    assert initiative.stage_changes.count() == 4
    assert cycle.thread.events.filter(verb="commitment.delivered").exists()


def test_cancelling_says_why_and_not_while_a_plan_counts_on_it(planner, post):
    free, planned = planning.initiative(), planning.initiative()
    planning.cycle(plan=[planned])

    wordless = post("stage", free, stage="cancelled")
    held = post("stage", planned, stage="cancelled", reason="Nobody wants it.")
    post("stage", free, stage="cancelled", reason="Nobody wants it.")

    assert "Say why" in wordless.content.decode()
    assert "Drop it there first" in held.content.decode()
    free.refresh_from_db()
    assert free.cancelled_at
    assert free.stage_changes.last().reason == "Nobody wants it."


def test_reopening_takes_the_delivery_back_in_open_cycles_only(planner, post):
    initiative = planning.initiative()
    past = planning.cycle(phase="active", plan=[initiative])
    now = planning.cycle(kind="month", phase="active", plan=[initiative])
    post("stage", initiative, stage="done")
    services.close_cycle(cycle=past, by=planner, at=timezone.now())

    post("stage", initiative, stage="delivery", reason="It broke in production.")

    initiative.refresh_from_db()
    assert (initiative.stage, initiative.finished_at) == ("delivery", None)
    assert past.commitments.get().finished_at
    assert now.commitments.get().finished_at is None


def test_a_launch_finishes_it_once(planner):
    initiative = planning.initiative()

    for _ in range(2):
        services.mark_launched(initiative=initiative, by=planner, at=planning.AT)

    assert (initiative.stage, initiative.finished_at) == ("launched", planning.AT)
    assert initiative.stage_changes.count() == 2


def test_a_target_moves_freely_before_the_commit(planner, post):
    initiative = planning.initiative()

    post("target", initiative, target_on="2026-11-03", precision="month")

    initiative.refresh_from_db()
    assert initiative.target_on == date(2026, 11, 30)
    assert not Decision.objects.exists()


def test_a_slip_after_the_commit_says_why_and_opens_a_decision(planner, post):
    initiative = planning.initiative(target_on=date(2026, 11, 30))
    cycle = planning.cycle(phase="active", plan=[initiative])
    later = {"target_on": "2026-12-15", "precision": "day"}

    refused = post("target", initiative, **later)
    post("target", initiative, **later, reason="scope", note="Twice the work.")

    assert refused.status_code == 422
    change = initiative.date_changes.get()
    assert (change.from_on, change.to_on, change.was_committed) == (
        date(2026, 11, 30),
        date(2026, 12, 15),
        True,
    )
    assert Decision.objects.get().cycle == cycle
    assert cycle.thread.events.filter(verb="initiative.target_moved").exists()


def test_coming_earlier_opens_no_decision(planner, post):
    initiative = planning.initiative(target_on=date(2026, 11, 30))
    planning.cycle(phase="active", plan=[initiative])

    post(
        "target", initiative, target_on="2026-11-15", precision="day", reason="earlier", note="Yes."
    )

    assert initiative.date_changes.exists()
    assert not Decision.objects.exists()


def test_what_is_over_takes_no_report_and_no_new_date(planner, post):
    initiative = planning.initiative()
    post("stage", initiative, stage="done")

    for name, values in (
        ("report", {"status": "on_track", "text": "x"}),
        ("target", {"target_on": "2026-11-15", "precision": "day"}),
        ("stage", {"stage": "idea"}),
    ):
        assert post(name, initiative, **values).status_code == 422

"""An accepted request becomes part of an initiative in the current quarter."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from intake import services as intake
from planning import services
from planning.models import Commitment, Initiative, InitiativeRequest
from prodops.notifications.models import Notification
from tests.factories import planning
from tests.factories.intake import product_request
from tests.factories.people import TeamFactory, UserFactory


def as_new(owner, **values):
    return {
        "into": "new",
        "title": "Export everything",
        "owner": owner.pk,
        "kind": "committed",
    } | values


def test_the_form_begins_a_new_initiative_in_the_current_quarter(planner, post):
    quarter = planning.quarter_of_today()
    asked = product_request(state="accepted", title="Bulk export", body="Too slow", why="We churn")

    response = post("adopt", asked, **as_new(planner))

    initiative = Initiative.objects.get()
    assert response.url == initiative.get_absolute_url()
    assert (initiative.title, initiative.owner) == ("Export everything", planner)
    assert (initiative.problem, initiative.outcome) == ("Too slow", "We churn")
    commitment = initiative.commitments.get()
    assert (commitment.cycle, commitment.kind, commitment.was_unplanned) == (
        quarter,
        "committed",
        False,
    )
    asked.refresh_from_db()
    assert asked.state == "planned"


def test_the_team_and_area_of_the_request_come_along(planner):
    planning.quarter_of_today()
    asked = product_request(state="accepted")
    asked.team = TeamFactory()
    asked.product_area = asked.team.product_area
    asked.save()

    link = services.adopt_as_new(
        product_request=asked, title="X", owner=planner, by=planner, at=timezone.now()
    )

    assert list(link.initiative.teams.all()) == [asked.team]
    assert link.initiative.product_area == asked.team.product_area


def test_a_request_joins_an_initiative_that_is_in_the_plan_already(planner, post):
    initiative = planning.initiative()
    planning.quarter_of_today(plan=[initiative])
    asked = product_request(state="accepted")

    post("adopt", asked, into="existing", initiative=initiative.pk, kind="committed")

    assert initiative.request_links.get().product_request == asked
    assert initiative.commitments.count() == 1


def test_both_stories_tell_it_and_the_requester_hears_of_it(planner, post):
    planning.quarter_of_today(name="Q4 2026")
    asked = product_request(state="accepted")

    post("adopt", asked, **as_new(planner))

    initiative = Initiative.objects.get()
    told = Notification.objects.get(recipient=asked.author, title__contains="is planned")
    assert told.body == "It is in the plan for Q4 2026."
    assert asked.thread.events.filter(verb="request.adopted", is_public=False).exists()
    assert initiative.thread.events.filter(summary__contains=asked.key).exists()


def test_after_the_commit_adopting_takes_a_reason_and_counts_as_unplanned(planner, post):
    quarter = planning.quarter_of_today(phase="active")
    asked = product_request(state="accepted")

    refused = post("adopt", asked, **as_new(planner))
    reason = {"reason": "customer", "note": "Their renewal hangs on it."}
    post("adopt", asked, **as_new(planner, **reason))

    assert refused.status_code == 422
    assert set(refused.context["form"].errors) == {"reason", "note"}
    assert "INI-" not in refused.content.decode()
    commitment = InitiativeRequest.objects.get().initiative.commitments.get(cycle=quarter)
    assert commitment.was_unplanned
    assert commitment.add_note == "Their renewal hangs on it."


def test_after_the_commit_what_is_planned_already_takes_no_reason(planner, post):
    quarter = planning.quarter_of_today()
    initiative = planning.initiative()
    services.add_to_cycle(cycle=quarter, initiative=initiative, by=planner, at=timezone.now())
    services.commit_cycle(cycle=quarter, by=planner, at=timezone.now())
    asked = product_request(state="accepted")

    post("adopt", asked, into="existing", initiative=initiative.pk, kind="committed")

    assert InitiativeRequest.objects.get().initiative == initiative


def test_a_request_may_wait_for_a_later_quarter(planner, post):
    planning.quarter_of_today()
    asked = product_request(state="accepted")

    post("adopt", asked, **as_new(planner, kind="later"))

    assert not Commitment.objects.exists()
    assert InitiativeRequest.objects.get().product_request == asked


def test_without_an_open_quarter_only_later_is_offered(planner, get, post):
    asked = product_request(state="accepted")

    page = get("adopt", asked)
    refused = post("adopt", asked, **as_new(planner))

    assert "no quarter is open for today" in page.content.decode()
    assert refused.status_code == 422
    assert not Initiative.objects.exists()


@pytest.mark.parametrize("state", ["new", "declined", "merged", "snoozed", "shipped", "closed"])
def test_only_an_accepted_request_is_adopted(planner, post, state):
    planning.quarter_of_today()
    asked = product_request(state=state)

    response = post("adopt", asked, **as_new(planner))

    assert response.status_code == 422
    assert "Only an accepted request" in response.content.decode()
    assert not Initiative.objects.exists()


def test_a_finished_initiative_takes_no_more_requests(planner):
    initiative = planning.initiative()
    services.finish_initiative(initiative=initiative, by=planner, at=timezone.now())

    with pytest.raises(services.Refusal, match="done already"):
        services.adopt(
            product_request=product_request(state="accepted"),
            initiative=initiative,
            by=planner,
            at=timezone.now(),
        )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"into": "new", "kind": "later"}, "Give the new initiative a title."),
        ({"into": "existing", "kind": "later"}, "Choose the initiative it belongs to."),
        ({"into": "existing", "initiative": "9999", "kind": "later"}, "Select a valid choice"),
        ({}, "This field is required."),
    ],
)
def test_a_half_filled_form_says_what_is_missing(planner, post, values, message):
    response = post("adopt", product_request(state="accepted"), **values)

    assert response.status_code == 422
    assert message in response.content.decode()


def test_a_second_person_is_told_who_was_faster(planner, post):
    planning.quarter_of_today()
    asked = product_request(state="accepted")
    faster = UserFactory(name="Ada Quick")
    first = {"product_request": asked, "title": "Exports", "owner": faster, "by": faster}
    services.adopt_as_new(at=timezone.now(), **first)

    response = post("adopt", asked, **as_new(planner))

    assert response.status_code == 422
    assert "Ada Quick has made" in response.content.decode()
    assert Initiative.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_wins_and_the_others_are_told():
    planning.quarter_of_today()
    asked = product_request(state="accepted")
    people = UserFactory.create_batch(6)
    told = Notification.objects.filter(recipient=asked.author, title__contains="is planned")
    ready = Barrier(len(people))

    def adopt(user):
        ready.wait()
        try:
            services.adopt_as_new(
                product_request=type(asked).objects.get(pk=asked.pk),
                title=f"By {user}",
                owner=user,
                by=user,
                at=timezone.now(),
            )
        except services.AlreadyAdopted as refusal:
            return str(refusal)
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(adopt, people))

    assert answers.count(None) == 1
    assert Initiative.objects.count() == InitiativeRequest.objects.count() == told.count() == 1
    winner = InitiativeRequest.objects.get().by.name
    assert all(winner in answer for answer in answers if answer)


def test_a_released_request_is_free_for_another_initiative(planner, post):
    planning.quarter_of_today()
    asked = product_request(state="accepted")
    post("adopt", asked, **as_new(planner))

    post("release", InitiativeRequest.objects.get())
    response = post("adopt", asked, **as_new(planner, title="Another"))

    assert response.status_code == 302
    assert InitiativeRequest.objects.get().initiative.title == "Another"


def test_a_shipped_request_is_not_released(planner, post):
    initiative = planning.initiative()
    planning.quarter_of_today(plan=[initiative])
    asked = product_request(state="accepted")
    how = {"product_request": asked, "by": planner, "at": timezone.now()}
    link = services.adopt(initiative=initiative, **how)
    intake.mark_shipped(summary="Out", path="/", **how)

    post("release", link)

    assert InitiativeRequest.objects.get() == link

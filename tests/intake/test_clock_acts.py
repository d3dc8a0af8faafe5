"""What people do with a request moves its clocks as it should; who must know of a breach does."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from intake import services
from intake.models import ProductRequest, RequestKind
from tests.factories.intake import CategoryFactory, product_request
from tests.factories.people import TeamFactory, UserFactory

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def fresh(made):
    return ProductRequest.objects.get(pk=made.pk)


def dues(made):
    made = fresh(made)
    return made.acknowledge_due_at, made.answer_due_at


def test_hours_that_ran_with_one_team_stay_run_with_the_next(ask, triager, swift, london):
    tokyo = TeamFactory(time_zone="Asia/Tokyo", name="Tokyo")
    made = ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)
    evening = MONDAY + 5 * HOUR

    services.classify(product_request=made, team=tokyo, by=triager, at=evening)

    opens = datetime(2026, 11, 3, 0, tzinfo=UTC)
    assert fresh(made).clock_ran == 5 * HOUR
    assert dues(made)[1] == opens + 3 * HOUR


def test_a_priority_counts_from_when_it_was_asked_and_back_again(ask, triager, swift, london):
    made = ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)
    before = dues(made)

    services.classify(product_request=made, priority="P3", by=triager, at=MONDAY + HOUR)
    assert dues(made) == (MONDAY + 8 * HOUR, datetime(2026, 11, 3, 17, tzinfo=UTC))
    services.escalate(product_request=made, by=triager, at=MONDAY + 3 * HOUR)
    assert dues(made) == (MONDAY + 3 * HOUR, MONDAY + 3 * HOUR), "Used up already: due now."
    services.classify(product_request=made, priority="", by=triager, at=MONDAY + 3.5 * HOUR)

    assert dues(made) == before


def test_another_kind_is_promised_what_that_kind_promises(ask, triager, swift, london):
    slow = RequestKind.objects.create(
        slug="slow", name="Slow", acknowledge_hours=16, answer_hours=24
    )
    made = ask(kind=slow, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)

    services.classify(product_request=made, kind=swift, by=triager, at=MONDAY + HOUR)

    assert dues(made) == (MONDAY + 4 * HOUR, MONDAY + 8 * HOUR)
    assert made.thread.events.filter(summary="set the kind to Swift", is_public=True).exists()


def test_what_a_kind_promises_later_does_not_change_what_was_promised(ask, triager, swift, london):
    made = ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)
    RequestKind.objects.filter(pk=swift.pk).update(answer_hours=80)

    category = CategoryFactory()
    services.classify(product_request=made, category=category, by=triager, at=MONDAY + HOUR)

    assert dues(made)[1] == MONDAY + 8 * HOUR


def test_a_clock_that_was_met_never_moves_again(ask, triager, swift, london):
    made = ask(kind=swift, at=MONDAY)
    services.classify(
        product_request=made, team=london, category=CategoryFactory(), by=triager, at=MONDAY + HOUR
    )
    acknowledged = dues(made)[0]
    later = TeamFactory(time_zone="America/New_York")

    services.classify(product_request=made, team=later, by=triager, at=MONDAY + 2 * HOUR)
    services.accept(product_request=made, by=triager, at=MONDAY + 8 * HOUR)
    answered = dues(made)[1]
    services.classify(product_request=made, team=london, by=triager, at=MONDAY + 9 * HOUR)

    assert dues(made) == (acknowledged, answered)


def test_deciding_while_we_wait_is_in_time_if_there_was_time_left(ask, triager, swift, london):
    made = ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)
    services.ask_requester(product_request=made, question="?", by=triager, at=MONDAY + HOUR)
    week = MONDAY + timedelta(days=7)

    services.decline(product_request=made, reason="No.", by=triager, at=week)

    made = fresh(made)
    assert made.clock_ran == HOUR
    assert made.triaged_at <= made.acknowledge_due_at
    assert made.decided_at <= made.answer_due_at


def test_a_snooze_does_not_stop_the_clock(ask, triager, swift):
    made = ask(kind=swift, at=MONDAY)
    before = dues(made)

    until = MONDAY + timedelta(days=30)
    services.snooze(product_request=made, until=until, by=triager, at=MONDAY + HOUR)

    assert dues(made) == before
    assert ProductRequest.objects.late(MONDAY + timedelta(days=5)).get() == made


def test_the_time_in_which_it_was_part_of_another_does_not_count(ask, triager, swift, london):
    made, parent = ask(kind=swift, at=MONDAY), ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)
    services.merge(child=made, parent=parent, by=triager, at=MONDAY + HOUR)
    week = MONDAY + timedelta(days=7)

    services.unmerge(child=made, by=triager, at=week)

    assert dues(made)[1] == week + 7 * HOUR


def test_a_question_still_open_when_it_was_merged_waits_on(ask, triager, swift, london):
    made, parent = ask(kind=swift, at=MONDAY), ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)
    services.ask_requester(product_request=made, question="?", by=triager, at=MONDAY + HOUR)
    services.merge(child=made, parent=parent, by=triager, at=MONDAY + 2 * HOUR)
    week = MONDAY + timedelta(days=7)
    services.unmerge(child=made, by=triager, at=week)
    assert fresh(made).state == "waiting"

    services.resume(product_request=made, by=triager, at=week + HOUR)

    assert dues(made)[1] == week + 8 * HOUR


def test_opening_again_promises_a_new_answer(ask, triager, swift, london):
    made = ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)
    services.decline(product_request=made, reason="No.", by=triager, at=MONDAY + HOUR)
    sorted_by, week = dues(made)[0], MONDAY + timedelta(days=7)

    services.reopen(product_request=made, reason="New facts.", by=triager, at=week)

    assert dues(made) == (sorted_by, week + 8 * HOUR)


def test_an_undone_act_is_as_if_it_had_never_been(ask, triager, swift, london):
    made = ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)
    before = dues(made)
    acts = [
        lambda at: services.ask_requester(product_request=made, question="?", by=triager, at=at),
        lambda at: services.escalate(product_request=made, by=triager, at=at),
        lambda at: services.decline(product_request=made, reason="No.", by=triager, at=at),
        lambda at: services.close(product_request=made, by=triager, at=at),
    ]
    for number, act in enumerate(acts):
        at = MONDAY + number * HOUR
        services.undo(act=act(at), by=triager, at=at + 30 * MINUTE)

        assert dues(made) == before


def test_the_clock_of_one_that_was_late_when_we_asked_stays_late(ask, triager, swift, london):
    made = ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)
    tuesday = MONDAY + timedelta(days=1, hours=2)
    services.ask_requester(product_request=made, question="?", by=triager, at=tuesday)

    clock = fresh(made).clock(tuesday + timedelta(days=3))

    assert (clock.tone, clock.is_paused) == ("negative", True)
    assert clock.words.endswith("paused")
    assert ProductRequest.objects.late(tuesday + HOUR).get() == made


@pytest.mark.parametrize(
    ("zone", "shown"),
    [("Europe/Berlin", "5 Nov, 16:00"), ("America/New_York", "5 Nov, 10:00")],
)
def test_requesters_read_the_promise_in_their_own_time(client, swift, zone, shown):
    author = UserFactory(role="requester", time_zone=zone)
    made = product_request(author=author, kind=swift, at=MONDAY)
    due = datetime(2099, 11, 5, 15, tzinfo=UTC)
    ProductRequest.objects.filter(pk=made.pk).update(answer_due_at=due)
    client.force_login(author)

    for name in ("portal", "mine", "request"):
        keys = [made.pk] if name == "request" else []
        page = client.get(reverse(f"intake:{name}", args=keys)).content.decode()
        assert shown in page, name


def test_requesters_read_whom_a_paused_clock_waits_for(client, ask, triager, requester, swift):
    made = ask(kind=swift, at=MONDAY)
    backer = UserFactory(role="requester")
    services.back(product_request=made, person=backer, by=backer, at=MONDAY)
    services.ask_requester(product_request=made, question="Which?", by=triager, at=MONDAY)

    pages = {}
    for who in (requester, backer):
        client.force_login(who)
        pages[who] = client.get(reverse("intake:request", args=[made.pk])).content.decode()

    assert "Paused while we wait for you." in pages[requester]
    assert "Paused while we wait for Sam Sales." in pages[backer]

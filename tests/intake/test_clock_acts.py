"""What people do with a request moves its clocks as it should; who must know of a breach does."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import services
from intake.models import ClockBreach, KindPromise, ProductRequest, RequestKind, TriageTurn
from prodops.notifications.models import Channel, Kind, Notification, Preference
from tests.factories.intake import CategoryFactory, product_request
from tests.factories.people import TeamFactory, UserFactory
from tests.intake.clock_oracle import AUTUMN, SHIFTS, Walk

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def swift(db):
    """Four hours to sort, eight to answer; one and two for what is urgent."""
    kind = RequestKind.objects.create(
        slug="swift", name="Swift", acknowledge_hours=4, answer_hours=8
    )
    KindPromise.objects.create(kind=kind, priority="P0", acknowledge_hours=1, answer_hours=2)
    KindPromise.objects.create(kind=kind, priority="P3", acknowledge_hours=8, answer_hours=16)
    return kind


@pytest.fixture
def london(db):
    return TeamFactory(time_zone="UTC", name="London", holiday_calendar="")


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


def test_a_breach_is_told_once_to_owner_and_operations(ask, triager, swift, london):
    ops, owner = UserFactory(role="ops"), UserFactory(role="contributor")
    made = ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, owner=owner, by=triager, at=MONDAY)
    late = MONDAY + timedelta(days=1, hours=1)
    Notification.objects.all().delete()

    told = [services.tell_breaches(at=late + n * HOUR) for n in range(3)]

    assert told == [2, 0, 0]
    titles = Notification.objects.filter(recipient=owner).values_list("title", flat=True)
    assert {title.partition(":")[0] for title in titles} == {"Late"}
    assert len(titles) == 2
    assert Notification.objects.filter(recipient=ops).count() == 2
    assert not Notification.objects.filter(recipient=made.author).exists()
    lines = made.thread.events.filter(verb="request.late")
    assert [line.is_public for line in lines] == [False, False]
    assert "It was due Mon 2 Nov 2026, 17:00 (UTC)." in [line.detail for line in lines]


def test_whose_turn_it_is_hears_of_a_breach_where_nobody_owns_it(ask, triager, swift, london):
    turn = UserFactory(role="contributor")
    TriageTurn.objects.create(team=london, user=turn)
    made = ask(kind=swift, at=MONDAY)
    services.classify(product_request=made, team=london, by=triager, at=MONDAY)

    services.tell_breaches(at=MONDAY + timedelta(days=2))

    assert Notification.objects.filter(recipient=turn, title__startswith="Late").count() == 2


def test_a_promise_broken_again_is_told_again(ask, triager, swift, london):
    made = ask(kind=swift, at=MONDAY)
    services.classify(
        product_request=made, team=london, category=CategoryFactory(), by=triager, at=MONDAY
    )
    assert services.tell_breaches(at=MONDAY + timedelta(days=1)) == 1
    tuesday = MONDAY + timedelta(days=1, hours=1)
    services.decline(product_request=made, reason="No.", by=triager, at=tuesday)
    services.reopen(product_request=made, reason="Yes?", by=triager, at=tuesday)
    assert services.tell_breaches(at=tuesday + HOUR) == 0

    assert services.tell_breaches(at=tuesday + timedelta(days=3)) == 1


def test_paused_and_decided_ones_are_not_told_of(ask, triager, swift):
    waiting, decided, spam = (ask(kind=swift, at=MONDAY) for _ in range(3))
    services.ask_requester(product_request=waiting, question="?", by=triager, at=MONDAY)
    services.decline(product_request=decided, reason="No.", by=triager, at=MONDAY)
    services.close(product_request=spam, is_spam=True, by=triager, at=MONDAY)

    assert services.tell_breaches(at=MONDAY + timedelta(days=9)) == 0


def test_what_an_import_brings_long_overdue_is_written_down_and_told_to_nobody(ask, swift):
    UserFactory(role="ops")
    ask(kind=swift, at=MONDAY)

    assert services.tell_breaches(at=MONDAY + timedelta(days=60)) == 2
    assert not Notification.objects.exists()


def test_a_breach_is_history(ask, triager, swift):
    ask(kind=swift, at=MONDAY)
    services.tell_breaches(at=MONDAY + timedelta(days=9))
    breach = ClockBreach.objects.first()

    with pytest.raises(IntegrityError), transaction.atomic():
        ClockBreach.objects.create(
            product_request=breach.product_request,
            phase=breach.phase,
            due_at=breach.due_at,
            at=breach.at,
        )


def test_whoever_wants_breaches_at_once_gets_one_mail_each(
    ask, triager, swift, django_capture_on_commit_callbacks
):
    ops = UserFactory(role="ops")
    Preference.objects.create(user=ops, kind=Kind.TRIAGE, channel=Channel.INSTANT)
    ask("The export", kind=swift, at=MONDAY)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            services.tell_breaches(at=MONDAY + timedelta(days=1, hours=9))

    assert [letter.to for letter in mail.outbox] == [[ops.email], [ops.email]]
    assert "The export" in mail.outbox[0].subject


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


steps = st.lists(
    st.tuples(
        st.integers(1, 3 * 24 * 60),
        st.sampled_from(
            ["hand over", "ask", "resume", "escalate", "calm", "merge", "undo a close"]
        ),
        st.sampled_from(SHIFTS),
    ),
    max_size=5,
)


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(minute=st.integers(0, 20 * 24 * 60), steps=steps)
def test_acts_through_the_services_agree_with_every_minute(swift, triager, minute, steps):
    with transaction.atomic():
        _live_through(swift, triager, minute, steps)
        transaction.set_rollback(True)


def _live_through(kind, by, minute, steps):
    shift = SHIFTS[0]
    made = product_request(kind=kind, at=AUTUMN + minute * MINUTE)
    walk = Walk(AUTUMN, minute, shift, {"acknowledge": 240, "answer": 480})
    services.classify(product_request=made, team=_team(shift), by=by, at=AUTUMN + minute * MINUTE)
    for wait, name, other in steps:
        minute += wait
        walk.on(minute)
        was_still = walk.is_still
        _act(made, walk, name, other, by, AUTUMN + minute * MINUTE)
        minute = walk.minute
        if was_still and name in {"ask", "undo a close"}:
            continue
        for phase, due in zip(("acknowledge", "answer"), dues(made), strict=True):
            assert abs(due - walk.ends(phase)) < timedelta(seconds=1), (phase, name)


def _act(made, walk, name, other, by, at):
    told = {"product_request": made, "by": by, "at": at}
    is_waiting = walk.is_still
    if name == "hand over":
        services.classify(team=_team(other), **told)
        walk.shift = other
    elif name == "ask" and not is_waiting:
        services.ask_requester(question="?", **told)
        walk.is_still = True
    elif name == "resume" and is_waiting:
        services.resume(**told)
        walk.is_still = False
    elif name == "escalate":
        services.escalate(**told)
        walk.promise({"acknowledge": 60, "answer": 120})
    elif name == "calm":
        services.classify(priority="P3", **told)
        walk.promise({"acknowledge": 480, "answer": 960})
    elif name == "merge":
        parent = product_request(kind=made.kind, at=at)
        services.merge(child=made, parent=parent, by=by, at=at)
        walk.is_still, later = True, walk.minute + 500
        walk.on(later)
        services.unmerge(child=made, by=by, at=at + 500 * MINUTE)
        walk.is_still = is_waiting
    elif name == "undo a close":
        services.undo(act=services.close(**told), by=by, at=at)


def _team(shift):
    return TeamFactory(
        time_zone=shift.zone,
        working_days=list(shift.days),
        day_starts_at=time(shift.opens),
        day_ends_at=time(shift.closes),
        holiday_calendar=shift.region,
    )

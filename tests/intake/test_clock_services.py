"""Acts through the services, against the second opinion that walks every minute."""

from datetime import time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import services
from intake.models import ProductRequest
from tests.factories.intake import product_request
from tests.factories.people import TeamFactory
from tests.intake.clock_oracle import AUTUMN, SHIFTS, Walk

MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def dues(made):
    made = ProductRequest.objects.get(pk=made.pk)
    return made.acknowledge_due_at, made.answer_due_at


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
    elif name == "escalate" and made.priority != "P0":
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

"""Cycles, initiatives and decisions, through the same acts a person would use.

`cycle(phase="active")` brings it there; `initiative(epic=…)` links a Jira epic to it.
"""

import itertools
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from planning import services
from planning.models import Commitment, Cycle, InitiativeEpic
from tests.factories.people import UserFactory

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
STARTS_ON, ENDS_ON = date(2026, 10, 1), date(2026, 12, 31)
NUMBERS = itertools.count(1)


def cycle(*, phase="planning", by=None, at=AT, **fields):
    """Make a quarter in `phase`; a committed one has one initiative in its plan at least."""
    number = next(NUMBERS)
    by = by or UserFactory(role="ops")
    fields = {"name": f"Cycle {number}", "slug": f"cycle-{number}", "kind": "quarter", **fields}
    fields = {"starts_on": STARTS_ON, "ends_on": ENDS_ON, **fields}
    plan = fields.pop("plan", ())
    made = services.open_cycle(by=by, at=at, **fields)
    if phase != "draft":
        services.start_planning(cycle=made, by=by, at=at)
    for each in plan:
        services.add_to_cycle(cycle=made, initiative=each, by=by, at=at)
    if phase in {"committed", "active", "closed"}:
        if not plan:
            services.add_to_cycle(cycle=made, initiative=initiative(), by=by, at=at)
        services.commit_cycle(cycle=made, by=by, at=at)
    if phase in {"active", "closed"}:
        services.start_cycle(cycle=made, by=by, at=at)
    if phase == "closed":
        services.close_cycle(cycle=made, by=by, at=at)
    return made


def quarter_of_today(**fields):
    """Make a cycle that `timezone.localdate()` falls into."""
    today = timezone.localdate()
    return cycle(starts_on=today - timedelta(days=30), ends_on=today + timedelta(days=60), **fields)


def initiative(*, epic=None, at=AT, **fields):
    """Make an initiative; fields are those of `services.create_initiative`."""
    owner = fields.pop("owner", None) or UserFactory()
    fields = {"title": f"Initiative number {next(NUMBERS)}", "owner": owner, "by": owner, **fields}
    made = services.create_initiative(at=at, **fields)
    if epic:
        InitiativeEpic.objects.create(initiative=made, issue=epic, by=owner, at=at)
    return made


def commitment(*, of=None, to=None, kind="committed", at=AT, **fields):
    """Put the initiative `of` into the plan of `to`; after its commit a reason is given."""
    to = to or Cycle.objects.first() or cycle()
    late = (
        {"reason": Commitment.AddReason.CUSTOMER, "note": "They asked."} if to.is_committed else {}
    )
    by = fields.pop("by", None) or UserFactory()
    return services.add_to_cycle(
        cycle=to, initiative=of or initiative(), kind=kind, by=by, at=at, **late, **fields
    )


def decision(*, at=AT, **fields):
    """Open a decision."""
    fields = {"title": f"Decision number {next(NUMBERS)}", "by": UserFactory(), **fields}
    return services.open_decision(at=at, **fields)

"""Objectives and key results, through the same acts a person would use."""

import itertools
from datetime import timedelta
from decimal import Decimal

from planning.models import Cycle
from planning.services.check_ins import check_in, newest
from planning.services.key_results import Measure, add_key_result
from planning.services.objectives import activate_objective, create_objective
from tests.factories import planning
from tests.factories.people import UserFactory

NUMBERS = itertools.count(1)


def objective(*, at=planning.AT, state="draft", results=(), **fields):
    """Set an objective in `state` (draft or active); `results` are fields of key results."""
    owner = fields.pop("owner", None) or UserFactory()
    cycle = fields.pop("cycle", None) or _cycle(owner)
    fields = {"title": f"Objective {next(NUMBERS)}", "by": owner, **fields}
    made = create_objective(cycle=cycle, owner=owner, at=at, **fields)
    for each in results:
        key_result(of=made, at=at, **each)
    if state == "active":
        if not results and not made.key_results.exists():
            key_result(of=made, at=at)
        activate_objective(objective=made, by=owner, at=at)
    return made


def _cycle(by):
    """Return the quarter of the factories: there is one, for two would overlap."""
    known = Cycle.objects.filter(kind="quarter", starts_on=planning.STARTS_ON).first()
    return known or planning.cycle(by=by)


def key_result(*, of=None, at=planning.AT, by=None, **fields):
    """Add a key result from 0 to 100 % to `of`, else to a new active objective."""
    if of is None:
        of = objective(at=at, state="active", results=[fields | {"by": by}])
        return of.key_results.get()
    fields = {"title": f"Key result {next(NUMBERS)}", "owner": of.owner, **fields}
    fields = {"unit": "%", "baseline": Decimal(0), "target": Decimal(100), **fields}
    return add_key_result(objective=of, measure=Measure(**fields), by=by or of.owner, at=at)


def report(on, value=50, *, at=planning.AT + timedelta(days=3), **fields):
    """Check in on a key result by hand."""
    fields = {"confidence": "on_track", "comment": "", "by": on.owner, **fields}
    value = None if value is None else Decimal(str(value))
    return check_in(key_result=on, value=value, seen=newest(on), at=at, **fields)

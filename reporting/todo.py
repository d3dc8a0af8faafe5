"""What planning wants of a person, as one question to the database: Home has many such lists."""

from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, DateField, DateTimeField, F, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from planning.models import (
    Action,
    Decision,
    KeyResult,
    Milestone,
    ScoringSession,
    TruthTask,
)
from planning.models.truth import Status
from prodops.people.models import User

NEAR = timedelta(days=14)
NO_DAY = Value(None, output_field=DateField())
NO_MOMENT = Value(None, output_field=DateTimeField())
ORIGINS = ("session__forum__name", "origin", "decision__title", "initiative__title", "cycle__name")
STATUS = dict(Status.choices)


class Todo(NamedTuple):
    """A line of Home: `first` and `second` are words, `on` is a day, `at` a moment."""

    kind: str
    pk: int
    title: str
    first: str
    second: str
    on: date | None
    at: datetime | None

    @property
    def first_status(self) -> str:
        return str(STATUS.get(self.first, self.first)).lower()

    @property
    def second_status(self) -> str:
        return str(STATUS.get(self.second, self.second)).lower()


def of_planning(user: User, *, on: date, at: datetime, most: int) -> dict[str, list[Todo]]:
    """Return what waits for a person, by kind, at most so many of each, what is due first first."""
    origin = Coalesce(*(NullIf(Cast(name, TextField()), Value("")) for name in ORIGINS), Value(""))
    parts = [
        _part("truth_tasks", TruthTask.objects.visible_to(user).waiting_for(user), "opened_at",
              pk="initiative_id", title="initiative__title", first="reported", second="derived"),
        _part("check_ins", KeyResult.objects.visible_to(user).waiting_for(user, at),
              "check_in_due_at", title="title", first="evidence_state", moment="checked_in_at"),
        _part("milestones", Milestone.objects.visible_to(user).waiting_for(user)
              .filter(due_on__lte=on + NEAR), "due_on",
              pk="cycle_id", title="title", first="cycle__name", day="due_on"),
        _part("scoring_sessions", ScoringSession.objects.visible_to(user).voting(user),
              "opened_at", title="title", first="cycle__name", second="facilitator__name"),
        _part("decisions", Decision.objects.visible_to(user).owed_by(user, on), "opened_at",
              title="title", first="state", day="review_on", moment="opened_at"),
        _part("actions", Action.objects.waiting_for(user), "due_on",
              title="text", first=origin, day="due_on"),
    ]  # fmt: skip
    found: dict[str, list[Todo]] = {}
    for row in reduce(lambda one, other: one.union(other, all=True), (p[:most] for p in parts)):
        line = Todo(*row)
        found.setdefault(line.kind, []).append(line)
    return found


def _part(kind: str, rows: Any, order: str, *, title: str, pk: str = "pk", **named: Any) -> Any:
    """Return one kind of lines with the columns of `Todo`."""
    given = {name: named.get(name, Value("")) for name in ("first", "second")}
    return (
        rows.order_by(order, "pk")
        .annotate(
            todo_kind=Value(kind, output_field=TextField()),
            todo_pk=Cast(F(pk), BigIntegerField()),
            todo_title=Cast(title, TextField()),
            todo_first=Cast(given["first"], TextField()),
            todo_second=Cast(given["second"], TextField()),
            todo_on=Cast(named.get("day", NO_DAY), DateField()),
            todo_at=Cast(named.get("moment", NO_MOMENT), DateTimeField()),
        )
        .values_list(*(f"todo_{name}" for name in Todo._fields))
    )

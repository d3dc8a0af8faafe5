"""What our own records say of initiatives: demand behind them, effort, confidence, value.

Each reader takes the cycle and the initiatives, asks once, and leaves out those of which the
records say nothing: nothing is known is not the same as nothing.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Max, Sum

from intake.models import Backing
from planning.models import (
    Allocation,
    Commitment,
    Criterion,
    Cycle,
    Initiative,
    InitiativeIssue,
    InitiativeRequest,
)

Source = Criterion.Source
SURE = {"high": Decimal(100), "medium": Decimal(80), "low": Decimal(50)}
AT_STAKE_NO_MORE = ("shipped", "closed")
INITIATIVE = "product_request__initiative_links__initiative"


class Reading(NamedTuple):
    """A value from our records, and when what it is from last changed."""

    value: Decimal
    at: datetime | None = None


Readings = dict[int, Reading]


def read(source: str, *, cycle: Cycle, initiatives: Iterable[Initiative]) -> Readings:
    """Return what the records say, by the primary key of the initiative; one query at most."""
    reader = READERS.get(source)
    return reader(cycle, list(initiatives)) if reader else {}


def _voices_behind(initiatives: list[Initiative]) -> Any:
    """Return the voices of adopted requests; merged ones are copies in the request adopted."""
    return Backing.objects.filter(
        product_request__initiative_links__initiative__in=initiatives,
        product_request__is_spam=False,
    )


def _voices(cycle: Cycle, initiatives: list[Initiative]) -> Readings:
    said = _voices_behind(initiatives).values_list(INITIATIVE, "person", "account")
    newest: dict[int, datetime] = {}
    heard: dict[int, int] = {}
    for initiative, _, _, at in said.annotate(newest=Max("at")):
        heard[initiative] = heard.get(initiative, 0) + 1
        newest[initiative] = max(newest.get(initiative, at), at)
    return {pk: Reading(Decimal(count), newest[pk]) for pk, count in heard.items()}


def _arr(cycle: Cycle, initiatives: list[Initiative]) -> Readings:
    """Sum each account once, whoever spoke for it, while what it asked for is not out."""
    open_ones = _voices_behind(initiatives).exclude(
        product_request__state__in=AT_STAKE_NO_MORE,
    )
    said = open_ones.filter(account__arr__isnull=False)
    rows = said.values_list(INITIATIVE, "account", "account__arr").annotate(newest=Max("at"))
    found: Readings = {}
    for initiative, _, arr, at in rows:
        total, newest = found.get(initiative, Reading(Decimal(0), at))
        found[initiative] = Reading(total + arr, max(newest or at, at))
    return found


def _requests(cycle: Cycle, initiatives: list[Initiative]) -> Readings:
    links = InitiativeRequest.objects.filter(
        initiative__in=initiatives, product_request__is_spam=False
    )
    return _read(links.values_list("initiative").annotate(Count("pk"), Max("at")))


def _confidence(cycle: Cycle, initiatives: list[Initiative]) -> Readings:
    sure = [one for one in initiatives if one.confidence]
    return {one.pk: Reading(SURE[one.confidence], one.status_at) for one in sure}


def _points(cycle: Cycle, initiatives: list[Initiative]) -> Readings:
    """Sum the estimates of the issues below its epics, each issue once."""
    counted = InitiativeIssue.objects.filter(
        initiative__in=initiatives, issue__story_points__isnull=False
    )
    rows = counted.values_list(
        "initiative", "issue", "issue__story_points", "issue__updated"
    ).distinct()
    found: Readings = {}
    for initiative, _, points, at in rows:
        total, newest = found.get(initiative, Reading(Decimal(0), at))
        found[initiative] = Reading(total + Decimal(str(points)), max(newest or at, at))
    return found


def _issues(cycle: Cycle, initiatives: list[Initiative]) -> Readings:
    counted = InitiativeIssue.objects.filter(initiative__in=initiatives)
    return _read(
        counted.values_list("initiative").annotate(
            Count("issue", distinct=True), Max("issue__updated")
        )
    )


def _value(cycle: Cycle, initiatives: list[Initiative]) -> Readings:
    planned = Commitment.objects.standing().filter(cycle=cycle, planned_value__isnull=False)
    held = planned.filter(initiative__in=initiatives)
    return {
        initiative: Reading(Decimal(value))
        for initiative, value in held.values_list("initiative", "planned_value")
    }


def _weeks(cycle: Cycle, initiatives: list[Initiative]) -> Readings:
    given = Allocation.objects.of_plan(cycle).filter(initiative__in=initiatives, weeks__gt=0)
    return _read(given.values_list("initiative").annotate(Sum("weeks"), Max("at")))


def _read(rows: Any) -> Readings:
    return {pk: Reading(Decimal(value), at) for pk, value, at in rows.order_by()}


READERS: dict[str, Callable[[Cycle, list[Initiative]], Readings]] = {
    Source.VOICES: _voices,
    Source.ARR: _arr,
    Source.REQUESTS: _requests,
    Source.CONFIDENCE: _confidence,
    Source.POINTS: _points,
    Source.ISSUES: _issues,
    Source.VALUE: _value,
    Source.WEEKS: _weeks,
}

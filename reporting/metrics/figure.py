"""What a metric function returns: one figure a scope, with all that is needed to trust it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reporting.metrics.statistics import wilson

ORGANISATION = None
HIDDEN_BELOW = 5


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A value in its unit, what it was divided by, and what was left out and why.

    `low` and `high` are a 95 % interval; when `value` is None and only `low` is given, the true
    value is known to lie above it. `note` says why there is no value.
    """

    unit: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    n: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    companions: dict[str, float | None] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    note: str = ""
    is_immature: bool = False


Figures = Mapping[int | None, Figure]
"""Team's primary key → figure; the key None is the organisation."""


def ratio(
    part: int,
    whole: int,
    *,
    excluded: dict[str, int] | None = None,
    companions: dict[str, float | None] | None = None,
    is_immature: bool = False,
) -> Figure:
    """Return a share in percent with its Wilson interval; nothing over nothing has no value."""
    low, high = wilson(part, whole)
    return Figure(
        unit="percent",
        value=100 * part / whole if whole else None,
        numerator=part,
        denominator=whole,
        n=whole,
        excluded=counts(excluded),
        companions=companions or {},
        low=low,
        high=high,
        note="" if whole else "n/a (0 of 0)",
        is_immature=is_immature,
    )


def counts(excluded: dict[str, int] | None) -> dict[str, int]:
    """Drop the reasons that excluded nothing."""
    return {reason: count for reason, count in (excluded or {}).items() if count}

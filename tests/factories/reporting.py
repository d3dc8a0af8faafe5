"""Figures without the records behind them, and a month to put them in."""

from datetime import UTC, datetime

from reporting.metrics import periods
from reporting.models import MetricValue, Rendering
from reporting.services.definitions import load_definitions

OCTOBER = periods.month(2026, 10)
AFTERWARDS = datetime(2026, 11, 3, 9, tzinfo=UTC)


def metric_value(key="K4", *, value=4.0, month=OCTOBER, team=None, **fields):
    """Keep a figure of a complete month; fields are columns of MetricValue."""
    definition = fields.pop("definition", None) or load_definitions()[key]
    defaults = {
        "numerator": 10,
        "denominator": 10,
        "n": 10,
        "data_as_of": AFTERWARDS,
        "computed_at": AFTERWARDS,
    }
    return MetricValue.objects.create(
        definition=definition,
        period_start=month.start,
        period_end=month.end,
        scope="team" if team else "organisation",
        team=team,
        value=value,
        **{**defaults, **fields},
    )


def history(key, *values, last=OCTOBER, team=None):
    """Keep one complete figure a month, the last of them in `last`."""
    first = last.shifted(1 - len(values))
    return [
        metric_value(key, value=value, month=first.shifted(place), team=team)
        for place, value in enumerate(values)
    ]


def rendering(slug="delivery-cycle-time", *, team=None, **fields):
    """Keep a drawn chart."""
    defaults = {
        "title": "Half the work takes 3.6 days or less",
        "figure": {"data": [{"type": "bar", "x": ["a"], "y": [1]}], "layout": {}},
        "table": {"columns": ["Week", "Finished"], "rows": [["2026-10-05", 3]]},
        "data_as_of": AFTERWARDS,
        "requested_at": AFTERWARDS,
        "rendered_at": AFTERWARDS,
    }
    return Rendering.objects.create(
        slug=slug, scope=team.slug if team else "organisation", team=team, **{**defaults, **fields}
    )

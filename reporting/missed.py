"""Figures that missed their target, for the agendas of forums."""

from datetime import date

from django.urls import reverse

from planning.models import Forum
from planning.models.agenda_sources import Line
from reporting import readings
from reporting.metrics import periods

SETTLED_AFTER = 2


def missed_figures(forum: Forum, on: date) -> list[Line]:
    """Return the figures that are off their target, each in its last complete month.

    A month that misses again is another matter: the reference has the month. Some figures are
    complete weeks after their month; until then the month before speaks for them.
    """
    current = periods.month(on.year, on.month)
    months = [month for month in readings.months_with_values() if month < current]
    read = [readings.read_all(period=month, team=forum.team) for month in months[:SETTLED_AFTER]]
    newest = (next(filter(_is_complete, each), None) for each in zip(*read, strict=True))
    return [
        Line(
            f"metric:{each.definition.key}:{each.period.start}",
            f"{each.definition.key} {each.definition.name}"[:250],
            reverse("reporting:figure", args=[each.definition.key]),
            f"off its target in {each.period.name}",
        )
        for each in newest
        if each and each.status == "bad"
    ]


def _is_complete(reading: readings.Reading) -> bool:
    return reading.verdict != "partial"

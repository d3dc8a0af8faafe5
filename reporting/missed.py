"""Figures that missed their target, for the agendas of forums."""

from datetime import date

from django.urls import reverse

from planning.models import Forum
from planning.models.agenda_sources import Line
from reporting import readings
from reporting.metrics import periods


def missed_figures(forum: Forum, on: date) -> list[Line]:
    """Return the figures of the last whole month with figures that are off their target.

    A month that misses again is another matter: the reference has the month.
    """
    current = periods.month(on.year, on.month)
    months = [month for month in readings.months_with_values() if month < current]
    if not months:
        return []
    found = readings.read_all(period=months[0], team=forum.team)
    return [
        Line(
            f"metric:{each.definition.key}:{months[0].start}",
            f"{each.definition.key} {each.definition.name}"[:250],
            reverse("reporting:figure", args=[each.definition.key]),
            f"off its target in {months[0].name}",
        )
        for each in found
        if each.status == "bad"
    ]

"""Launches by month."""

import calendar as months
from datetime import date

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from launches.models import Launch
from prodops.people.permissions import can_launch, is_insider, require

WEEK = months.Calendar(firstweekday=0)
YEARS = range(2000, 2100)


@require_GET
@require(is_insider)
def calendar(request):
    today = timezone.localdate()
    first = _month(request.GET.get("month", ""), today)
    launches = list(Launch.objects.visible_to(request.user).around(first).for_display())
    by_day = {}
    for launch in launches:
        if launch.date_precision == Launch.Precision.DAY:
            by_day.setdefault(launch.launch_on, []).append(launch)
    context = {
        "first": first,
        "today": today,
        "weeks": _weeks(first, by_day),
        "vague": [each for each in launches if each.date_precision != Launch.Precision.DAY],
        "launches": launches,
        "previous": _moved(first, -1),
        "next": _moved(first, 1),
        "may_launch": can_launch(request.user),
    }
    return render(request, "launches/calendar.html", context)


def _weeks(first, by_day):
    """Return weeks of (day, is in the month, its launches)."""
    return [
        [(day, day.month == first.month, by_day.get(day, [])) for day in week]
        for week in WEEK.monthdatescalendar(first.year, first.month)
    ]


def _month(text, today):
    """Read "2026-11"; anything else is this month."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return first if first.year in YEARS else today.replace(day=1)


def _moved(first, by):
    month = first.year * 12 + first.month - 1 + by
    return date(month // 12, month % 12 + 1, 1)

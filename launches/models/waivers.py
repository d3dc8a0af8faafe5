"""Waivers that run out, for the agendas of forums."""

from datetime import date, timedelta

from launches.models.item import LaunchItem
from planning.models import Forum
from planning.models.agenda_sources import Line, day

SOON = timedelta(days=14)


def expiring_waivers(forum: Forum, on: date) -> list[Line]:
    """Return waivers of open launches that end within two weeks of `on`, or have ended.

    One that is extended is another matter: its reference has the day it ends.
    """
    rows = LaunchItem.objects.of_open_launches().filter(
        state=LaunchItem.State.WAIVED, waived_until__lte=on + SOON
    )
    if forum.team_id:
        rows = rows.filter(launch__initiative_links__initiative__teams=forum.team_id).distinct()
    return [
        Line(
            f"waiver:{item.pk}:{item.waived_until}",
            f"{item.launch.key} {item.title}"[:250],
            f"{item.launch.get_absolute_url()}#item-{item.pk}",
            f"{item.launch.title}, waived until {day(item.waived_until)}",
        )
        for item in rows.select_related("launch").order_by("waived_until", "pk")
    ]

"""The list of launches as its page describes it."""

from datetime import date

from django.db.models.functions import TruncMonth

from launches.models import Launch, Tier
from prodops.people.models import Team
from prodops.ui.lists import Column, Filter, ListPage


def _months(user):
    found = Launch.objects.visible_to(user).annotate(month=TruncMonth("launch_on")).order_by()
    months = sorted({*found.values_list("month", flat=True).distinct()}, reverse=True)
    return [(f"{month:%Y-%m}", f"{month:%B %Y}") for month in months]


def _teams(user):
    return list(Team.objects.order_by("name", "pk").values_list("slug", "name"))


def _share(launch):
    return launch.required_done / launch.required_total if launch.required_total else None


LAUNCHES = ListPage(
    slug="launches",
    title="Launches",
    key_prefix="LCH",
    columns=(
        Column("title", "Launch", lambda launch: f"{launch.key} {launch.title}", ("title",)),
        Column("stage", "Stage", lambda launch: launch.get_stage_display(), ("stage",)),
        Column("tier", "Tier", lambda launch: launch.tier, ("tier",)),
        Column("date", "Date", lambda launch: launch.launch_on, ("launch_on",)),
        Column("ready", "Ready", _share),
        Column("owner", "Owner", lambda launch: launch.owner, ("owner__name",)),
    ),
    filters=(
        Filter(
            "stage",
            "Stage",
            options=lambda user: [("open", "Not launched yet"), *Launch.Stage.choices],
            apply=lambda rows, value, user: (
                rows.unshipped() if value == "open" else rows.filter(stage=value)
            ),
        ),
        Filter(
            "tier",
            "Tier",
            options=lambda user: Tier.choices,
            apply=lambda rows, value, user: rows.filter(tier=int(value)),
        ),
        Filter("team", "Team", _teams, lambda rows, value, user: rows.of_team(value)),
        Filter(
            "owner",
            "Owner",
            options=lambda user: [("me", "me")],
            apply=lambda rows, value, user: rows.filter(owner=user),
        ),
        Filter(
            "month",
            "Month",
            _months,
            lambda rows, value, user: rows.in_month(date.fromisoformat(f"{value}-01")),
        ),
    ),
    search=("title__icontains", "summary__icontains"),
    order=("-launch_on", "-pk"),
    row_template="launches/_launch_row.html",
    empty_title="No launches yet",
    empty_text="A launch gathers what has to be ready before something reaches people.",
    empty_icon="rocket-launch",
    action=("New launch", "launches:new"),
    noun="launch",
    nouns="launches",
)

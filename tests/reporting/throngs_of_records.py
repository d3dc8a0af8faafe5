"""Throngs of random requests, and the teams and initiatives that plans and launches need.

Each function writes rows in bulk and returns what they say as plain data.
"""

import itertools
from datetime import UTC, datetime, time, timedelta

from intake.models import Merge, ProductRequest
from planning.models import Initiative
from prodops.audit.models import Thread
from prodops.people.models import Team
from tests.factories.intake import RequestKindFactory
from tests.factories.people import UserFactory
from tests.reporting.throngs import unwatched

NUMBERS = itertools.count(1)
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "UTC"]
WEEKS = [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 7], [2, 4]]
WORK_HOURS = [(time(9), time(17)), (time(8), time(12)), (time(0, 1), time(23, 59))]
BORN = datetime(2026, 1, 1, tzinfo=UTC)


def teams(dice, number):
    """Make teams, each with a calendar of its own."""
    names = [f"throng-{next(NUMBERS)}" for _ in range(number)]
    return Team.objects.bulk_create(_team(dice, name) for name in names)


def _team(dice, name):
    starts, ends = dice.choice(WORK_HOURS)
    return Team(
        slug=name,
        name=name,
        time_zone=dice.choice(ZONES),
        working_days=dice.choice(WEEKS),
        day_starts_at=starts,
        day_ends_at=ends,
        holiday_calendar=dice.choice(["", "DE", "US-CA", "IN"]),
    )


def threads(number, kind):
    return Thread.objects.bulk_create(
        Thread(kind=kind, key="THR", title="Throng", path="/") for _ in range(number)
    )


@unwatched()
def requests(dice, teams, *, start, hours):
    """Write requests of each team, some of them merged; return them as dicts."""
    told = [
        _request(dice, team, start, hours)
        for team in [*teams, None]
        for _ in range(dice.choice([0, 1, 2, 4, 8, 12, 20]))
    ]
    dice.shuffle(told)
    author, kind = UserFactory(role="requester"), RequestKindFactory()
    rows = ProductRequest.objects.bulk_create(
        ProductRequest(
            kind=kind,
            author=author,
            title="Throng",
            thread=thread,
            acknowledge_hours=8,
            answer_hours=24,
            clock_at=one["submitted"],
            acknowledge_due_at=one["submitted"],
            answer_due_at=one["submitted"],
            submitted_at=one["submitted"],
            triaged_at=one["triaged"],
            team=one["team"],
            is_spam=one["is_spam"],
        )
        for one, thread in zip(told, threads(len(told), "request"), strict=True)
    )
    _merge(told, rows, author)
    return told


def _request(dice, team, start, hours):
    submitted = start + timedelta(minutes=dice.randrange(hours * 60))
    triaged = submitted + timedelta(hours=dice.choice([0, 1, 20, 30, 70, 100, 300, 900]))
    merges, moment = [], submitted
    for _ in range(dice.choice([0, 0, 0, 1, 1, 2, 3])):
        at = moment + timedelta(hours=dice.randrange(1, 500))
        moment = at + timedelta(hours=dice.randrange(1, 500))
        merges.append({"at": at, "undone": moment, "was_suggested": dice.random() < 0.5})
    if merges and dice.random() < 0.7:
        merges[-1]["undone"] = None
    return {
        "team": team,
        "submitted": submitted,
        "triaged": triaged if dice.random() < 0.6 else None,
        "is_spam": dice.random() < 0.1,
        "merges": merges,
    }


def _merge(told, rows, by):
    parent = rows[0] if rows else None
    Merge.objects.bulk_create(
        Merge(
            child=row,
            parent=parent if row.pk != parent.pk else rows[-1],
            by=by,
            at=merge["at"],
            was_suggested=merge["was_suggested"],
            undone_at=merge["undone"],
            undone_by=by if merge["undone"] else None,
        )
        for one, row in zip(told, rows, strict=True)
        for merge in one["merges"]
        if len(rows) > 1
    )


def initiatives(owner, of_teams):
    """Write one initiative for each set of teams."""
    made = Initiative.objects.bulk_create(
        Initiative(title="Throng", owner=owner, created_by=owner, created_at=BORN, thread=thread)
        for thread in threads(len(of_teams), "initiative")
    )
    through = Initiative.teams.through
    through.objects.bulk_create(
        through(initiative=initiative, team=team)
        for initiative, teams in zip(made, of_teams, strict=True)
        for team in teams
    )
    return made

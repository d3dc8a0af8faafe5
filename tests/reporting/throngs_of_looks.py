"""Throngs of weekly looks at initiatives: what was reported, what Jira said, when work ended."""

from datetime import datetime, timedelta

from planning.models import Forecast, Initiative, TruthCheck
from planning.models.truth_check import Seen, derive, judge
from tests.factories.people import UserFactory
from tests.reporting.throngs import unwatched
from tests.reporting.throngs_of_records import initiatives

STATUSES = ["on_track", "on_track", "at_risk", "off_track", "unknown"]


@unwatched()
def looks(dice, teams, *, mondays):
    """Write looks of each team's initiatives; return the initiatives as dicts with their looks."""
    told = [
        _initiative(dice, {team, *dice.sample(teams, dice.random() < 0.1)}, mondays)
        for team in teams
        for _ in range(dice.choice([0, 1, 1, 2]))
    ]
    made = initiatives(UserFactory(), [one["teams"] for one in told])
    _finish(told, made)
    pairs = [
        (look, initiative)
        for one, initiative in zip(told, made, strict=True)
        for look in one["looks"]
    ]
    forecasts = Forecast.objects.bulk_create(_forecast(*pair) for pair in pairs)
    TruthCheck.objects.bulk_create(
        _check(look, initiative, forecast)
        for (look, initiative), forecast in zip(pairs, forecasts, strict=True)
    )
    return told


def _initiative(dice, teams, mondays):
    first = dice.randrange(len(mondays))
    target = mondays[first].date() + timedelta(days=dice.randrange(-10, 70))
    weeks = mondays[first : first + dice.randint(1, 9)]
    total, is_ended = dice.choice([0, 3, 8, 8]), False
    found = []
    for at in weeks:
        is_ended = is_ended or dice.random() < 0.15
        found.append(_look(dice, at, None if dice.random() < 0.1 else target, total, is_ended))
    finished = weeks[-1] + timedelta(days=dice.randrange(1, 20))
    return {
        "teams": teams,
        "looks": found,
        "finished": finished if dice.random() < 0.5 else None,
    }


def _look(dice, at, target, total, is_ended):
    has_forecast, days = dice.random() < 0.85, dice.randrange(1, 60)
    left = 0 if is_ended or not total else dice.randint(1, total)
    is_dated = bool(has_forecast and left)
    later = None if dice.random() < 0.05 else days + dice.randrange(30)
    status = dice.choice(STATUSES)
    return {
        "at": at + timedelta(hours=dice.randrange(20)),
        "status": status,
        "reported": None
        if status == "unknown"
        else at - timedelta(hours=dice.choice([1, 48, 167, 168, 169, 400])),
        "target": target,
        "total": total,
        "left": left,
        "has_forecast": has_forecast,
        "p50": at.date() + timedelta(days=days) if is_dated else None,
        "p85": at.date() + timedelta(days=later) if is_dated and later else None,
        "chance": dice.random() if is_dated and target else None,
        "paused": dice.random() < 0.08,
    }


def _finish(told, made):
    for one, initiative in zip(told, made, strict=True):
        if one["finished"]:
            initiative.finished_at, initiative.stage = one["finished"], "done"
    Initiative.objects.bulk_update(made, ["finished_at", "stage"])


def _forecast(look, initiative):
    return Forecast(
        initiative=initiative,
        made_on=look["at"].date(),
        made_at=look["at"],
        is_weekly=True,
        seed=1,
        paces=[],
        remaining=look["left"],
        p50_on=look["p50"],
        p85_on=look["p85"],
        chance=look["chance"],
    )


def _check(look, initiative, forecast):
    seen = Seen(look["left"], look["total"], look["has_forecast"], look["p50"], look["p85"])
    derived = derive(seen, look["target"], on=look["at"].date())
    verdict = judge(
        seen=seen,
        derived=derived,
        status=look["status"],
        status_at=look["reported"],
        target_on=look["target"],
        is_paused=look["paused"],
        at=look["at"],
    )
    return TruthCheck(
        initiative=initiative,
        forecast=forecast,
        checked_on=look["at"].date(),
        checked_at=look["at"],
        is_weekly=True,
        status=look["status"],
        status_at=look["reported"],
        target_on=look["target"],
        derived=derived,
        verdict=verdict,
        issues_total=look["total"],
        issues_done=look["total"] - look["left"],
        issues_started=0,
    )


def mondays_between(first: datetime, last: datetime):
    """Return nine o'clock of each Monday."""
    found = [first]
    while found[-1] < last:
        found.append(found[-1] + timedelta(days=7))
    return found

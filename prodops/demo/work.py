"""How a piece of work travels: the dated statuses of one Jira issue."""

import random
from datetime import datetime, timedelta

from prodops.demo.world import working

Step = tuple[datetime, str]


def journey(dice: random.Random, created: datetime, now: datetime, pace: float = 1.0) -> list[Step]:
    """Return the statuses an issue entered after its creation, oldest first, none after `now`.

    Most are started after some days, reviewed and done; some skip the board, come back, are given
    up, are blocked, or lie untouched after they were started. `pace` above 1 is slower work.
    """
    fate = dice.random()
    started = working(created + timedelta(days=dice.expovariate(1 / 9) + 0.2))
    cycle = timedelta(days=dice.lognormvariate(1.25, 0.75) * pace)
    steps: list[Step]
    if fate < 0.04:
        steps = [(started, "Done")]
    elif fate < 0.09:
        steps = [(started + timedelta(days=dice.expovariate(1 / 30)), "Won't do")]
    elif fate < 0.12:
        steps = [(started, "In progress"), (working(started + cycle / 2), "Blocked")]
    elif fate < 0.145:
        steps = [(started, "In progress")]
    else:
        steps = _finished(dice, started, cycle)
    return [(working(at), status) for at, status in steps if working(at) <= now]


def _finished(dice: random.Random, started: datetime, cycle: timedelta) -> list[Step]:
    review = started + cycle * 0.7
    done = started + cycle
    steps: list[Step] = [(started, "In progress")]
    if dice.random() < 0.08:
        steps += [(started + cycle * 0.2, "Blocked"), (started + cycle * 0.5, "In progress")]
    steps += [(review, "In review")]
    if dice.random() < 0.12:
        steps += [(review + cycle * 0.1, "In progress"), (review + cycle * 0.2, "In review")]
    steps += [(done, "Done")]
    if dice.random() < 0.07:
        again = done + timedelta(days=dice.uniform(1, 12))
        steps += [(again, "In progress"), (again + cycle * 0.5, "Done")]
    return steps


def arrivals(dice: random.Random, first: datetime, now: datetime, weekly: float) -> list[datetime]:
    """Return the moments issues are created, about `weekly` a week, in working hours."""
    moments, at = [], first
    while True:
        at += timedelta(days=dice.expovariate(weekly / 7))
        if at > now:
            return moments
        moments.append(working(at))

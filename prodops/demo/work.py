"""How a piece of work travels: the dated statuses of one Jira issue."""

import random
from datetime import datetime, timedelta

from prodops.demo.world import working

Step = tuple[datetime, str]


def journey(
    dice: random.Random,
    created: datetime,
    now: datetime,
    *,
    pace: float = 1.0,
    is_cared_for: bool = False,
) -> list[Step]:
    """Return the statuses an issue entered after its creation, oldest first, none after `now`.

    Most are started after some days, reviewed and done. Some skip the board, come back, are given
    up, are blocked, or lie untouched after they were started; those of work that is `is_cared_for`
    hardly ever. `pace` above 1 is slower work.
    """
    started = created + timedelta(days=dice.expovariate(1 / 9) + 0.2)
    cycle = timedelta(days=dice.lognormvariate(1.25, 0.75) * pace)
    fate = dice.random() + (0.08 if is_cared_for else 0)
    if fate < 0.035:
        steps = [(started, "Done")]
    elif fate < 0.07:
        steps = [(started + timedelta(days=dice.expovariate(1 / 30)), "Won't do")]
    elif fate < 0.095:
        steps = _forgotten(dice, started, cycle)
    else:
        steps = _finished(dice, started, cycle)
    return [step for step in _in_order(steps) if step[0] <= now]


def _in_order(steps: list[Step]) -> list[Step]:
    """Move the steps into working hours, each after the one before."""
    ordered: list[Step] = []
    for at, status in steps:
        at = working(at)
        if ordered and at <= ordered[-1][0]:
            at = working(ordered[-1][0] + timedelta(minutes=25))
        ordered.append((at, status))
    return ordered


def _forgotten(dice: random.Random, started: datetime, cycle: timedelta) -> list[Step]:
    """Blocked or just left lying; most are found and closed after months, some never."""
    steps = [(started, "In progress")]
    if dice.random() < 0.5:
        steps.append((started + cycle / 2, "Blocked"))
    if dice.random() < 0.75:
        found = started + timedelta(days=dice.uniform(20, 80))
        steps.append((found, dice.choice(["Won't do", "Done"])))
    return steps


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
            return [moment for moment in map(working, moments) if moment <= now]
        moments.append(at)

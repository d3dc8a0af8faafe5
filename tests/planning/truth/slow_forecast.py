"""The forecast a second time: one run after the other, one issue after the other, no arrays."""

import random


def simulate(paces, *, runs, horizon, dice=None):
    """Return the days of each run, sorted, from pairs of plain values."""
    dice = dice or random.Random()  # noqa: S311 - a simulation, not a secret
    return sorted(max(one_run(pace, horizon, dice) for pace in paces) for _ in range(runs))


def one_run(pace, horizon, dice):
    left = pace["remaining"]
    if left and (not any(pace["finished"]) or pace["share"] == 0):
        return horizon + 1
    day = 0
    while left > 0:
        day += 1
        if day > horizon:
            return horizon + 1
        of_the_team = dice.choice(pace["finished"])
        left -= sum(dice.random() < pace["share"] for _ in range(of_the_team))
    return day


def nearest_rank(days, hundredths):
    """Return the value at ⌈p·n⌉, counted from one."""
    place = -(-hundredths * len(days) // 100)
    return days[max(place, 1) - 1]

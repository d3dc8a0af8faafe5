"""K7, K8 and K9 once more, in plain Python from made-up requests and launches."""

from datetime import date, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from prodops.people.business_time import default_calendar
from tests.reporting.oracles import naive_km_median

ONE_DAY = timedelta(days=1)
IN_TIME = 3


@cache
def is_off(code, day: date):
    country, _, region = code.partition("-")
    return bool(code) and day in _year(country, region, day.year)


@cache
def _year(country, region, year):
    return holidays.country_holidays(country, subdiv=region or None, years=year)


def waited(team, submitted, until):
    """Count the working days, one after another, from the day the clock starts to `until`."""
    calendar = team or default_calendar()
    zone = ZoneInfo(calendar.time_zone)

    def works(day):
        return day.isoweekday() in calendar.working_days and not is_off(
            calendar.holiday_calendar, day
        )

    local = submitted.astimezone(zone)
    day, last = local.date(), until.astimezone(zone).date()
    if not works(day) or local.time() >= calendar.day_ends_at:
        day += ONE_DAY
        while not works(day):
            day += ONE_DAY
    count = 0
    while day < last:
        count += works(day)
        day += ONE_DAY
    return count


def time_to_triage(requests, at):
    """K7 of requests submitted in one month, by the day `at`."""
    genuine = [one for one in requests if not one["is_spam"]]
    lives = []
    for one in genuine:
        is_triaged = one["triaged"] is not None and one["triaged"] <= at
        until = one["triaged"] if is_triaged else at
        lives.append((waited(one["team"], one["submitted"], until), is_triaged))
    median = naive_km_median(lives) if len(lives) >= 5 else None
    judged = [(days, done) for days, done in lives if done or days > IN_TIME]
    in_time = sum(done and days <= IN_TIME for days, done in judged)
    triaged = sum(done for _, done in lives)
    is_open = len(lives) >= 5 and median is None
    return {
        "value": median,
        "numerator": triaged,
        "denominator": len(lives),
        "low": max(days for days, _ in lives) if is_open else None,
        "excluded": _spam(requests),
        "companions": {
            "within_3_days": 100 * in_time / len(judged) if judged else None,
            "still_waiting": len(lives) - triaged,
        },
    }


def duplicates(requests, at):
    """K8 of requests submitted in one month, as known at `at`."""
    genuine = [one for one in requests if not one["is_spam"]]
    standing = [[merge for merge in one["merges"] if _stands(merge, at)] for one in genuine]
    merged = sum(bool(merges) for merges in standing)
    suggested = sum(any(merge["was_suggested"] for merge in merges) for merges in standing)
    return {
        "value": 100 * merged / len(genuine) if genuine else None,
        "numerator": merged,
        "denominator": len(genuine),
        "excluded": _spam(requests),
        "companions": {"suggested": suggested, "found_by_hand": merged - suggested},
    }


def _stands(merge, at):
    return merge["at"] <= at and (merge["undone"] is None or merge["undone"] > at)


def _spam(requests):
    spam = sum(one["is_spam"] for one in requests)
    return {"spam": spam} if spam else {}


def readiness(launches):
    """K9 of launches that went live in one month."""
    by_launch = [
        [_verdict(item, one["live"]) for item in one["items"] if _counts(item, one["live"])]
        for one in launches
    ]
    every = [verdict for verdicts in by_launch for verdict in verdicts]
    aside = {name: every.count(name) for name in ("waived", "not_applicable")}
    judged = [[one for one in verdicts if one not in aside] for verdicts in by_launch]
    whole = [verdicts for verdicts in judged if verdicts]
    complete, total = every.count("complete"), sum(len(verdicts) for verdicts in whole)
    ready = sum(set(verdicts) == {"complete"} for verdicts in whole)
    return {
        "value": 100 * complete / total if total else None,
        "numerator": complete,
        "denominator": total,
        "excluded": {name: count for name, count in aside.items() if count},
        "companions": {
            "launches": sum(bool(verdicts) for verdicts in by_launch),
            "fully_ready_launches": 100 * ready / len(whole) if whole else None,
            "late": every.count("late"),
        },
    }


def _counts(item, live):
    return item["is_required"] and item["added"] <= live


def _verdict(item, live):
    history = [(item["added"], "not_started"), *item["states"]]
    is_done = history[-1][1] == "done"
    if not item["has_history"]:
        if history[-1][1] in {"waived", "not_applicable"}:
            return history[-1][1]
        if not is_done:
            return "incomplete"
        return "complete" if history[-1][0] <= live else "late"
    then = [state for at, state in history if at <= live][-1]
    if then in {"waived", "not_applicable"}:
        return then
    if then == "done":
        return "complete"
    return "late" if is_done else "incomplete"

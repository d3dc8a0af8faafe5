"""K1 a second time, by its sentences, from plain dicts and without the database."""

from datetime import timedelta

from prodops.people.business_time import holidays_of


def accuracy(initiatives, *, start, end, today, calendar):
    """Return the figure of one scope for the days [start, end)."""
    rated, accurate, left_out, why = 0, 0, {"unrated": 0, "paused": 0}, {}
    for look in (each for one in initiatives for each in one["looks"]):
        if not start <= look["at"].date() < end:
            continue
        said = counts_as(look, calendar)
        if said in left_out:
            left_out[said] += 1
            continue
        rated, accurate = rated + 1, accurate + (said == "accurate")
        why[said] = why.get(said, 0) + 1
    return {
        "numerator": accurate,
        "denominator": rated,
        "value": 100 * accurate / rated if rated else None,
        "excluded": {name: count for name, count in left_out.items() if count},
        "companions": {
            **{
                f"accuracy_{name}": why.get(name, 0)
                for name in ("stale", "differs", "unreported", "no_date")
            },
            **calibration(initiatives, start=start, end=min(end, today), calendar=calendar),
            **forecasts(initiatives, start=start, end=end),
        },
    }


def counts_as(look, calendar):
    if look["paused"]:
        return "paused"
    if look["total"] == 0:
        return "unrated"
    is_done = look["left"] == 0
    if look["target"] is None and not is_done:
        return "no_date"
    if not is_done and not look["has_forecast"] and look["at"].date() <= look["target"]:
        return "unrated"
    if look["status"] == "unknown":
        return "unreported"
    colours = {"done", "on_track"} if is_done else {colour(look, calendar)}
    if look["status"] not in colours:
        return "differs"
    return "accurate" if look["at"] - look["reported"] <= timedelta(days=7) else "stale"


def colour(look, calendar):
    if look["p85"] and look["p85"] <= tolerated(look["target"], calendar):
        return "on_track"
    return "at_risk" if look["p50"] and look["p50"] <= look["target"] else "off_track"


def tolerated(day, calendar):
    """Return the fifth working day after a day, counted one by one."""
    left = 5
    while left:
        day += timedelta(days=1)
        is_free = day in holidays_of(calendar.holiday_calendar, day.year)
        left -= day.isoweekday() in calendar.working_days and not is_free
    return day


def ended_on(initiative):
    """Return the first day that saw all work done, or on which people said so."""
    if not any(look["total"] for look in initiative["looks"]):
        return None
    days = [look["at"].date() for look in initiative["looks"] if look["total"] and not look["left"]]
    if initiative["finished"]:
        days.append(initiative["finished"].date())
    return min(days, default=None)


def calibration(initiatives, *, start, end, calendar):
    kept, squares = [], []
    for one in initiatives:
        ended = ended_on(one)
        for look in one["looks"]:
            target = look["target"]
            if target is None or not 22 <= (target - look["at"].date()).days <= 28:
                continue
            last = tolerated(target, calendar)
            if not start <= last + timedelta(days=1) < end:
                continue
            is_kept = ended is not None and ended <= last
            if look["status"] == "on_track":
                kept.append(is_kept)
            if look["chance"] is not None:
                squares.append(100 * (look["chance"] - is_kept) ** 2)
    return {
        "on_track_reports": len(kept),
        "on_track_kept": 100 * sum(kept) / len(kept) if kept else None,
        "brier": sum(squares) / len(squares) if squares else None,
    }


def forecasts(initiatives, *, start, end):
    right = []
    for one in initiatives:
        ended = ended_on(one)
        if ended is None or not start <= ended < end:
            continue
        for look in one["looks"]:
            if look["p85"] and look["at"].date() < ended:
                right.append(ended <= look["p85"])
    return {
        "forecasts_ended": len(right),
        "within_p85": 100 * sum(right) / len(right) if right else None,
    }

"""Throngs of random key results with their histories; each as rows and as plain data."""

from datetime import timedelta
from decimal import Decimal

from planning.models import (
    CheckIn,
    Evidence,
    EvidenceCheck,
    KeyResult,
    KeyResultChange,
    Objective,
    ObjectiveReopening,
)
from tests.reporting.throngs import unwatched
from tests.reporting.throngs_of_records import threads


@unwatched()
def key_results(dice, cycle, teams, *, start, hours):
    """Write objectives of each team with key results; return them as dicts."""
    told = [
        _key_result(dice, team, start, hours)
        for team in [*teams, None]
        for _ in range(dice.choice([0, 1, 2, 3, 5]))
    ]
    dice.shuffle(told)
    by = cycle.committed_by
    owned = Objective.objects.bulk_create(
        _objective_row(one, cycle, by, thread)
        for one, thread in zip(told, threads(len(told), "objective"), strict=True)
    )
    _reopenings(told, owned, by)
    rows = KeyResult.objects.bulk_create(
        _row(one, objective, by) for one, objective in zip(told, owned, strict=True)
    )
    KeyResultChange.objects.bulk_create(
        KeyResultChange(
            key_result=row, direction="up", unit=unit, baseline=low, target=high, by=by, at=at
        )
        for one, row in zip(told, rows, strict=True)
        for at, unit, low, high in one["measures"]
    )
    _reports(told, rows, by)
    return told


def _key_result(dice, team, start, hours):
    def moment(after=0):
        return start + timedelta(hours=dice.randrange(after, hours))

    created = start + timedelta(hours=dice.randrange(dice.choice([5, 300, hours])))
    begun = created + timedelta(hours=dice.randrange(200)) if dice.random() < 0.9 else None
    closed = begun + timedelta(hours=dice.randrange(1, hours)) if begun else None
    return {
        "team": team,
        "created": created,
        "begun": begun,
        **_ends(dice, closed if dice.random() < 0.3 else None),
        "dropped": max(created, moment()) if dice.random() < 0.1 else None,
        "measures": sorted(
            [_measure(dice, created), *(_measure(dice, max(created, moment())) for _ in range(1))],
            key=lambda one: one[0],
        ),
        "reports": sorted(
            (_report(dice, max(created, moment())) for _ in range(dice.choice([0, 1, 2, 4]))),
            key=lambda one: one["at"],
        ),
    }


def _ends(dice, closed):
    """Close it for good, or reopen it some time later."""
    again = closed and dice.random() < 0.4
    return {
        "closed": closed,
        "reopened": closed + timedelta(hours=dice.randrange(1, 900)) if again else None,
    }


def _measure(dice, at):
    low = dice.choice([None, Decimal(0), Decimal(0), Decimal(3)])
    return at, dice.choice(["%", "%", "days", ""]), low, dice.choice([None, *[Decimal(9)] * 4])


def _report(dice, at):
    links = dice.random() < 0.8
    return {
        "at": at,
        "value": dice.choice([None, Decimal(4), Decimal(5)]),
        "looks": sorted(
            (
                (at + timedelta(hours=dice.randrange(0, 400)), dice.random() < 0.5)
                for _ in range(dice.choice([0, 1, 2, 3, 5]))
            ),
            key=lambda one: one[0],
        )
        if links
        else None,
    }


def _objective_row(one, cycle, by, thread):
    state = "draft" if one["begun"] is None else "closed" if _stays_closed(one) else "active"
    over = {"grade": 1, "remark": "Done.", "closed_by": by} if state == "closed" else {}
    return Objective(
        cycle=cycle, title="Throng", owner=by, created_by=by, created_at=one["created"],
        team=one["team"], state=state, activated_at=one["begun"],
        closed_at=one["closed"] if _stays_closed(one) else None,
        thread=thread, **over,
    )  # fmt: skip


def _stays_closed(one):
    return one["closed"] is not None and one["reopened"] is None


def _reopenings(told, objectives, by):
    return ObjectiveReopening.objects.bulk_create(
        ObjectiveReopening(
            objective=objective, closed_at=one["closed"], closed_by=by, grade=1, remark="Done.",
            reason="Not yet.", by=by, at=one["reopened"],
        )
        for one, objective in zip(told, objectives, strict=True)
        if one["reopened"]
    )  # fmt: skip


def _row(one, objective, by):
    _, unit, low, high = one["measures"][-1]
    gone = {"dropped_by": by, "drop_reason": "Moot."} if one["dropped"] else {}
    return KeyResult(
        objective=objective, title="Throng", owner=by, created_by=by, created_at=one["created"],
        unit=unit, baseline=low, target=high, dropped_at=one["dropped"], **gone,
    )  # fmt: skip


def _reports(told, rows, by):
    pairs = [
        (report, CheckIn(
            key_result=row, value=report["value"], comment="So.", confidence="on_track",
            source="hand", by=by, at=report["at"],
        ))
        for one, row in zip(told, rows, strict=True)
        for report in one["reports"]
    ]  # fmt: skip
    CheckIn.objects.bulk_create([row for _, row in pairs])
    linked = [(report, row) for report, row in pairs if report["looks"] is not None]
    links = Evidence.objects.bulk_create(
        Evidence(check_in=row, url="https://wiki.example.com/", label="wiki") for _, row in linked
    )
    EvidenceCheck.objects.bulk_create(
        EvidenceCheck(evidence=link, at=at, is_good=is_good, status=200 if is_good else 404)
        for (report, _), link in zip(linked, links, strict=True)
        for at, is_good in report["looks"]
    )


def evidence_quality(told, until):
    """K13 once more, in plain Python: what is true of each at `until`, one question at a time."""
    there = [one for one in told if one["created"] < until and not _is_over(one, until)]
    drafts = [one for one in there if one["begun"] is None or one["begun"] >= until]
    begun = [one for one in there if one not in drafts]
    dropped = [one for one in begun if one["dropped"] and one["dropped"] < until]
    active = [one for one in begun if one not in dropped]
    answers = [
        (_has_measure(one, until), _has_value(one, until), _has_evidence(one, until))
        for one in active
    ]
    good, whole = sum(all(one) for one in answers), len(answers)
    excluded = {"draft": len(drafts), "dropped": len(dropped)}
    shares = [
        100 * sum(one[place] for one in answers) / whole if whole else None for place in range(3)
    ]
    return {
        "value": 100 * good / whole if whole else None,
        "numerator": good,
        "denominator": whole,
        "excluded": {name: count for name, count in excluded.items() if count},
        "companions": dict(zip(("measured", "fresh_value", "evidenced"), shares, strict=True)),
    }


def _is_over(one, until):
    if one["closed"] is None or one["closed"] >= until:
        return False
    return one["reopened"] is None or one["reopened"] >= until


def _has_measure(one, until):
    then = [measure for measure in one["measures"] if measure[0] < until]
    return bool(then) and then[-1][1] != "" and None not in then[-1][2:]


def _lately(one, until):
    return [r for r in one["reports"] if r["at"] < until and until - r["at"] <= timedelta(days=31)]


def _has_value(one, until):
    return any(report["value"] is not None for report in _lately(one, until))


def _has_evidence(one, until):
    return any(_holds(report["looks"], until) for report in _lately(one, until) if report["looks"])


def _holds(looks, until):
    """Reached once; and of the failures since, none came a day after the first of them."""
    seen = [(at, is_good) for at, is_good in looks if at < until]
    reached = [place for place, (_, is_good) in enumerate(seen) if is_good]
    if not reached:
        return False
    failures = [at for at, _ in seen[reached[-1] + 1 :]]
    return not failures or max(failures) - min(failures) < timedelta(days=1)

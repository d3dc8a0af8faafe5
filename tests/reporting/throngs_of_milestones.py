"""Throngs of random milestones: quarters one after another, each with what became of its own."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from planning.models import Cycle, Decision, Milestone, MilestoneChange
from tests.reporting.throngs import unwatched
from tests.reporting.throngs_of_records import threads

DAY = timedelta(days=1)


def quarters(count):
    """Write `count` quarters that follow each other, in planning, from 2001 on."""
    firsts = [date(2001 + place // 4, place % 4 * 3 + 1, 1) for place in range(count + 1)]
    return Cycle.objects.bulk_create(
        Cycle(
            name=f"From {first}", slug=f"from-{first}", phase="planning", starts_on=first,
            ends_on=following - DAY, thread=thread,
        )
        for first, following, thread in zip(
            firsts[:-1], firsts[1:], threads(count, "cycle"), strict=True
        )
    )  # fmt: skip


@unwatched()
def milestones(dice, cycles, by, zone):
    """Write some milestones for each cycle; return them as dicts by the cycle's primary key."""
    told = {
        cycle.pk: [_one(dice, cycle, zone) for _ in range(dice.randrange(6))] for cycle in cycles
    }
    rows = [(one, cycle) for cycle in cycles for one in told[cycle.pk]]
    owed = [one for one, _ in rows if one["cancelled"]]
    decisions = iter(_decisions(owed, by))
    made = Milestone.objects.bulk_create(
        _row(one, cycle, next(decisions) if one["cancelled"] else None, by) for one, cycle in rows
    )
    MilestoneChange.objects.bulk_create(
        MilestoneChange(
            milestone=row, from_on=one["baseline"] - DAY, to_on=one["baseline"], reason="Later.",
            by=by, at=at,
        )
        for (one, _), row in zip(rows, made, strict=True)
        for at in one["moved"]
    )  # fmt: skip
    return told


def _one(dice, cycle, zone):
    length = (cycle.ends_on - cycle.starts_on).days

    def moment(least=-40):
        on = cycle.starts_on + dice.randint(least, length + 20) * DAY
        edge = dice.choice(
            [time(0), time(23, 59, 59), time(dice.randrange(24), dice.randrange(60))]
        )
        return datetime.combine(on, edge, ZoneInfo(zone))

    baseline = cycle.starts_on + dice.randint(-30, length + 10) * DAY
    near = datetime.combine(baseline + DAY, time(0), ZoneInfo(zone))
    near += dice.choice([-1, 0, 1]) * timedelta(seconds=1)
    fate = dice.choice(["done", "done", "done", "cancelled", "open"])
    cancelled = moment() if fate == "cancelled" else None
    return {
        "baseline": baseline,
        "added": datetime.combine(cycle.starts_on - 45 * DAY, time(9), ZoneInfo(zone)),
        "done": dice.choice([near, moment()]) if fate == "done" else None,
        "cancelled": cancelled,
        "decided": dice.choice([None, moment(), cancelled]) if cancelled else None,
        "moved": [moment() for _ in range(dice.choice([0, 0, 1, 2]))],
    }


def _row(one, cycle, decision, by):
    return Milestone(
        cycle=cycle, title="Throng", owner=by, baseline_on=one["baseline"], due_on=one["baseline"],
        added_by=by, added_at=one["added"], done_at=one["done"],
        done_by=by if one["done"] else None, cancelled_at=one["cancelled"], decision=decision,
    )  # fmt: skip


def _decisions(owed, by):
    return Decision.objects.bulk_create(
        Decision(
            title="Cancel it?", decider=by, opened_at=one["cancelled"], thread=thread,
            **(_decided(one["decided"]) if one["decided"] else {}),
        )
        for one, thread in zip(owed, threads(len(owed), "decision"), strict=True)
    )  # fmt: skip


def _decided(at):
    words = {"decision": "Cancel.", "rationale": "Nobody needs it any more, as we found out."}
    return {"state": "decided", "decided_at": at, **words}

"""Throngs of random key decisions, and K14 once more in plain Python."""

from datetime import timedelta

from planning.models import Decision, DecisionOption
from tests.factories.people import UserFactory
from tests.reporting.second_way_of_records import waited
from tests.reporting.throngs import unwatched
from tests.reporting.throngs_of_records import NUMBERS, initiatives, threads

RATIONALE = "Something else is more important for the customers we have."
EVENTS = ["slip", "drop", "waiver", "go_no_go", "override", "decline", "escalation", "target"]


@unwatched()
def decisions(dice, teams, *, start, hours):
    """Write decisions of each team; return them as dicts."""
    told = [
        _decision(dice, {team, *dice.sample(teams, dice.random() < 0.1)}, start, hours)
        for team in teams
        for _ in range(dice.choice([0, 1, 2, 3, 5]))
    ]
    dice.shuffle(told)
    by = UserFactory(role="ops")
    work = initiatives(by, [one["teams"] for one in told])
    rows = Decision.objects.bulk_create(
        _row(one, initiative, thread, by)
        for one, initiative, thread in zip(told, work, threads(len(told), "decision"), strict=True)
    )
    DecisionOption.objects.bulk_create(
        DecisionOption(
            decision=row, position=place, text="So.", is_chosen=not why, why_rejected=why
        )
        for one, row in zip(told, rows, strict=True)
        for place, why in enumerate(one["options"], start=1)
    )
    _replace(dice, told, rows)
    return told


def _decision(dice, teams, start, hours):
    opened = start + timedelta(minutes=dice.randrange(hours * 60))
    event = dice.choice([*EVENTS, "", ""])
    took = dice.choice([0, 1, 30, 90, 100, 120, 130, 150, 170, 200, 400])
    return {
        "teams": teams,
        "owed": opened,
        "opened": opened + timedelta(hours=5 if event else 0),
        "event": event,
        "is_key": dice.random() < 0.5,
        "decided": opened + timedelta(hours=5 + took) if dice.random() < 0.7 else None,
        "options": dice.choice([[], [""], ["", "Too dear."], ["Too dear."]]),
        "replaces": None,
    }


def _row(one, initiative, thread, by):
    is_decided, event = one["decided"] is not None, one["event"]
    return Decision(
        title="Throng",
        decision="Yes." if is_decided else "",
        rationale=RATIONALE if is_decided else "",
        decider=by if is_decided else None,
        opened_at=one["opened"],
        decided_at=one["decided"],
        state="decided" if is_decided else "stub",
        event=event,
        event_at=one["owed"] if event else None,
        cause=f"throng:{next(NUMBERS)}" if event else "",
        is_key=one["is_key"],
        initiative=initiative,
        thread=thread,
    )


def _replace(dice, told, rows):
    """Let some of the decided ones be replaced by others, each by one at most."""
    decided = [place for place, one in enumerate(told) if one["decided"]]
    dice.shuffle(decided)
    pairs = list(zip(decided[::4], decided[1::4], strict=False))
    for newer, older in pairs:
        told[newer]["replaces"] = told[older]
        rows[newer].supersedes, rows[older].state = rows[older], "superseded"
    Decision.objects.bulk_update([rows[older] for _, older in pairs], ["state"])
    Decision.objects.bulk_update([rows[newer] for newer, _ in pairs], ["supersedes"])


def counts(one):
    return bool(one["event"] or one["is_key"])


def completeness(told, at):
    """K14 of what was owed in one month, as known at `at`."""
    owed = [one for one in told if counts(one)]
    replacing = [
        one for one in owed if not one["event"] and one["replaces"] and counts(one["replaces"])
    ]
    rest = [one for one in owed if not any(one is other for other in replacing)]
    open_ones = [one for one in rest if one["decided"] is None or one["decided"] > at]
    early = [one for one in open_ones if _days(one["owed"], at) <= 5]
    done = [one for one in rest if one["decided"] is not None and one["decided"] <= at]
    days = [_days(one["owed"], one["decided"]) for one in done]
    in_time = [one for one, took in zip(done, days, strict=True) if took <= 5]
    whole = [one for one in in_time if any(one["options"])]
    total = len(rest) - len(early)
    excluded = {"not_due": len(early), "replacing": len(replacing)}
    return {
        "value": 100 * len(whole) / total if total else None,
        "numerator": len(whole),
        "denominator": total,
        "excluded": {name: count for name, count in excluded.items() if count},
        "companions": {
            "undecided": len(open_ones) - len(early),
            "decided_late": len(done) - len(in_time),
            "one_sided": len(in_time) - len(whole),
            "days_to_decide": sorted(days)[(len(days) - 1) // 2] if len(days) >= 5 else None,
        },
    }


def _days(since, until):
    return waited(None, since, until)

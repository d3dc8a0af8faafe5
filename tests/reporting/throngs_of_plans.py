"""Throngs of random plans: a team's commitments of one cycle, what became of them, their work."""

import itertools
from datetime import timedelta

from planning.models import Commitment, Decision, InitiativeEpic
from prodops.integrations.jira.models import JiraChange, JiraIssue
from tests.factories import jira
from tests.reporting.throngs import unwatched
from tests.reporting.throngs_of_records import NUMBERS, initiatives, threads

STEPS = {"To Do": "queue", "In Progress": "active", "Done": "finished"}


@unwatched()
def plans(dice, cycle, teams, *, start, hours):
    """Write a plan for each team; return the commitments as dicts for `oracles.predictability`."""
    told = [
        _commitment(dice, {team, *dice.sample(teams, dice.random() < 0.1)}, start, hours)
        for team in teams
        for _ in range(dice.choice([0, 1, 1, 2, 3, 5]))
    ]
    dice.shuffle(told)
    by = cycle.committed_by
    made = initiatives(by, [one["teams"] for one in told])
    decisions = _decisions(told, by)
    Commitment.objects.bulk_create(
        _commitment_row(one, cycle, initiative, decision)
        for one, initiative, decision in zip(told, made, decisions, strict=True)
    )
    _work_of(told, made, by)
    return told


def _commitment(dice, teams, start, hours):
    def moment(after=0):
        return start + timedelta(hours=dice.randrange(after, hours))

    added = start + timedelta(hours=dice.randrange(dice.choice([200, 200, 200, hours])))
    end, fate = max(moment(), added), dice.choice(["finished", "finished", "dropped", "open"])
    dropped = end if fate == "dropped" else None
    planned = dice.choice([None, None, *range(1, 11)])
    actual = dice.choice([None, *range(11)]) if planned and not dropped else None
    is_decided = dropped is not None and dice.random() < 0.6
    return {
        "kind": dice.choice(["committed", "committed", "committed", "stretch"]),
        "teams": teams,
        "added": added,
        "dropped": dropped,
        "decided": max(moment(), dropped) if is_decided else None,
        "finished": end if fate == "finished" else None,
        "planned": planned,
        "actual": actual,
        "issues": [
            {
                "points": dice.choice([None, 0.0, 1.0, 2.0, 3.0, 5.0, 8.0]),
                "visits": [
                    (at, dice.choice(list(STEPS)))
                    for at in sorted(moment() for _ in range(dice.randint(1, 3)))
                ],
            }
            for _ in range(dice.choice([0, 0, 1, 2]))
        ],
    }


def _decisions(told, by):
    owed = [one for one in told if one["decided"]]
    rows = Decision.objects.bulk_create(
        Decision(
            title="Drop it?",
            decision="Yes.",
            rationale="Something else is more important for the customers we have.",
            decider=by,
            opened_at=one["dropped"],
            decided_at=one["decided"],
            state="decided",
            thread=thread,
        )
        for one, thread in zip(owed, threads(len(owed), "decision"), strict=True)
    )
    found = iter(rows)
    return [next(found) if one["decided"] else None for one in told]


def _commitment_row(one, cycle, initiative, decision):
    by = cycle.committed_by
    late = {"was_unplanned": True, "add_reason": "customer", "add_note": "They asked."}
    values = {"planned_value": one["planned"], "actual_value": one["actual"]}
    drop = {"dropped_by": by, "drop_reason": "priority", "drop_note": "Something else first."}
    return Commitment(
        cycle=cycle,
        initiative=initiative,
        kind=one["kind"],
        added_at=one["added"],
        added_by=by,
        dropped_at=one["dropped"],
        drop_decision=decision,
        finished_at=one["finished"],
        **(late if cycle.is_frozen(one["added"]) else values),
        **(drop if one["dropped"] else {}),
    )


def _work_of(told, made, by):
    """Write the issues of each initiative with their histories, and link them."""
    statuses = {name: jira.status(name) for name in STEPS}
    project, kind = jira.project(), jira.issue_type()
    pairs = [
        (initiative, issue, _issue_row(issue, project, kind, statuses))
        for one, initiative in zip(told, made, strict=True)
        for issue in one["issues"]
    ]
    JiraIssue.objects.bulk_create([row for _, _, row in pairs])
    JiraChange.objects.bulk_create(
        _move(row, at, statuses[before], statuses[after])
        for _, issue, row in pairs
        for (_, before), (at, after) in itertools.pairwise(issue["visits"])
    )
    InitiativeEpic.objects.bulk_create(
        InitiativeEpic(initiative=initiative, issue=row, by=by, at=row.created)
        for initiative, _, row in pairs
    )
    for _, issue, _ in pairs:
        issue["visits"] = [(at, STEPS[name]) for at, name in issue["visits"]]


def _issue_row(issue, project, kind, statuses):
    number = next(NUMBERS)
    return JiraIssue(
        connection=project.connection, jira_id=f"plan-{number}", key=f"PLAN-{number}",
        project=project, issue_type=kind, status=statuses[issue["visits"][-1][1]],
        summary="Work", story_points=issue["points"], created=issue["visits"][0][0],
        updated=issue["visits"][-1][0], synced_at=issue["visits"][-1][0], content_hash=b"",
        change_count=len(issue["visits"]) - 1,
    )  # fmt: skip


def _move(row, at, before, after):
    return JiraChange(
        issue=row, history_id=str(next(NUMBERS)), position=0, at=at, field="status",
        field_id="status", from_id=before.jira_id, from_text=before.name, to_id=after.jira_id,
        to_text=after.name,
    )  # fmt: skip

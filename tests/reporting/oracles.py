"""A second, plain-Python way to the same figures, to compare with."""

import math
from datetime import timedelta

from prodops.integrations.jira.models import JiraChange, JiraIssue, JiraStatus


def flow_of(issue: JiraIssue) -> dict:
    """Walk the changelog of one issue step by step; return the facts IssueFlow should hold."""
    steps = {
        one.jira_id: one.step for one in JiraStatus.objects.filter(connection=issue.connection)
    }
    changes = list(JiraChange.objects.filter(issue=issue, field="status"))
    changes.sort(key=lambda c: (c.at, len(c.history_id), c.history_id, c.position))
    seed = changes[0].from_id if changes else issue.status.jira_id
    visits = [(issue.created, steps.get(seed, "queue"))]
    visits += [(change.at, steps.get(change.to_id, "queue")) for change in changes]
    there = {"deleted_at": issue.deleted_at, "team_id": issue.project.team_id}
    return walked(visits) | there


def walked(visits) -> dict:
    """Return what became of an issue that entered these steps, one (moment, step) after another."""
    started = next((at for at, step in visits if step == "active"), None)
    last_at, last_step = visits[-1]
    reopened = 0
    for (_, before), (_, after) in zip(visits, visits[1:], strict=False):
        if before == "finished" and after in {"queue", "active"}:
            reopened += 1
    return {
        "step": last_step,
        "started_at": started,
        "finished_at": last_at if last_step == "finished" else None,
        "abandoned_at": last_at if last_step == "abandoned" else None,
        "reopened": reopened,
        "visits": visits,
    }


def step_at(visits, at):
    """Return (step, entered_at) at a moment, or None before the issue was born."""
    found = None
    for entered, step in visits:
        if entered <= at:
            found = (step, entered)
    return found


def nearest_rank(values, share):
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def days(span: timedelta) -> float:
    return span.total_seconds() / 86_400


def naive_km_median(lives):
    """Product-limit by its textbook definition, one moment after another, in fractions."""
    from fractions import Fraction

    surviving = Fraction(1)
    for moment in sorted({time for time, ended in lives if ended}):
        at_risk = sum(1 for time, _ in lives if time >= moment)
        ended = sum(1 for time, done in lives if done and time == moment)
        surviving *= 1 - Fraction(ended, at_risk)
        if surviving <= Fraction(1, 2):
            return moment
    return None


def promised_of(plan, *, freezes_at, turns_at, until):
    """Return what of a plan was promised: K3's denominator."""
    promised = [
        one
        for one in plan
        if one["kind"] == "committed"
        and one["added"] < min(freezes_at, until)
        and not (one["dropped"] and one["dropped"] < min(freezes_at, until))
    ]
    return [
        one
        for one in promised
        if not (
            one["dropped"]
            and one["dropped"] < min(turns_at, until)
            and one["decided"]
            and one["decided"] < turns_at
        )
    ]


def predictability(plan, *, until, **moments):
    """K3 by its sentences, from dicts: (delivered, promised, points finished, points promised)."""
    promised = promised_of(plan, until=until, **moments)
    delivered = [one for one in promised if one["finished"] and one["finished"] < until]
    issues = [issue for one in promised for issue in one["issues"] if issue["points"] is not None]
    born = [issue for issue in issues if issue["visits"][0][0] < until]
    finished = [issue for issue in born if last_step(issue["visits"], until) == "finished"]
    return (
        len(delivered),
        len(promised),
        sum(issue["points"] for issue in finished),
        sum(issue["points"] for issue in born),
    )


def business_value(plan, *, until, freezes_at, turns_at):
    """SAFe's variant of K3 by its sentences; nothing where nobody gave a value."""
    promised = promised_of(plan, until=until, freezes_at=freezes_at, turns_at=turns_at)
    stretch = [
        one for one in plan if one["kind"] == "stretch" and one["added"] < min(freezes_at, until)
    ]
    if not any(one["planned"] for one in promised + stretch):
        return {}
    reached = planned = left_out = 0
    for one in promised:
        if one["planned"] and (one["dropped"] or one["actual"] is not None):
            planned += one["planned"]
            reached += one["actual"] or 0
        else:
            left_out += 1
    for one in stretch:
        reached += one["actual"] or 0
        left_out += one["actual"] is None and not one["dropped"]
    return {
        "value_share": 100 * (reached / planned) if planned else None,
        "value_reached": reached,
        "value_planned": planned,
        "unvalued": left_out,
    }


def last_step(visits, before):
    """Return the step an issue stood in just before a moment."""
    return [step for entered, step in visits if entered < before][-1]

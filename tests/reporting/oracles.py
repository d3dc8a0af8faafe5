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
        "deleted_at": issue.deleted_at,
        "team_id": issue.project.team_id,
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


def predictability(plan, *, freezes_at, turns_at, until):
    """K3 by its sentences, from dicts: (delivered, promised, points finished, points promised)."""
    promised = [
        one
        for one in plan
        if one["kind"] == "committed"
        and one["added"] < min(freezes_at, until)
        and not (one["dropped"] and one["dropped"] < min(freezes_at, until))
    ]
    promised = [
        one
        for one in promised
        if not (
            one["dropped"]
            and one["dropped"] < min(turns_at, until)
            and one["decided"]
            and one["decided"] < turns_at
        )
    ]
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


def last_step(visits, before):
    """Return the step an issue stood in just before a moment."""
    return [step for entered, step in visits if entered < before][-1]


def blocked_hours(visits, flags, *, started, until):
    """Count the whole hours, one after another, in which an issue was flagged or stood blocked."""

    def last(pairs, moment, first):
        return [value for at, value in [(moment, first), *pairs] if at <= moment][-1]

    hours, moment = 0, started
    while moment < until:
        name = last(visits, moment, visits[0][1])
        hours += name.startswith("Blocked") or last(flags, moment, False)
        moment += timedelta(hours=1)
    return hours


def released_at(finished, ways_out, until):
    """Return when finished work reached people, or None: `ways_out` are moments or None."""
    if not ways_out:
        return finished
    out = [moment for moment in ways_out if moment is not None and moment <= until]
    return max(finished, min(out)) if out else None


def checks_of(issue, *, at, estimating, children):
    """K16 for one issue: check → True passed, False failed; what does not apply is left out."""
    facts, level, parent = flow_of(issue), issue.issue_type.level, issue.parent
    is_open = facts["step"] in {"queue", "active"}
    is_done = issue.status.category == "done"
    found = {"priority": bool(issue.priority)}
    if level >= 0:
        found["description"] = bool(issue.description)
    if facts["started_at"] and facts["started_at"] <= at and level <= 0:
        found["assignee"] = issue.assignee_id is not None
    if level < 0 or issue.parent_key:
        is_there = parent is not None and parent.deleted_at is None
        found["parent"] = is_there and parent.issue_type.level > level
    if is_open:
        found["fresh"] = issue.updated >= at - timedelta(days=60)
    if not issue.project.is_team_managed:
        found["resolution"] = bool(issue.resolution) == is_done
    if is_done and level >= 0:
        steps = [(flow_of(child)["step"], child.deleted_at) for child in children]
        found["children"] = not any(
            step in {"queue", "active"} and not gone for step, gone in steps
        )
    if level == 0 and issue.project_id in estimating:
        found["estimate"] = issue.story_points is not None
    return found

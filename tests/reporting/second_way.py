"""K4, K5, K16 and T1 once more, in plain Python from made-up issues (`throngs.Issue`).

Each function returns what a `Figure` should hold, as a dict of its fields.
"""

from collections import Counter, defaultdict
from datetime import timedelta
from functools import cache, cached_property

import numpy

from reporting.metrics.governance import CHECKS
from tests.reporting.oracles import days, nearest_rank, step_at, walked
from tests.reporting.throngs import HOURS, START, STEPS

DONE = {"Done", "Won't Do"}
OPEN = {"queue", "active"}
LONG = 5.0


class Life:
    """What became of one issue: its stays by step, its start, its end."""

    def __init__(self, issue):
        self.issue = issue
        facts = walked([(at, STEPS[name]) for at, name in issue.visits])
        self.visits, self.started = facts["visits"], facts["started_at"]
        self.step, self.reopened = facts["step"], facts["reopened"]
        self.finished, self.abandoned = facts["finished_at"], facts["abandoned_at"]
        self.is_done = issue.visits[-1][1] in DONE

    def is_there(self, start):
        return self.issue.deleted is None or self.issue.deleted >= start

    @cached_property
    def blocked(self):
        return marked(self.issue)

    @property
    def cycle(self):
        return days(self.finished - self.started) if self.started else None

    @property
    def lead(self):
        return days(self.finished - self.issue.born)


def inside(moment, start, end, at):
    return moment is not None and start <= moment < end and moment <= at


def shown(values, share):
    return nearest_rank(values, share) if len(values) >= 5 else None


def throughput(lives, start, end, at):
    """T1, and what is counted beside it."""
    there = [life for life in lives if life.is_there(start)]
    done = [life for life in there if inside(life.finished, start, end, at)]
    abandoned = sum(inside(life.abandoned, start, end, at) for life in there)
    return {
        "value": len(done),
        "numerator": len(done),
        "n": len(done),
        "excluded": {"abandoned": abandoned} if abandoned else {},
        "companions": {"reopened": sum(life.reopened > 0 for life in done)},
    }


def cycle_time(lives, start, end, at):
    """K4 with all that stands beside it."""
    counted = throughput(lives, start, end, at)
    there = [life for life in lives if life.is_there(start)]
    done = [life for life in there if inside(life.finished, start, end, at)]
    cycles = [life.cycle for life in done if life.started]
    leads = [life.lead for life in done]
    aside = {"no_start": len(done) - len(cycles), **counted["excluded"]}
    return {
        "value": shown(cycles, 0.5),
        "numerator": len(cycles),
        "denominator": len(done),
        "n": len(cycles),
        "excluded": {name: count for name, count in aside.items() if count},
        "companions": {
            "p85": shown(cycles, 0.85),
            "lead_median": shown(leads, 0.5),
            "lead_p85": shown(leads, 0.85),
            **counted["companions"],
            **_released(there, start, end, at),
            **_by_class(done),
        },
    }


def _released(there, start, end, at):
    inside, held = [], 0
    for life in there:
        if life.finished is None or life.finished >= end or life.finished > at:
            continue
        ways = [version.out for version in life.issue.versions if version.counts]
        open_ones = [out for out in ways if out is not None and out <= at and out < end]
        out = max(life.finished, min(open_ones)) if open_ones else None
        out = out if ways else life.finished
        if out is None:
            held += life.finished >= start
        elif out >= start:
            inside.append((life, out, bool(ways)))
    cycles = [days(out - life.started) for life, out, _ in inside if life.started]
    return {
        "shipped_median": shown(cycles, 0.5),
        "shipped_p85": shown(cycles, 0.85),
        "shipped_lead_median": shown([days(out - life.issue.born) for life, out, _ in inside], 0.5),
        "shipped": len(inside),
        "by_release": sum(has_way for _, _, has_way in inside),
        "unreleased": held,
    }


def _by_class(done):
    by_class = defaultdict(list)
    for life in done:
        if life.started:
            by_class[life.issue.service_class].append(life.cycle)
    found = {}
    for name, cycles in by_class.items():
        found[f"{name}_n"] = len(cycles)
        found[f"{name}_median"] = shown(cycles, 0.5)
        found[f"{name}_p85"] = shown(cycles, 0.85)
    return found


class Standing:
    """K5 at a moment: what is in progress, and what is normal for its kind."""

    def __init__(self, teams, at):
        self.at, self.rows = at, defaultdict(list)
        cycles = defaultdict(list)
        for team, lives in teams.items():
            for life in lives:
                self._sort(team, life, cycles)
        self.normal = cache(lambda team, kind: self._normal(cycles, team, kind))

    def _sort(self, team, life, cycles):
        now = step_at(life.visits, self.at)
        gone = life.issue.deleted is not None and life.issue.deleted <= self.at
        if now is None or gone or life.started is None or life.started > self.at:
            return
        step, entered = now
        if step in OPEN:
            self.rows[team].append(life)
        elif step == "finished":
            took, ago = days(entered - life.started), days(self.at - entered)
            kind = life.issue.type
            cycles[team, kind, 180].append(took)
            cycles[kind].append(took)
            if ago <= 90:
                cycles[team, kind, 90].append(took)

    def _normal(self, cycles, team, kind):
        for key in ((team, kind, 90), (team, kind, 180), kind):
            if len(cycles[key]) >= 10:
                return nearest_rank(cycles[key], 0.5)
        return None

    def figure(self, teams):
        """Return the figure of these teams together."""
        rows = [(team, life) for team in teams for life in self.rows[team]]
        normals = [self.normal(team, life.issue.type) for team, life in rows]
        blocked = [blocked_days(life, self.at) for _, life in rows]
        unknown = normals.count(None)
        whole = len(rows) - unknown
        stalled = sum(
            days(self.at - life.started) > 2 * normal
            for (_, life), normal in zip(rows, normals, strict=True)
            if normal is not None
        )
        return {
            "value": 100 * stalled / whole if whole else None,
            "numerator": stalled,
            "denominator": whole,
            "excluded": {"no_normal": unknown} if unknown else {},
            "companions": {
                "in_progress": len(rows),
                "blocked_now": sum(is_on for _, is_on in blocked),
                "blocked_long": 100 * sum(took > LONG for took, _ in blocked) / len(rows)
                if rows
                else None,
            },
        }


def blocked_days(life, at):
    """Count the hours since its start that are marked; is the last one?"""
    return life.blocked[hour(life.started) : hour(at)].sum() / 24, bool(life.blocked[hour(at)])


def marked(issue):
    """Mark every hour in which it was flagged or stood blocked."""
    marks = numpy.zeros((2, HOURS + 1), dtype=bool)
    for moment, name in issue.visits:
        marks[0, hour(moment) :] = name == "Blocked"
    marks[1, hour(issue.born) :] = issue.is_flagged and not issue.flags
    for moment, is_on in issue.flags:
        marks[1, hour(moment) :] = is_on
    return marks.any(axis=0)


def hour(moment):
    return int((moment - START) / timedelta(hours=1))


def data_quality(lives, start, end, at):
    """K16; `lives` are (life, its project's types or None, whether it estimates, open children)."""
    at = min(at, end)
    passed, applied, issues = Counter(), Counter(), 0
    for life, *around in lives:
        ended = life.finished or life.abandoned
        is_in = life.issue.born < end and life.issue.born <= at and life.is_there(start)
        if is_in and (ended is None or ended >= start):
            issues += 1
            for name, is_passed in checks(life, at, *around).items():
                passed[name] += is_passed
                applied[name] += 1
    unknown = issues - applied["type"]
    aside = issues * len(CHECKS) - applied.total() - unknown
    excluded = {"not_applicable": aside, "type_unknown": unknown}
    whole = applied.total()
    return {
        "value": 100 * passed.total() / whole if whole else None,
        "numerator": passed.total(),
        "denominator": whole,
        "excluded": {name: count for name, count in excluded.items() if count},
        "companions": {"issues": issues}
        | {name: 100 * passed[name] / count for name, count in applied.items() if count},
    }


def checks(life, at, types, is_team_managed, is_estimating, open_children):
    """Return check → passed, of one issue; what does not apply is left out."""
    issue, given = life.issue, life.issue.fields
    found = {"priority": bool(given["priority"])}
    if types is not None:
        found["type"] = f"type-{issue.type}" in types
    if issue.level >= 0:
        found["description"] = bool(given["description"])
    if life.started and life.started <= at and issue.level <= 0:
        found["assignee"] = given["assignee"]
    if issue.level < 0 or issue.parent or given["parent_key"]:
        parent = issue.parent
        is_there = parent is not None and parent.deleted is None
        found["parent"] = is_there and parent.level > issue.level
    if life.step in OPEN:
        found["fresh"] = issue.updated >= at - timedelta(days=60)
    if not is_team_managed:
        found["resolution"] = bool(given["resolution"]) == life.is_done
    if life.is_done and issue.level >= 0:
        found["children"] = not open_children
    if issue.level == 0 and is_estimating:
        found["estimate"] = given["story_points"] is not None
    return found

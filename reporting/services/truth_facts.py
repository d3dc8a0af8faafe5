"""What Jira says about every active initiative at a moment, as of then: for the truth checks."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from planning.models import Initiative
from planning.models.forecast import WINDOW_DAYS
from planning.models.simulation import Pace
from planning.models.truth_facts import TruthFacts
from prodops.integrations.jira.models import JiraProject
from prodops.integrations.models import Connection, SkippedRecord
from prodops.people.models import Team
from reporting.metrics import ageing, periods
from reporting.metrics.evidence import select
from reporting.services import truth_queries as queries
from reporting.services.truth_scope import Scopes, scopes_of

ENOUGH = 10
OLD = timedelta(days=1)
SHOWN = 50

Crew = tuple[int | None, int | None]
"""A team, or the project of issues whose project belongs to none."""


class Counted(NamedTuple):
    """An issue that counts towards an initiative, as it stood at the moment."""

    initiative: int
    issue: int
    linked_at: datetime
    team: int | None
    project: int
    connection: int
    key: str
    summary: str
    points: float | None
    created_at: datetime
    step: str
    entered_at: datetime
    is_blocked: bool
    synced_at: datetime

    @property
    def is_open(self) -> bool:
        return self.step != "finished"

    @property
    def crew(self) -> Crew:
        return (self.team, None if self.team else self.project)


@dataclass
class Surroundings:
    """What the facts of all initiatives share: the pace of every crew, ages, names, the syncs."""

    at: datetime
    finished: dict[Crew, Counter]
    belonging: dict[Crew, int]
    medians: dict[Crew, tuple[int, float | None]]
    busy: dict[Crew, set[int]]
    standing: dict[int, ageing.Standing]
    names: dict[Crew, str]
    connections: dict[int, Connection]
    hidden: Counter

    def days(self) -> list:
        today = timezone.localdate(self.at, timezone.get_default_timezone())
        return [today - timedelta(days=back) for back in range(WINDOW_DAYS, 0, -1)]


def gather(initiatives: Iterable[Initiative], *, at: datetime) -> dict[int, TruthFacts]:
    """Return the facts of each initiative by primary key, as things stood at `at`.

    All active initiatives are read, for their teams share their pace among them.
    """
    wanted = {one.pk for one in initiatives}
    active = set(active_initiatives().values_list("pk", flat=True)) | wanted
    rows = [
        Counted(*row) for row in select(queries.COUNTED, {"initiatives": list(active), "at": at})
    ]
    around = _surroundings(rows, at)
    scopes = scopes_of(wanted, [row for row in rows if row.initiative in wanted], at)
    by_initiative: dict[int, list[Counted]] = defaultdict(list)
    for row in rows:
        by_initiative[row.initiative].append(row)
    return {pk: _facts(by_initiative[pk], around, scopes, pk) for pk in wanted}


def active_initiatives():
    """Return the initiatives whose reports are held against Jira: begun and not over."""
    return Initiative.objects.unfinished().exclude(stage=Initiative.Stage.IDEA)


def _facts(rows: list[Counted], around: Surroundings, scopes: Scopes, pk: int) -> TruthFacts:
    paces, gaps = _paces(rows, around, pk)
    return TruthFacts(
        total=len(rows),
        done=sum(not row.is_open for row in rows),
        started=sum(row.step == "active" for row in rows),
        last_moved_at=max((row.entered_at for row in rows), default=None),
        synced_at=max((row.synced_at for row in rows), default=None),
        paces=paces,
        standing=_standing(rows, around),
        scope=scopes.words(pk, around.connections),
        gaps={**gaps, **_unseen(rows, around)},
    )


def _paces(rows: list[Counted], around: Surroundings, pk: int) -> tuple[tuple[Pace, ...], dict]:
    """Return the pace of each crew that has something left, and what stands in its way."""
    left = Counter(row.crew for row in rows if row.is_open)
    since = periods.midnight(around.days()[0])
    own = Counter(row.crew for row in rows if not row.is_open and row.entered_at >= since)
    paces, gaps = [], defaultdict(list)
    for crew, remaining in sorted(left.items(), key=lambda each: around.names[each[0]]):
        pace = _pace(crew, remaining, own, around)
        paces.append(pace)
        if not pace.is_known:
            gaps["no_throughput"].append(pace.team)
        elif pace.days_each is not None:
            gaps["by_cycle_time"].append(pace.team)
        elif sum(map(bool, pace.finished)) < ENOUGH:
            gaps["few_days"].append(f"{sum(map(bool, pace.finished))} ({pace.team})")
    return tuple(paces), {name: ", ".join(found) for name, found in gaps.items()}


def _pace(crew: Crew, remaining: int, own: Counter, around: Surroundings) -> Pace:
    """Return how a crew gets on: its days where it finished enough, else its median cycle time."""
    by_day = around.finished[crew]
    total, name = sum(by_day.values()), around.names[crew]
    if total >= ENOUGH:
        return Pace(
            team=name,
            remaining=remaining,
            finished=tuple(by_day[day] for day in around.days()),
            share=_share(crew, own, total, around),
        )
    _, median = around.medians.get(crew, (0, None))
    return Pace(team=name, remaining=remaining, days_each=median)


def _share(crew: Crew, own: Counter, total: int, around: Surroundings) -> float:
    """Return the chance that what a crew finishes is of this initiative.

    What it was lately, where ten of its issues or more were finished; before that an equal part
    of what the crew does for initiatives at all.
    """
    if sum(own.values()) >= ENOUGH:
        return own[crew] / total
    return around.belonging[crew] / total / max(len(around.busy[crew]), 1)


def _standing(rows: list[Counted], around: Surroundings) -> list[dict[str, Any]]:
    """Return the open issues that are blocked or ageing, the oldest first."""
    found: list[dict[str, Any]] = []
    for row in rows:
        known = around.standing.get(row.issue)
        is_stalled = bool(known and known.is_stalled)
        if row.is_open and (row.is_blocked or is_stalled):
            found.append(
                {
                    "key": row.key,
                    "summary": row.summary[:200],
                    "url": around.connections[row.connection].browse_url(row.key),
                    "is_blocked": row.is_blocked,
                    "is_stalled": is_stalled,
                    "age": round(known.age, 1) if known else None,
                    "normal": round(known.normal, 1) if known and known.normal else None,
                    "basis": known.basis if known else "",
                }
            )
    return sorted(found, key=lambda one: -(one["age"] or 0))[:SHOWN]


def _unseen(rows: list[Counted], around: Surroundings) -> dict[str, str]:
    """Say what of the initiative's own issues could not be read, or not lately."""
    if not rows:
        return {"no_issues": ""}
    open_rows = [row for row in rows if row.is_open]
    bare = sum(row.points is None for row in open_rows)
    sites = {row.connection for row in rows}
    synced = [around.connections[pk].last_good_at for pk in sites]
    oldest = min((each for each in synced if each), default=None)
    hidden = sum(around.hidden[pk] for pk in sites)
    lost = {around.names[row.crew] for row in open_rows if row.team is None}
    words = {
        "no_estimates": f"{bare} of {len(open_rows)}" if bare else "",
        "no_team": ", ".join(sorted(lost)),
        "old_sync": f"{timezone.localtime(oldest):%-d %b %Y, %H:%M}"
        if oldest and around.at - oldest > OLD
        else "",
        "hidden": str(hidden) if hidden else "",
    }
    return {name: detail for name, detail in words.items() if detail}


def _finished(at: datetime) -> tuple[dict[Crew, Counter], Counter]:
    """Return how many issues each crew finished by day, and how many of them for initiatives."""
    today = timezone.localdate(at, timezone.get_default_timezone())
    window = {
        "at": at,
        "zone": settings.TIME_ZONE,
        "since": periods.midnight(today - timedelta(days=WINDOW_DAYS)),
        "until": periods.midnight(today),
    }
    finished: dict[Crew, Counter] = defaultdict(Counter)
    belonging: Counter = Counter()
    for team, project, day, count, counted in select(queries.FINISHED, window):
        finished[team, project][day] += count
        belonging[team, project] += counted
    return finished, belonging


def _surroundings(rows: list[Counted], at: datetime) -> Surroundings:
    finished, belonging = _finished(at)
    medians = {row[:2]: row[2:] for row in select(queries.MEDIANS, {"at": at})}
    busy = defaultdict(set)
    for row in rows:
        if row.is_open:
            busy[row.crew].add(row.initiative)
    unresolved = SkippedRecord.objects.unresolved().values_list("connection", flat=True)
    return Surroundings(
        at=at,
        finished=finished,
        belonging=belonging,
        medians=medians,
        busy=busy,
        standing={one.issue_id: one for one in ageing.started(at)},
        names=_names(),
        connections=Connection.objects.in_bulk(),
        hidden=Counter(unresolved),
    )


def _names() -> dict[Crew, str]:
    teams = {(pk, None): name for pk, name in Team.objects.values_list("pk", "name")}
    projects = JiraProject.objects.values_list("pk", "name")
    return teams | {(None, pk): name for pk, name in projects}

"""What came into an initiative and what left it since the commit, from Jira's own history."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from planning.models import Commitment, Cycle
from prodops.integrations.models import Connection
from reporting.metrics.evidence import select
from reporting.services import truth_queries as queries

SHOWN = 50


class Change(NamedTuple):
    """An issue that was added or removed, how, and when."""

    at: datetime
    how: str
    connection: int
    key: str
    summary: str


class Commit(NamedTuple):
    """Since when changes count, and the cycle that committed the initiative."""

    at: datetime
    cycle: str


@dataclass
class Scopes:
    """By initiative: its commit, and by issue what was added and removed since."""

    commits: dict[int, Commit] = field(default_factory=dict)
    added: dict[int, dict[int, Change]] = field(default_factory=lambda: defaultdict(dict))
    removed: dict[int, dict[int, Change]] = field(default_factory=lambda: defaultdict(dict))

    def words(self, initiative: int, connections: dict[int, Connection]) -> dict[str, Any]:
        """Return what is kept of it; nothing where no committed cycle holds the initiative."""
        commit = self.commits.get(initiative)
        if commit is None:
            return {}
        added, removed = self.added[initiative], self.removed[initiative]
        return {
            "since": commit.at.isoformat(),
            "cycle": commit.cycle,
            "added_count": len(added),
            "removed_count": len(removed),
            "added": [_words(one, connections) for one in sorted(added.values())[:SHOWN]],
            "removed": [_words(one, connections) for one in sorted(removed.values())[:SHOWN]],
        }


def scopes_of(initiatives: Collection[int], rows: Iterable[Any], at: datetime) -> Scopes:
    """Return what changed in the scope of `initiatives` by `at`.

    `rows` are the issues that count at `at`: `truth_facts.Counted`. Added is what was created,
    linked or moved below a linked issue after the commit and counts; removed is what stood below
    one at the commit and was moved away, deleted or abandoned since.
    """
    scopes = Scopes(commits=_commits(initiatives, at))
    if not scopes.commits:
        return scopes
    counted: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        counted[row.initiative].add(row.issue)
        commit = scopes.commits.get(row.initiative)
        if commit:
            _note_new(scopes, row, commit)
    above = _above(scopes)
    _note_moves(scopes, above, counted, at)
    _note_gone(scopes, above, at)
    return scopes


def _commits(initiatives: Collection[int], at: datetime) -> dict[int, Commit]:
    """Return the commit that holds each initiative now, the latest where several do."""
    held = (
        Commitment.objects.standing()
        .filter(initiative__in=initiatives, cycle__committed_at__lte=at, added_at__lte=at)
        .exclude(cycle__phase=Cycle.Phase.CLOSED)
        .select_related("cycle")
        .order_by("cycle__starts_on", "pk")
    )
    return {
        one.initiative_id: Commit(max(one.cycle.committed_at, one.added_at), one.cycle.name)
        for one in held
    }


def _note_new(scopes: Scopes, row: Any, commit: Commit) -> None:
    began = max(row.created_at, row.linked_at)
    if began > commit.at:
        how = "created" if row.created_at > commit.at else "linked"
        change = Change(began, how, row.connection, row.key, row.summary)
        scopes.added[row.initiative][row.issue] = change


def _above(scopes: Scopes) -> list[tuple[int, int, int, set[str]]]:
    """Return (initiative, issue, connection, its names) of all that has counted issues below."""
    rows = select(queries.ANCESTORS, {"initiatives": list(scopes.commits)})
    return [(pk, issue, site, {jira_id, key}) for pk, issue, site, jira_id, key in rows]


def _note_moves(scopes: Scopes, above: list, counted: dict[int, set[int]], at: datetime) -> None:
    since = min(commit.at for commit in scopes.commits.values())
    places = defaultdict(set)
    for initiative, _, site, names in above:
        for name in names:
            places[site, name].add(initiative)
    for issue, site, moved_at, *ends, key, summary in select(
        queries.MOVED, {"since": since, "at": at}
    ):
        left, came = (
            set().union(*(places[site, name] for name in pair if name))
            for pair in (ends[:2], ends[2:])
        )
        for initiative in left ^ came:
            if moved_at <= scopes.commits[initiative].at:
                continue
            is_in = issue in counted[initiative]
            if initiative in came and is_in:
                change = Change(moved_at, "moved here", site, key, summary)
                scopes.added[initiative].setdefault(issue, change)
            elif initiative in left and not is_in:
                change = Change(moved_at, "moved away", site, key, summary)
                scopes.removed[initiative].setdefault(issue, change)


def _note_gone(scopes: Scopes, above: list, at: datetime) -> None:
    places = defaultdict(set)
    for initiative, issue, _, _ in above:
        places[issue].add(initiative)
    rows = select(queries.GONE, {"ancestors": list(places), "at": at})
    for issue, parent, created_at, gone_at, how, site, key, summary in rows:
        for initiative in places[parent]:
            since = scopes.commits[initiative].at
            if created_at <= since < gone_at:
                change = Change(gone_at, how, site, key, summary)
                scopes.removed[initiative][issue] = change


def _words(change: Change, connections: dict[int, Connection]) -> dict[str, str]:
    return {
        "key": change.key,
        "summary": change.summary[:200],
        "url": connections[change.connection].browse_url(change.key),
        "how": change.how,
        "on": f"{change.at:%Y-%m-%d}",
    }

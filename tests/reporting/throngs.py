"""Throngs of random Jira work: hundreds of teams at once, each with a history of its own.

One round of the database then checks hundreds of random cases one by one. What was written stays
plain data (`Team`, `Issue`), from which the second way computes; nothing of it is read back.
"""

import itertools
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from hypothesis import HealthCheck, Phase, settings

from prodops.integrations.jira.models import (
    JiraChange,
    JiraIssue,
    JiraProject,
    JiraVersion,
)
from prodops.integrations.jira.writing import tell_planner
from prodops.people import models as people
from tests.factories import jira

START = datetime(2026, 8, 1, tzinfo=UTC)
AT = datetime(2026, 11, 20, tzinfo=UTC)
HOURS = int((AT - START) / timedelta(hours=1))
BERLIN = ZoneInfo("Europe/Berlin")
STEPS = {
    "To Do": "queue",
    "In Progress": "active",
    "Blocked": "active",
    "Done": "finished",
    "Won't Do": "abandoned",
}
NAMES = [*STEPS, "In Progress", "Done", "Done"]
LEVELS = {"Story": 0, "Bug": 0, "Spike": 0, "Sub-task": -1, "Epic": 1}
CLASSES = {
    "": ("standard", {}),
    "highest": ("expedite", {"priority": "Highest"}),
    "label": ("fixed_date", {"labels": ["Fixed-Date", "other"]}),
    "due": ("fixed_date", {"due_on": date(2026, 12, 1)}),
}
NUMBERS = itertools.count(1)


def rounds(number):
    """Return the settings of a test that takes a random generator and `number` rounds of it.

    What a generator made cannot be shrunk; a failing case is small and told as plain data.
    """
    return settings(
        max_examples=number,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@contextmanager
def unwatched():
    """Write without triggers: no history of changes, no look for what a foreign key names.

    Half of a throng's time would go into them, and no figure reads what they leave. The checks
    and the uniqueness of a table are kept.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def moment(hour):
    return START + timedelta(hours=hour)


@dataclass
class Version:
    """A fix version; `out` is the moment it brings work to people, None while it does not."""

    jira_id: str
    counts: bool
    out: datetime | None


@dataclass
class Issue:
    """An issue as it was made up; moments are whole hours."""

    type: str
    visits: list
    flags: list = field(default_factory=list)
    is_flagged: bool = False
    service_class: str = "standard"
    versions: list = field(default_factory=list)
    deleted: datetime | None = None
    updated: datetime | None = None
    fields: dict = field(default_factory=dict)
    parent: "Issue | None" = None
    row: JiraIssue | None = field(default=None, repr=False)

    @property
    def level(self):
        return LEVELS[self.type]

    @property
    def born(self):
        return self.visits[0][0]


@dataclass
class Team:
    """A team with one project; `pk` is None for the work that belongs to no team."""

    pk: int | None
    project: JiraProject = field(repr=False)
    issues: list = field(default_factory=list)


@unwatched()
def jira_work(dice, *, teams, versions=12):
    """Make up the work of so many teams, and write it in an order of its own.

    Postgres is told of so many rows at once, as a sync does.
    """
    of = jira.connection()
    statuses = {name: jira.status(name, of=of) for name in STEPS}
    types = {name: jira.issue_type(name, of=of) for name in LEVELS}
    made = _teams(dice, of, teams)
    known = [_version(dice, of) for _ in range(versions)]
    for team in made:
        kinds = dice.choice([["Story"], ["Story", "Bug"], [*LEVELS] * 40 + ["Spike"]])
        for _ in range(dice.choice([0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 30])):
            team.issues.append(_issue(dice, dice.choice(kinds), team, known))
    _write(dice, made, types, statuses)
    tell_planner()
    return made


def _teams(dice, of, number):
    names = [f"throng-{next(NUMBERS)}" for _ in range(number)]
    rows = people.Team.objects.bulk_create(people.Team(slug=name, name=name) for name in names)
    allowed = [None, [f"type-{name}" for name in LEVELS], ["type-Story", "type-Bug"]]
    projects = JiraProject.objects.bulk_create(
        JiraProject(
            connection=of,
            jira_id=name,
            key=name.upper(),
            name=name,
            team=row,
            is_team_managed=dice.random() < 0.3,
            issue_type_ids=dice.choice(allowed),
        )
        for name, row in zip([*names, f"nobody-{next(NUMBERS)}"], [*rows, None], strict=True)
    )
    return [Team(project.team_id, project) for project in projects]


def _version(dice, of):
    day = dice.choice([None, *(START.date() + timedelta(days=dice.randrange(140)),) * 4])
    is_released, is_archived = dice.random() < 0.6, dice.random() < 0.2
    gone_at = AT if dice.random() < 0.1 else None
    row = JiraVersion.objects.create(
        connection=of,
        jira_id=f"throng-{next(NUMBERS)}",
        name="4.2",
        is_released=is_released,
        is_archived=is_archived,
        release_on=day,
        gone_at=gone_at,
    )
    counts = gone_at is None and (day is not None if is_released else not is_archived)
    out = datetime(day.year, day.month, day.day, tzinfo=BERLIN) if day and is_released else None
    return Version(row.jira_id, counts, out)


def _issue(dice, kind, team, versions):
    hours = sorted(dice.randrange(HOURS) for _ in range(dice.randint(1, 5)))
    names = [*dice.choices(NAMES, k=len(hours) - 1), dice.choice(["Done", dice.choice(NAMES)])]
    visits = [(moment(hour), name) for hour, name in zip(hours, names, strict=True)]
    flags = sorted(dice.randrange(HOURS) for _ in range(dice.choice([0, 0, 0, 1, 2, 5])))
    service_class, says = CLASSES[dice.choice([*CLASSES, "", "", ""])]
    parents = [None, None, *team.issues[-4:], "unknown"]
    parent = dice.choice(parents) if dice.random() < 0.6 else None
    return Issue(
        type=kind,
        visits=visits,
        flags=[(max(moment(hour), visits[0][0]), n % 2 == 0) for n, hour in enumerate(flags)],
        is_flagged=dice.random() < 0.05,
        service_class=service_class,
        versions=dice.sample(versions, dice.choice([0, 0, 0, 1, 2])),
        deleted=moment(dice.randrange(HOURS)) if dice.random() < 0.08 else None,
        updated=max(visits[-1][0], moment(dice.randrange(HOURS))),
        fields={
            "description": dice.choice(["", "What it is for."]),
            "priority": dice.choice(["", "High"]),
            "resolution": dice.choice(["", "Fixed"]),
            "story_points": dice.choice([None, None, None, 3.0]),
            "assignee": dice.random() < 0.6,
            "parent_key": "GONE-1" if parent == "unknown" else "",
            **says,
        },
        parent=parent if isinstance(parent, Issue) else None,
    )


def _write(dice, teams, types, statuses):
    """Write every issue with its changes, whichever comes first."""
    of = teams[0].project.connection
    assignee = jira.jira_user(of=of)
    pairs = [(team, issue) for team in teams for issue in team.issues]
    for team, issue in pairs:
        issue.row = _row(issue, team, assignee, types[issue.type], statuses[issue.visits[-1][1]])
    dice.shuffle(pairs)
    JiraIssue.objects.bulk_create([issue.row for _, issue in pairs], batch_size=2000)
    _join_parents(of)
    changes = [change for _, issue in pairs for change in _changes(issue, statuses)]
    dice.shuffle(changes)
    JiraChange.objects.bulk_create(changes, batch_size=5000)


def _row(issue, team, assignee, issue_type, status):
    number = next(NUMBERS)
    fields = dict(issue.fields)
    is_assigned = fields.pop("assignee")
    parent = issue.parent.row if issue.parent else None
    fields["parent_key"] = parent.key if parent else fields["parent_key"]
    return JiraIssue(
        connection=team.project.connection,
        jira_id=f"throng-{number}",
        key=f"THRONG-{number}",
        project=team.project,
        issue_type=issue_type,
        status=status,
        summary=f"Work {number}",
        parent_jira_id=parent.jira_id if parent else "",
        assignee=assignee if is_assigned else None,
        fix_version_ids=[version.jira_id for version in issue.versions],
        is_flagged=issue.is_flagged,
        created=issue.born,
        updated=issue.updated,
        deleted_at=issue.deleted,
        change_count=len(issue.visits) - 1 + len(issue.flags),
        content_hash=b"",
        synced_at=AT,
        **fields,
    )


def _join_parents(of):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jira_jiraissue child SET parent_id = parent.id FROM jira_jiraissue parent"
            " WHERE parent.connection_id = %s AND child.connection_id = %s"
            " AND parent.jira_id = child.parent_jira_id",
            [of.pk, of.pk],
        )


def _changes(issue, statuses):
    """Yield a change of each move and each flag; their ids rise with the order they came in."""
    for (_, before), (at, after) in itertools.pairwise(issue.visits):
        old, new = statuses[before], statuses[after]
        yield _change(issue, at, "status", (old.jira_id, old.name), (new.jira_id, new.name))
    for at, is_on in issue.flags:
        words = ("", "Impediment") if is_on else ("Impediment", "")
        yield _change(issue, at, "Flagged", ("", words[0]), ("", words[1]))


def _change(issue, at, name, before, after):
    return JiraChange(
        issue=issue.row,
        history_id=str(next(NUMBERS)),
        position=0,
        at=at,
        field=name,
        field_id=name,
        from_id=before[0],
        from_text=before[1],
        to_id=after[0],
        to_text=after[1],
    )

"""A year of Jira behind the demo: one project a squad, an epic an initiative."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from prodops.demo import catalogue, work
from prodops.demo.wishes import INITIATIVES, WISHES
from prodops.demo.world import World
from prodops.integrations.jira.models import (
    JiraChange,
    JiraIssue,
    JiraIssueType,
    JiraProject,
    JiraStatus,
    JiraUser,
)
from prodops.integrations.models import Connection, SyncRun

SLUG = "northwind-jira"
STATUSES = {
    "To do": ("new", "queue"),
    "In progress": ("indeterminate", "active"),
    "In review": ("indeterminate", "active"),
    "Blocked": ("indeterminate", "active"),
    "Done": ("done", "finished"),
    "Won't do": ("done", "abandoned"),
}
ACCEPTANCE = "Acceptance: shown to the squad, documented, measured."
TYPES = {"Epic": 1, "Story": 0, "Bug": 0, "Task": 0, "Sub-task": -1}
CHORES = [
    "Update dependencies",
    "Flaky end-to-end test",
    "Alert on queue length",
    "Remove old feature flag",
    "Index for slow query",
    "Rotate certificates",
    "Tidy error messages",
    "Load test before peak",
    "Backfill missing events",
    "Docs for support",
]


@dataclass
class Site:
    """The Jira site while it is being filled."""

    world: World
    connection: Connection
    statuses: dict[str, JiraStatus] = field(default_factory=dict)
    types: dict[str, JiraIssueType] = field(default_factory=dict)
    projects: dict[str, JiraProject] = field(default_factory=dict)
    users: dict[int, JiraUser] = field(default_factory=dict)
    numbers: dict[str, count] = field(default_factory=dict)
    ids: count = field(default_factory=lambda: count(10_001))
    issues: list[JiraIssue] = field(default_factory=list)
    changes: list[JiraChange] = field(default_factory=list)


def fill(world: World, spans: dict[str, tuple[datetime, datetime]]) -> dict[str, JiraIssue]:
    """Write the site; `spans` gives each initiative's title its start and target.

    Returns the epic of each initiative by title.
    """
    site = Site(world, _connection(world))
    _directory(site)
    epics = _epics(site, spans)
    for squad in catalogue.SQUADS:
        _daily_work(site, squad)
    JiraIssue.objects.bulk_create(site.issues, batch_size=2000)
    JiraChange.objects.bulk_create(site.changes, batch_size=4000)
    _run(site)
    return epics


def _connection(world: World) -> Connection:
    return Connection.objects.create(
        slug=SLUG,
        name="Northwind Jira (demo history)",
        kind=Connection.Kind.JIRA_CLOUD,
        base_url="https://northwind.example",
        projects=[key for _, key, _, _ in catalogue.SQUADS.values()],
        is_active=False,
        account_time_zone="Europe/Berlin",
        cursor=world.now,
        last_good_at=world.now,
        last_full_at=world.now,
    )


def _directory(site: Site) -> None:
    own = site.connection
    site.statuses = {
        name: JiraStatus.objects.create(
            connection=own, jira_id=str(place), name=name, category=category, step=step
        )
        for place, (name, (category, step)) in enumerate(STATUSES.items(), start=1)
    }
    for place, (name, level) in enumerate(TYPES.items(), start=1):
        site.types[name] = JiraIssueType.objects.create(
            connection=own, jira_id=str(place), name=name, level=level
        )
    _projects(site)
    for user in site.world.people.values():
        site.users[user.pk] = JiraUser(
            connection=own,
            jira_id=f"account-{user.pk}",
            name=user.name,
            email=user.email,
            user=user,
        )
    JiraUser.objects.bulk_create(site.users.values())


def _projects(site: Site) -> None:
    for place, (squad, (name, key, _, _)) in enumerate(catalogue.SQUADS.items(), start=1):
        site.numbers[squad] = count(1)
        site.projects[squad] = JiraProject.objects.create(
            connection=site.connection,
            jira_id=str(place),
            key=key,
            name=name,
            team=site.world.squads[squad],
            issue_type_ids=[kind.jira_id for kind in site.types.values()],
        )


def _epics(site: Site, spans: dict[str, tuple[datetime, datetime]]) -> dict[str, JiraIssue]:
    epics = {}
    for squad, titles in INITIATIVES.items():
        for title in titles:
            start, target = spans[title]
            epic = _issue(site, squad, "Epic", title, start - timedelta(days=45), [])
            epics[title] = epic
    JiraIssue.objects.bulk_create(site.issues)
    site.issues.clear()
    for squad, titles in INITIATIVES.items():
        for title in titles:
            _children(site, squad, epics[title], *spans[title])
    JiraIssue.objects.bulk_update(
        epics.values(), ["status", "updated", "change_count", "resolution", "resolved"]
    )
    return epics


def _children(site: Site, squad: str, epic: JiraIssue, start: datetime, target: datetime) -> None:
    """Write most of the work down before the plan is committed; the rest is found on the way.

    Of every fourth initiative a good part is found so; of others some is begun late.
    """
    dice, now = site.world.dice, site.world.now
    length = max((target - start).days - 12, 10)
    unforeseen = 0.4 if dice.random() < 0.25 else 0.06
    spread = 0.75 if dice.random() < 0.3 else 0.45
    for number in range(dice.randint(7, 18)):
        begun = work.working(start + timedelta(days=dice.uniform(-10, length * spread)))
        known = work.working(start - timedelta(days=dice.uniform(19, 40)))
        created = begun if dice.random() < unforeseen else known
        if created < now - timedelta(days=1):
            title = f"{epic.summary}: part {number + 1}"
            steps = work.journey(dice, begun, now, is_cared_for=True)
            _issue(
                site, squad, dice.choice(["Story", "Story", "Task"]), title, created, steps, epic
            )
    done = target + timedelta(days=dice.randint(-6, 4))
    if done < now:
        _move(
            site, epic, [(work.working(target - timedelta(days=60)), "In progress"), (done, "Done")]
        )


def _daily_work(site: Site, squad: str) -> None:
    dice, world = site.world.dice, site.world
    pace = dice.uniform(0.75, 1.5)
    wishes = [wording for _, wordings, _, _ in WISHES[squad] for wording in wordings]
    for created in work.arrivals(dice, world.at(480), world.now, weekly=5.2):
        kind = dice.choices(["Bug", "Task", "Story"], [5, 3, 4])[0]
        words = dice.choice(CHORES) if kind == "Task" else dice.choice(wishes)
        _issue(site, squad, kind, words, created, work.journey(dice, created, world.now, pace=pace))


def _issue(
    site: Site, squad: str, kind: str, summary: str, created: datetime, steps: list, epic=None
) -> JiraIssue:
    dice, project, number = site.world.dice, site.projects[squad], next(site.numbers[squad])
    is_sized = kind == "Story" and dice.random() > 0.12
    people = [site.users[user.pk] for user in site.world.squad_people[squad]]
    issue = JiraIssue(
        connection=site.connection,
        jira_id=str(next(site.ids)),
        key=f"{project.key}-{number}",
        project=project,
        issue_type=site.types[kind],
        status=site.statuses["To do"],
        summary=summary,
        description="" if dice.random() < 0.1 else f"{summary}. {ACCEPTANCE}",
        **_class_of(number, created, dice.choice(["Low", "Medium", "Medium", "High"])),
        assignee=dice.choice(people[2:]) if steps and dice.random() > 0.05 else None,
        reporter=people[0],
        **_below(epic),
        story_points=dice.choice([1, 2, 3, 5, 8]) if is_sized else None,
        created=created,
        updated=created,
        synced_at=site.world.now,
    )
    issue.content_hash = hashlib.sha1(issue.key.encode(), usedforsecurity=False).digest()
    _move(site, issue, steps)
    site.issues.append(issue)
    return issue


def _class_of(number: int, created: datetime, priority: str) -> dict:
    """Return the fields that say how urgent an issue is: some are the highest, some have a day."""
    due_on = created.date() + timedelta(days=21) if number % 9 == 4 else None
    return {"priority": "Highest" if number % 14 == 5 else priority, "due_on": due_on}


def _below(epic: JiraIssue | None) -> dict:
    return {"parent": epic, "parent_jira_id": epic.jira_id, "parent_key": epic.key} if epic else {}


def _move(site: Site, issue: JiraIssue, steps: list[work.Step]) -> None:
    author = issue.assignee or issue.reporter
    for at, name in steps:
        before, after = issue.status, site.statuses[name]
        site.changes.append(
            JiraChange(
                issue=issue, history_id=str(next(site.ids)), position=0, at=at, author=author,
                field="status", field_id="status", from_id=before.jira_id, from_text=before.name,
                to_id=after.jira_id, to_text=after.name,
            )
        )  # fmt: skip
        issue.status, issue.updated = after, at
        issue.change_count += 1
        closed = after.category == JiraStatus.Category.DONE
        forgotten = closed and site.world.dice.random() < 0.04
        issue.resolution = "Done" if closed and not forgotten else ""
        issue.resolved = at if closed and not forgotten else None


def _run(site: Site) -> None:
    total = JiraIssue.objects.filter(connection=site.connection).count()
    projects = {
        project.key: [held, held]
        for project in site.projects.values()
        for held in [project.issues.count()]
    }
    run = SyncRun.objects.create(
        connection=site.connection, trigger=SyncRun.Trigger.COMMAND, mode=SyncRun.Mode.FULL,
        status=SyncRun.Status.SUCCEEDED, started_at=site.world.now, heartbeat_at=site.world.now,
        finished_at=site.world.now, cursor_after=site.world.now, expected=total, fetched=total,
        created=total, counts=json.loads(json.dumps(projects)),
    )  # fmt: skip
    Connection.objects.filter(pk=site.connection.pk).update(latest_run=run)

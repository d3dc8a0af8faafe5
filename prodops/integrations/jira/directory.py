"""What issues refer to, by Jira's id: kept in memory for a run, written when new or changed."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Model
from django.db.models.functions import Lower

from prodops.integrations.jira.models import (
    JiraBoard,
    JiraField,
    JiraIssueType,
    JiraProject,
    JiraSprint,
    JiraStatus,
    JiraUser,
    JiraVersion,
)
from prodops.integrations.jira.releases import Sprint, Version
from prodops.integrations.jira.shapes import Issue, Named, Person
from prodops.integrations.models import Connection
from prodops.people.models import User

Rows = dict[str, dict[str, Any]]  # by Jira's id
Category, Step = JiraStatus.Category, JiraStatus.Step
GIVEN_UP = re.compile(
    r"won.?t|cancel|abandon|duplicate|reject|declin|invalid|obsolete|not.a.bug|wont", re.I
)


class Directory:
    """Projects, types, statuses and users of one connection: Jira id → our row's number."""

    def __init__(self, connection: Connection):
        self.connection = connection
        self.projects = _Table(JiraProject, connection, ["key", "name"])
        self.types = _Table(JiraIssueType, connection, ["name", "level"])
        self.statuses = _Table(JiraStatus, connection, ["name", "category"])
        self.users = _Table(JiraUser, connection, ["name", "email", "kind", "is_active"])

    @cached_property
    def fields(self) -> "_Table":
        return _Table(JiraField, self.connection, ["name", "schema", "role", "gone_at"])

    @cached_property
    def boards(self) -> "_Table":
        columns = ["name", "kind", "project_id", "estimation_field", "gone_at"]
        return _Table(JiraBoard, self.connection, columns)

    @cached_property
    def sprints(self) -> "_Table":
        times = ["start_at", "end_at", "completed_at", "gone_at"]
        return _Table(JiraSprint, self.connection, ["name", "state", "goal", *times])

    @cached_property
    def versions(self) -> "_Table":
        columns = ["project_id", "name", "description", "is_released", "is_archived"]
        days = ["start_on", "release_on", "gone_at"]
        return _Table(JiraVersion, self.connection, [*columns, *days])

    def learn(
        self, issues: list[Issue], authors: set[Person | None], *, refresh: bool = True
    ) -> None:
        """Write what these name and we did not know yet; with `refresh`, people as named now."""
        self.learn_projects({issue.project for issue in issues}, refresh=False)
        self.learn_types({issue.issue_type for issue in issues}, refresh=False)
        self.learn_statuses({issue.status for issue in issues}, refresh=False)
        people = {person for issue in issues for person in (issue.assignee, issue.reporter)}
        self.learn_people(people | authors, refresh=refresh)

    def learn_projects(self, found: Iterable[Named], *, refresh: bool = True) -> None:
        rows = {p.jira_id: {"key": p.extra, "name": p.name} for p in found}
        self.projects.write(rows, refresh=refresh)

    def learn_types(self, found: Iterable[Named], *, refresh: bool = True) -> None:
        rows = {t.jira_id: {"name": t.name, "level": t.extra} for t in found}
        self.types.write(rows, refresh=refresh)

    def learn_statuses(self, found: Iterable[Named], *, refresh: bool = True) -> None:
        """A new status gets its step from its category; an old one keeps the step it was given."""
        rows = {}
        for status in found:
            category = status.extra if status.extra in Category.values else Category.UNDEFINED
            rows[status.jira_id] = {"name": status.name, "category": category}
        self.statuses.write(
            rows,
            refresh=refresh,
            at_first=lambda new: {
                jira_id: {"step": first_step(row["name"], row["category"])}
                for jira_id, row in new.items()
            },
        )

    def learn_old_statuses(self, named: Iterable[tuple[str, str | None]]) -> None:
        """Give a row to statuses only histories name; one of the same name lends its meaning."""
        alike = {row["name"]: row["category"] for row in self.statuses.values.values()}
        self.learn_statuses(
            [
                Named(jira_id[:40], (name or jira_id)[:255], alike.get(name or "", ""))
                for jira_id, name in named
            ],
            refresh=False,
        )

    def learn_people(self, found: Iterable[Person | None], *, refresh: bool = True) -> None:
        """Refresh users as issues name them; an address once seen is kept when later hidden."""
        rows: Rows = {}
        for person in found:
            if person and (person.jira_id not in rows or person.email):
                known = self.users.values.get(person.jira_id)
                email = person.email or (known["email"] if known else "")
                rows[person.jira_id] = {
                    "name": person.name,
                    "email": email,
                    "kind": person.kind,
                    "is_active": person.is_active,
                }
        self.users.write(rows, refresh=refresh, at_first=self._hub_users)

    def _hub_users(self, rows: Rows) -> Rows:
        """Return the people of the hub with the addresses of these accounts."""
        emails = {row["email"].lower() for row in rows.values() if row["email"]}
        found = User.objects.annotate(address=Lower("email")).filter(address__in=emails)
        by_email = {user.address: user for user in found.order_by("-pk")}
        return {i: {"user": by_email.get(row["email"].lower())} for i, row in rows.items()}

    def knows_releases(self, issue: Issue) -> bool:
        """Say whether every version and sprint the issue names has a row."""
        versions, sprints = self.versions.ids, self.sprints.ids
        return all(i in versions for i in issue.fix_version_ids) and all(
            i in sprints for i in issue.sprint_ids
        )

    def name_releases(self, issue: Issue, versions: list[Version], sprints: list[Sprint]) -> None:
        """Give a row to what came with an issue before any list had it."""
        project_id = self.projects.ids.get(issue.project.jira_id)
        rows = {one.jira_id: one.row() | {"project_id": project_id} for one in versions}
        self.versions.write(rows, refresh=False)
        self.sprints.write({one.jira_id: one.row() for one in sprints}, refresh=False)

    def show_sprints(self, shown: dict[str, set[str]]) -> None:
        """Say which sprints each of these boards shows, now."""
        through = JiraSprint.boards.through.objects
        boards = {self.boards.ids[jira_id]: sprints for jira_id, sprints in shown.items()}
        wanted = {(pk, self.sprints.ids[i]) for pk, sprints in boards.items() for i in sprints}
        held = through.filter(jiraboard__in=boards)
        have = {(row.jiraboard_id, row.jirasprint_id): row.pk for row in held}
        through.filter(pk__in=[pk for pair, pk in have.items() if pair not in wanted]).delete()
        through.bulk_create(
            [
                JiraSprint.boards.through(jiraboard_id=board, jirasprint_id=sprint)
                for board, sprint in sorted(wanted - have.keys())
            ],
            ignore_conflicts=True,
        )

    def allow_types(self, found: dict[str, list[str]]) -> None:
        """Note what the issues of these projects may be, by Jira's ids of both."""
        rows = JiraProject.objects.filter(connection=self.connection)
        for jira_id, ids in found.items():
            rows.filter(jira_id=jira_id).exclude(issue_type_ids=ids).update(issue_type_ids=ids)

    def mark_projects(self, flag: str, jira_ids: set[str]) -> None:
        """Set a flag of exactly these projects."""
        rows = JiraProject.objects.filter(connection=self.connection)
        rows.filter(jira_id__in=jira_ids, **{flag: False}).update(**{flag: True})
        rows.filter(**{flag: True}).exclude(jira_id__in=jira_ids).update(**{flag: False})


class _Table:
    """One table of the directory with what it holds."""

    def __init__(self, model: type[Model], connection: Connection, columns: list[str]):
        self.model, self.connection, self.columns = model, connection, columns
        self.ids: dict[str, int] = {}
        self.values: Rows = {}
        rows = model._default_manager.filter(connection=connection)
        for pk, jira_id, *values in rows.values_list("pk", "jira_id", *columns):
            self.ids[jira_id] = pk
            self.values[jira_id] = dict(zip(columns, values, strict=True))

    def write(
        self,
        rows: Rows,
        *,
        refresh: bool = True,
        at_first: Callable[[Rows], Rows] = lambda rows: {},
        gone_at: datetime | None = None,
    ) -> None:
        """Insert the unknown; with `refresh`, update those that differ too.

        With `gone_at`, `rows` are all there are, and the others are marked as gone.
        """
        if new := {jira_id: row for jira_id, row in rows.items() if jira_id not in self.values}:
            self._insert(new, at_first(new))
        if refresh:
            self._update({i: row for i, row in rows.items() if self.values[i] != row})
        if gone_at:
            missing = [i for i, row in self.values.items() if i not in rows and not row["gone_at"]]
            self._update({i: self.values[i] | {"gone_at": gone_at} for i in missing})

    def _insert(self, rows: Rows, extra: Rows) -> None:
        """Another run may have inserted one since: then it is brought up to date."""
        made = [
            self.model(
                connection=self.connection,
                jira_id=jira_id,
                **rows[jira_id],
                **extra.get(jira_id, {}),
            )
            for jira_id in sorted(rows)
        ]
        self.model._default_manager.bulk_create(
            made,
            update_conflicts=True,
            unique_fields=["connection", "jira_id"],
            update_fields=self.columns,
            batch_size=1000,
        )
        self.ids |= {i: row.pk for i, row in zip(sorted(rows), made, strict=True)}
        self.values |= rows

    def _update(self, rows: Rows) -> None:
        changed = [self.model(pk=self.ids[jira_id], **row) for jira_id, row in sorted(rows.items())]
        if changed:
            self.model._default_manager.bulk_update(changed, self.columns, batch_size=500)
        self.values |= rows


def first_step(name: str, category: str) -> str:
    """Return the step a new status starts with; an administrator may change it."""
    if category == Category.DONE:
        return Step.ABANDONED if GIVEN_UP.search(name) else Step.FINISHED
    return Step.ACTIVE if category == Category.ACTIVE else Step.QUEUE

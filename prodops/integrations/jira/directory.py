"""What issues refer to, by Jira's id: kept in memory for a run, written when new or changed."""

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from prodops.integrations.jira.models import JiraIssueType, JiraProject, JiraStatus, JiraUser
from prodops.integrations.jira.shapes import Issue, Named, Person
from prodops.integrations.models import Connection
from prodops.people.models import User

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
        self.users = _Table(JiraUser, connection, ["name", "email", "is_active"])

    def learn(self, issues: list[Issue], authors: set[Person | None]) -> None:
        """Write what these name and we did not know yet."""
        self.learn_projects([issue.project for issue in issues], refresh=False)
        self.learn_types([issue.issue_type for issue in issues], refresh=False)
        self.learn_statuses([issue.status for issue in issues], refresh=False)
        people = {person for issue in issues for person in (issue.assignee, issue.reporter)}
        self.learn_people(people | authors)

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
            at_first=lambda row: {"step": first_step(row["name"], row["category"])},
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

    def learn_people(self, found: Iterable[Person | None]) -> None:
        """Refresh users as issues name them; an address once seen is kept when later hidden."""
        rows: dict[str, dict[str, Any]] = {}
        for person in found:
            if person and (person.jira_id not in rows or person.email):
                known = self.users.values.get(person.jira_id)
                email = person.email or (known["email"] if known else "")
                rows[person.jira_id] = {
                    "name": person.name,
                    "email": email,
                    "is_active": person.is_active,
                }
        self.users.write(rows, refresh=True, at_first=self._hub_user)

    def _hub_user(self, row: dict[str, Any]) -> dict[str, Any]:
        user = User.objects.filter(email__iexact=row["email"]).first() if row["email"] else None
        return {"user": user}


class _Table:
    """One table of the directory with what it holds."""

    def __init__(self, model: type[Model], connection: Connection, columns: list[str]):
        self.model, self.connection, self.columns = model, connection, columns
        self.ids: dict[str, int] = {}
        self.values: dict[str, dict[str, Any]] = {}
        rows = model._default_manager.filter(connection=connection)
        for pk, jira_id, *values in rows.values_list("pk", "jira_id", *columns):
            self.ids[jira_id] = pk
            self.values[jira_id] = dict(zip(columns, values, strict=True))

    def write(
        self, rows: dict[str, dict[str, Any]], *, refresh: bool, at_first=lambda row: {}
    ) -> None:
        """Insert the unknown; with `refresh`, update those that differ too."""
        for jira_id, row in rows.items():
            known = self.values.get(jira_id)
            if known is None:
                self._insert(jira_id, row, at_first(row))
            elif refresh and known != row:
                self.model._default_manager.filter(pk=self.ids[jira_id]).update(**row)
                self.values[jira_id] = row

    def _insert(self, jira_id: str, row: dict[str, Any], extra: dict[str, Any]) -> None:
        made = self.model._default_manager.create(
            connection=self.connection, jira_id=jira_id, **row, **extra
        )
        self.ids[jira_id], self.values[jira_id] = made.pk, row


def first_step(name: str, category: str) -> str:
    """Return the step a new status starts with; an administrator may change it."""
    if category == Category.DONE:
        return Step.ABANDONED if GIVEN_UP.search(name) else Step.FINISHED
    return Step.ACTIVE if category == Category.ACTIVE else Step.QUEUE

"""Rebuild the facts about issues from the changelog: only of those a sync has touched."""

import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from prodops.integrations.jira.models import JiraField, JiraStatus
from reporting.metrics import periods
from reporting.metrics.periods import Period
from reporting.models import FlowBuild
from reporting.services import blocked, service_classes

BATCH = 20_000
MANY = 1_000
RULES = 3
"""Of what is rebuilt here: another number rebuilds everything after an upgrade."""

STALE = """
SELECT issue.id
FROM jira_jiraissue issue
LEFT JOIN reporting_issueflow flow ON flow.issue_id = issue.id
WHERE %(everything)s
   OR flow.issue_id IS NULL
   OR flow.synced_at <> issue.synced_at
   OR flow.change_count <> issue.change_count
   OR flow.issue_type_id <> issue.issue_type_id
   OR flow.deleted_at IS DISTINCT FROM issue.deleted_at
ORDER BY issue.id
"""

LOCK = """
SELECT pg_advisory_xact_lock(hashtext('reporting.flow'));
DROP TABLE IF EXISTS flow_before, flow_blocked_before
"""

BEFORE = """
CREATE TEMP TABLE flow_before ON COMMIT DROP AS
SELECT step.issue_id, step.place, step.step, step.entered_at, flow.finished_at, flow.deleted_at,
       flow.service_class
FROM reporting_flowstep step
JOIN reporting_issueflow flow ON flow.issue_id = step.issue_id
WHERE step.issue_id = ANY(%(ids)s)
"""

FORGET = "DELETE FROM reporting_flowstep WHERE issue_id = ANY(%(ids)s)"

STEPS = """
WITH issue AS (
    SELECT issue.id, issue.connection_id, issue.created, status.jira_id, status.name
    FROM jira_jiraissue issue
    JOIN jira_jirastatus status ON status.id = issue.status_id
    WHERE issue.id = ANY(%(ids)s)
), move AS (
    SELECT change.*, row_number() OVER (
        PARTITION BY change.issue_id
        ORDER BY change.at, length(change.history_id), change.history_id, change.position
    ) AS place
    FROM jira_jirachange change
    WHERE change.issue_id = ANY(%(ids)s) AND change.field = 'status'
), entry AS (
    SELECT issue.id, issue.connection_id, 0 AS place, issue.created AS at,
           CASE WHEN move.id IS NULL THEN issue.jira_id ELSE move.from_id END AS status_id,
           CASE WHEN move.id IS NULL THEN issue.name ELSE move.from_text END AS status_name
    FROM issue
    LEFT JOIN move ON move.issue_id = issue.id AND move.place = 1
    UNION ALL
    SELECT issue.id, issue.connection_id, move.place, move.at, move.to_id, move.to_text
    FROM issue
    JOIN move ON move.issue_id = issue.id
)
INSERT INTO reporting_flowstep (issue_id, place, step, entered_at, left_at)
SELECT entry.id, entry.place, coalesce(known.step, namesake.step, 'queue'), entry.at,
       lead(entry.at) OVER (PARTITION BY entry.id ORDER BY entry.place)
FROM entry
LEFT JOIN jira_jirastatus known
    ON known.connection_id = entry.connection_id AND known.jira_id = entry.status_id
LEFT JOIN LATERAL (
    SELECT step FROM jira_jirastatus status
    WHERE known.id IS NULL AND status.connection_id = entry.connection_id
      AND lower(status.name) = lower(entry.status_name)
    ORDER BY status.id LIMIT 1
) namesake ON true
"""

FLOWS = """
WITH stay AS (
    SELECT *, lead(step) OVER (PARTITION BY issue_id ORDER BY place) AS next_step
    FROM reporting_flowstep
    WHERE issue_id = ANY(%(ids)s)
), fact AS (
    SELECT issue_id,
           min(entered_at) FILTER (WHERE step = 'active') AS started_at,
           max(step) FILTER (WHERE next_step IS NULL) AS step,
           max(entered_at) FILTER (WHERE next_step IS NULL) AS entered_at,
           count(*) FILTER (WHERE step = 'finished' AND next_step IN ('queue', 'active'))
               AS reopened
    FROM stay
    GROUP BY issue_id
)
INSERT INTO reporting_issueflow (
    issue_id, team_id, issue_type_id, service_class, step, created_at, started_at, finished_at,
    abandoned_at, deleted_at, reopened, change_count, synced_at
)
SELECT issue.id, project.team_id, issue.issue_type_id,
       CASE WHEN lower(issue.labels::text)::text[] && %(expedite_labels)s THEN 'expedite'
            WHEN lower(issue.labels::text)::text[] && %(fixed_date_labels)s THEN 'fixed_date'
            WHEN lower(issue.priority) = ANY(%(highest)s) THEN 'expedite'
            WHEN issue.due_on IS NOT NULL THEN 'fixed_date'
            ELSE 'standard' END,
       fact.step, issue.created, fact.started_at,
       CASE WHEN fact.step = 'finished' THEN fact.entered_at END,
       CASE WHEN fact.step = 'abandoned' THEN fact.entered_at END,
       issue.deleted_at, fact.reopened, issue.change_count, issue.synced_at
FROM fact
JOIN jira_jiraissue issue ON issue.id = fact.issue_id
JOIN jira_jiraproject project ON project.id = issue.project_id
ON CONFLICT (issue_id) DO UPDATE SET
    team_id = EXCLUDED.team_id, issue_type_id = EXCLUDED.issue_type_id,
    service_class = EXCLUDED.service_class, step = EXCLUDED.step,
    created_at = EXCLUDED.created_at, started_at = EXCLUDED.started_at,
    finished_at = EXCLUDED.finished_at, abandoned_at = EXCLUDED.abandoned_at,
    deleted_at = EXCLUDED.deleted_at, reopened = EXCLUDED.reopened,
    change_count = EXCLUDED.change_count, synced_at = EXCLUDED.synced_at
"""

DIFFERENCE = """
WITH later AS (
    SELECT step.issue_id, step.place, step.step, step.entered_at
    FROM reporting_flowstep step WHERE step.issue_id = ANY(%(ids)s)
), earlier AS (
    SELECT issue_id, place, step, entered_at FROM flow_before
), differing AS (
    (TABLE later EXCEPT TABLE earlier) UNION ALL (TABLE earlier EXCEPT TABLE later)
), ended AS (
    SELECT flow.finished_at AS new, old.finished_at AS old, flow.deleted_at
    FROM reporting_issueflow flow
    LEFT JOIN (
        SELECT DISTINCT issue_id, finished_at, deleted_at, service_class FROM flow_before
    ) old
        ON old.issue_id = flow.issue_id
    WHERE flow.issue_id = ANY(%(ids)s)
      AND (flow.finished_at IS DISTINCT FROM old.finished_at
           OR flow.deleted_at IS DISTINCT FROM old.deleted_at
           OR flow.service_class IS DISTINCT FROM old.service_class)
)
SELECT (SELECT least(min(differing.entered_at), (SELECT min(deleted_at) FROM ended))
        FROM differing),
       (SELECT array_agg(DISTINCT to_char(moment AT TIME ZONE %(zone)s, 'YYYY-MM'))
        FROM ended, unnest(ARRAY[ended.new, ended.old]) moment WHERE moment IS NOT NULL)
"""

# Its own look comes a minute late, and until then it may join thousands of rows one by one.
TELL_PLANNER = "ANALYZE reporting_issueflow, reporting_flowstep, reporting_flowblock"

TEAMS = """
UPDATE reporting_issueflow flow SET team_id = project.team_id
FROM jira_jiraissue issue JOIN jira_jiraproject project ON project.id = issue.project_id
WHERE issue.id = flow.issue_id AND flow.team_id IS DISTINCT FROM project.team_id
"""


@dataclass
class Rebuilt:
    """How many issues were rebuilt, and which months' figures that may move."""

    issues: int = 0
    is_full: bool = False
    since: datetime | None = None
    months: set[Period] = field(default_factory=set)

    def touches(self, period: Period) -> bool:
        """May figures of `period` differ now? Snapshots do from the first difference on."""
        if self.is_full or period in self.months:
            return True
        return self.since is not None and period.ends_at > self.since


def rebuild(*, at: datetime, everything: bool = False) -> Rebuilt:
    """Rebuild the facts of every issue that changed since they were last read from it.

    A changed mapping of statuses to steps, or of projects to teams, rebuilds everything.
    """
    began = time.monotonic()
    mapping = _mapping_hash()
    last = FlowBuild.objects.order_by("-pk").first()
    rebuilt = Rebuilt(is_full=everything or last is None or last.mapping_hash != mapping)
    with connection.cursor() as cursor:
        cursor.execute(STALE, {"everything": rebuilt.is_full})
        stale = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(stale), BATCH):
            _rebuild_batch(cursor, stale[start : start + BATCH], rebuilt)
        cursor.execute(TEAMS)
        rebuilt.is_full = rebuilt.is_full or cursor.rowcount > 0
        if len(stale) >= MANY:
            cursor.execute(TELL_PLANNER)
    rebuilt.issues = len(stale)
    if stale or rebuilt.is_full:
        FlowBuild.objects.create(
            at=at,
            mapping_hash=mapping,
            is_full=rebuilt.is_full,
            issues=rebuilt.issues,
            seconds=time.monotonic() - began,
        )
    return rebuilt


@transaction.atomic
def _rebuild_batch(cursor, ids: list[int], rebuilt: Rebuilt) -> None:
    """Replace the stays and facts of `ids`, and note in `rebuilt` which months differ now."""
    given = {"ids": ids, "zone": settings.TIME_ZONE, "blocked": blocked.BLOCKED}
    given |= service_classes.NAMES
    for statement in (LOCK, BEFORE, FORGET, STEPS, FLOWS, DIFFERENCE):
        cursor.execute(statement, given)
    since, months = cursor.fetchone()
    for statement in (blocked.REMEMBER, blocked.FORGET, blocked.WRITE, blocked.SINCE):
        cursor.execute(statement, given)
    (blocked_since,) = cursor.fetchone()
    rebuilt.since = min(filter(None, (since, blocked_since, rebuilt.since)), default=None)
    rebuilt.months |= {periods.parse(month) for month in months or ()}


def _mapping_hash() -> str:
    """Return what the facts depend on beside the issues themselves, in short."""
    steps = JiraStatus.objects.order_by("pk").values_list("pk", "name", "step")
    flags = JiraField.objects.filter(role=JiraField.Role.FLAG).order_by("pk")
    known = (RULES, list(steps), list(flags.values_list("connection", "jira_id")))
    return hashlib.sha256(repr(known).encode()).hexdigest()

"""The columns a sync writes and the statements it writes them with."""

from collections.abc import Iterable

ISSUE = {
    "connection_id": "bigint",
    "jira_id": "text",
    "key": "text",
    "project_id": "bigint",
    "issue_type_id": "bigint",
    "status_id": "bigint",
    "assignee_id": "bigint",
    "reporter_id": "bigint",
    "summary": "text",
    "description": "text",
    "priority": "text",
    "resolution": "text",
    "parent_jira_id": "text",
    "parent_key": "text",
    "labels": "text[]",
    "components": "text[]",
    "fix_versions": "text[]",
    "fix_version_ids": "text[]",
    "sprints": "text[]",
    "sprint_ids": "text[]",
    "story_points": "float8",
    "is_flagged": "bool",
    "due_on": "date",
    "created": "timestamptz",
    "updated": "timestamptz",
    "resolved": "timestamptz",
    "change_count": "int",
    "content_hash": "bytea",
    "seen_hash": "bytea",
    "payload_id": "bigint",
    "synced_at": "timestamptz",
}
CHANGE = {
    "issue_id": "bigint",
    "history_id": "text",
    "position": "smallint",
    "at": "timestamptz",
    "author_id": "bigint",
    "field": "text",
    "field_id": "text",
    "from_id": "text",
    "from_text": "text",
    "to_id": "text",
    "to_text": "text",
}
LINK = {
    "connection_id": "bigint",
    "jira_id": "text",
    "kind": "text",
    "outward": "text",
    "inward": "text",
    "source_jira_id": "text",
    "source_key": "text",
    "target_jira_id": "text",
    "target_key": "text",
}


def names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _taken(columns: Iterable[str], keys: set[str]) -> str:
    return ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in keys)


COMMIT_SOON = "SET LOCAL synchronous_commit = off"
LOCK = "SELECT FROM integrations_connection WHERE id = {connection} FOR NO KEY UPDATE"
KNOWN = """
SELECT jira_id, content_hash, seen_hash, change_count, deleted_at IS NOT NULL
FROM jira_jiraissue WHERE connection_id = %s AND jira_id = ANY(%s)
"""
# The parent of `child`, by its number, its key, or a key it once had; none yet is null.
PARENT = """
CASE WHEN child.parent_key NOT IN ('', child.key) THEN coalesce(
    (SELECT id FROM jira_jiraissue WHERE connection_id = child.connection_id
        AND jira_id = child.parent_jira_id),
    (SELECT id FROM jira_jiraissue WHERE connection_id = child.connection_id
        AND key = child.parent_key ORDER BY deleted_at NULLS FIRST LIMIT 1),
    (SELECT other.id FROM jira_jiraissuekey AS old JOIN jira_jiraissue AS other
        ON other.id = old.issue_id AND other.connection_id = child.connection_id
        WHERE old.key = child.parent_key LIMIT 1)
) END
"""
# Here and below each row is looked up by itself: Postgres knows nothing of a staging table's size
# and would join it by reading all issues there are, for every page again.
KEEP_OLD_KEYS = """
INSERT INTO jira_jiraissuekey (issue_id, key)
SELECT issue.id, issue.key FROM stage_issue AS stage, LATERAL (
    SELECT id, key, updated FROM jira_jiraissue
    WHERE connection_id = stage.connection_id AND jira_id = stage.jira_id OFFSET 0
) AS issue
WHERE issue.key <> stage.key AND issue.updated <= stage.updated
ON CONFLICT (issue_id, key) DO NOTHING
"""
# What a statement with two writes reads is from before both: the keys are the old ones.
MERGE_ISSUES = f"""
WITH moved AS ({KEEP_OLD_KEYS})
INSERT INTO jira_jiraissue AS issue ({names(ISSUE)}, parent_id)
SELECT {", ".join(f'child."{name}"' for name in ISSUE)}, {PARENT}
FROM stage_issue AS child
ON CONFLICT (connection_id, jira_id) DO UPDATE SET
    {_taken(ISSUE, {"connection_id", "jira_id", "change_count"})},
    change_count = greatest(issue.change_count, excluded.change_count),
    deleted_at = NULL,
    parent_id = coalesce(excluded.parent_id, CASE
        WHEN (issue.parent_jira_id, issue.parent_key)
            = (excluded.parent_jira_id, excluded.parent_key) THEN issue.parent_id END)
WHERE issue.updated <= excluded.updated OR issue.deleted_at IS NOT NULL
RETURNING issue.id, issue.jira_id, xmax = 0
"""  # noqa: S608 - built from the names above
MERGE_CHANGES = f"""
INSERT INTO jira_jirachange ({names(CHANGE)}) SELECT {names(CHANGE)} FROM stage_change
ON CONFLICT (issue_id, history_id, position) DO NOTHING
"""  # noqa: S608
# Only what lookups are planned by: to sample the texts as well takes five times as long.
TELL_PLANNER = """
ANALYZE jira_jiraissue (id, connection_id, jira_id, key, project_id, status_id, parent_id, updated),
    jira_jirachange (issue_id, history_id, position, at), jira_jiraissuekey, jira_jiralink
"""
KEEP_OLD_KEYS_OF_MOVES = """
INSERT INTO jira_jiraissuekey (issue_id, key)
SELECT DISTINCT issue.id, move.key
FROM unnest(%s::bigint[], %s::text[]) AS move (id, key)
JOIN jira_jiraissue AS issue ON issue.id = move.id AND issue.key <> move.key
ON CONFLICT (issue_id, key) DO NOTHING
"""
# No join: with statistics of an empty table Postgres would look up each pair of rows.
RESOLVE_PARENTS = f"""
UPDATE jira_jiraissue AS child SET parent_id = {PARENT}, synced_at = %(at)s
WHERE child.connection_id = %(connection)s
    AND child.parent_id IS NULL AND child.parent_key <> '' AND {PARENT} IS NOT NULL
"""  # noqa: S608
DROP_LINKS = """
DELETE FROM jira_jiralink WHERE connection_id = %(connection)s
    AND (source_jira_id = ANY(%(issues)s)
        OR target_jira_id = ANY(%(issues)s) AND source_id IS NULL)
    AND NOT jira_id = ANY(%(links)s)
"""
MERGE_LINKS = f"""
INSERT INTO jira_jiralink AS link ({names(LINK)}, source_id, target_id)
SELECT {", ".join(f'stage."{name}"' for name in LINK)},
    (SELECT id FROM jira_jiraissue
        WHERE connection_id = stage.connection_id AND jira_id = stage.source_jira_id),
    (SELECT id FROM jira_jiraissue
        WHERE connection_id = stage.connection_id AND jira_id = stage.target_jira_id)
FROM stage_link AS stage
ON CONFLICT (connection_id, jira_id) DO UPDATE SET
    {_taken(LINK, {"connection_id", "jira_id"})},
    source_id = excluded.source_id, target_id = excluded.target_id
"""  # noqa: S608
RESOLVE_LINKS = """
UPDATE jira_jiralink AS link SET {end}_id = issue.id FROM jira_jiraissue AS issue
WHERE link.connection_id = %(connection)s AND link.{end}_id IS NULL
    AND issue.connection_id = %(connection)s AND issue.jira_id = link.{end}_jira_id
"""

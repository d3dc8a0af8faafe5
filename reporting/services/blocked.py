"""When an issue was blocked: flagged, or in a status called "Blocked"; overlaps count once."""

BLOCKED = r"\mblocked"

REMEMBER = """
CREATE TEMP TABLE flow_blocked_before ON COMMIT DROP AS
SELECT issue_id, blocked_at, freed_at FROM reporting_flowblock WHERE issue_id = ANY(%(ids)s)
"""

FORGET = "DELETE FROM reporting_flowblock WHERE issue_id = ANY(%(ids)s)"

WRITE = """
WITH issue AS (
    SELECT issue.id, issue.connection_id, issue.created, issue.is_flagged,
           status.name ~* %(blocked)s AS is_called_blocked
    FROM jira_jiraissue issue
    JOIN jira_jirastatus status ON status.id = issue.status_id
    WHERE issue.id = ANY(%(ids)s)
), turn AS (
    SELECT issue_id, 'status' AS source, at, history_id, position,
           coalesce(from_text ~* %(blocked)s, false) AS was,
           coalesce(to_text ~* %(blocked)s, false) AS becomes
    FROM jira_jirachange
    WHERE issue_id = ANY(%(ids)s) AND field = 'status'
    UNION ALL
    SELECT change.issue_id, 'flag', change.at, change.history_id, change.position,
           coalesce(change.from_text, '') <> '', coalesce(change.to_text, '') <> ''
    FROM jira_jirachange change
    JOIN issue ON issue.id = change.issue_id
    WHERE change.field <> 'status' AND (lower(change.field) = 'flagged' OR EXISTS (
        SELECT FROM jira_jirafield flag
        WHERE flag.role = 'flag' AND flag.connection_id = issue.connection_id
          AND flag.jira_id = change.field_id))
), placed AS (
    SELECT *, row_number() OVER (
        PARTITION BY issue_id, source ORDER BY at, length(history_id), history_id, position
    ) AS place
    FROM turn
), entry AS (
    SELECT issue.id AS issue_id, known.source, 0 AS place, issue.created AS at,
           CASE WHEN first.place IS NOT NULL THEN first.was
                WHEN known.source = 'flag' THEN issue.is_flagged
                ELSE issue.is_called_blocked END AS is_blocked
    FROM issue
    CROSS JOIN (VALUES ('status'), ('flag')) known (source)
    LEFT JOIN placed first
        ON first.issue_id = issue.id AND first.source = known.source AND first.place = 1
    UNION ALL
    SELECT issue_id, source, place, at, becomes FROM placed
), stay AS (
    SELECT issue_id, is_blocked, at,
           lead(at) OVER (PARTITION BY issue_id, source ORDER BY place) AS until
    FROM entry
), span AS (
    SELECT issue_id, unnest(range_agg(tstzrange(at, until))) AS during
    FROM stay
    WHERE is_blocked AND (until IS NULL OR until > at)
    GROUP BY issue_id
)
INSERT INTO reporting_flowblock (issue_id, blocked_at, freed_at)
SELECT issue_id, lower(during), upper(during) FROM span
"""

SINCE = """
SELECT min(CASE WHEN later.issue_id IS NOT NULL AND earlier.issue_id IS NOT NULL
                THEN least(later.freed_at, earlier.freed_at)
                ELSE coalesce(later.blocked_at, earlier.blocked_at) END)
FROM (SELECT * FROM reporting_flowblock WHERE issue_id = ANY(%(ids)s)) later
FULL JOIN flow_blocked_before earlier
    ON earlier.issue_id = later.issue_id AND earlier.blocked_at = later.blocked_at
WHERE later.issue_id IS NULL OR earlier.issue_id IS NULL
   OR later.freed_at IS DISTINCT FROM earlier.freed_at
"""

"""What the truth checks read of the changelog, for all initiatives in one statement each."""

COUNTED = """
WITH counted AS MATERIALIZED (
    SELECT view.initiative_id, view.issue_id, min(link.at) AS linked_at
    FROM planning_initiative_issue view
    JOIN planning_initiativeepic link ON link.id = view.epic_link_id
    WHERE view.initiative_id = ANY(%(initiatives)s)
    GROUP BY view.initiative_id, view.issue_id
)
SELECT counted.initiative_id, counted.issue_id, counted.linked_at, flow.team_id, issue.project_id,
       issue.connection_id, issue.key, issue.summary, issue.story_points, flow.created_at,
       stay.step, stay.entered_at,
       stay.step IN ('queue', 'active') AND (EXISTS (
           SELECT FROM reporting_flowblock block
           WHERE block.issue_id = counted.issue_id AND block.blocked_at <= %(at)s
             AND (block.freed_at IS NULL OR block.freed_at > %(at)s)
       ) OR EXISTS (
           SELECT FROM jira_jiralink link
           JOIN jira_jiraissue source ON source.id = link.source_id AND source.deleted_at IS NULL
           JOIN jira_jirastatus status ON status.id = source.status_id
           WHERE link.target_id = counted.issue_id AND lower(link.outward) = 'blocks'
             AND status.step IN ('queue', 'active')
       )) AS is_blocked, flow.synced_at
FROM counted
JOIN jira_jiraissue issue ON issue.id = counted.issue_id
JOIN reporting_issueflow flow ON flow.issue_id = counted.issue_id
JOIN reporting_flowstep stay ON stay.issue_id = counted.issue_id
    AND stay.entered_at <= %(at)s AND (stay.left_at IS NULL OR stay.left_at > %(at)s)
WHERE stay.step <> 'abandoned'
ORDER BY counted.initiative_id, counted.issue_id
"""

FINISHED = """
WITH counted AS MATERIALIZED (
    SELECT DISTINCT issue_id FROM planning_initiative_issue
)
SELECT flow.team_id, CASE WHEN flow.team_id IS NULL THEN issue.project_id END,
       (stay.entered_at AT TIME ZONE %(zone)s)::date, count(*), count(counted.issue_id)
FROM reporting_flowstep stay
JOIN reporting_issueflow flow ON flow.issue_id = stay.issue_id
JOIN jira_jiraissuetype type ON type.id = flow.issue_type_id AND type.level = 0
JOIN jira_jiraissue issue ON issue.id = stay.issue_id
LEFT JOIN counted ON counted.issue_id = stay.issue_id
WHERE stay.step = 'finished' AND stay.entered_at >= %(since)s AND stay.entered_at < %(until)s
  AND (stay.left_at IS NULL OR stay.left_at > %(at)s)
  AND (flow.deleted_at IS NULL OR flow.deleted_at > %(at)s)
GROUP BY 1, 2, 3
"""

MEDIANS = """
SELECT flow.team_id, CASE WHEN flow.team_id IS NULL THEN issue.project_id END, count(*),
       percentile_disc(0.5) WITHIN GROUP (
           ORDER BY extract(epoch FROM stay.entered_at - flow.started_at)::float8 / 86400
       )
FROM reporting_flowstep stay
JOIN reporting_issueflow flow ON flow.issue_id = stay.issue_id
JOIN jira_jiraissuetype type ON type.id = flow.issue_type_id AND type.level = 0
JOIN jira_jiraissue issue ON issue.id = stay.issue_id
WHERE stay.step = 'finished' AND flow.started_at <= stay.entered_at
  AND stay.entered_at >= %(at)s - interval '180 days' AND stay.entered_at <= %(at)s
  AND (stay.left_at IS NULL OR stay.left_at > %(at)s)
  AND (flow.deleted_at IS NULL OR flow.deleted_at > %(at)s)
GROUP BY 1, 2
"""

ANCESTORS = """
SELECT link.initiative_id, epic.id, epic.connection_id, epic.jira_id, epic.key
FROM planning_initiativeepic link
JOIN LATERAL (
    SELECT link.issue_id AS id
    UNION
    SELECT child.id FROM jira_jiraissue child
    JOIN jira_jiraissuetype type ON type.id = child.issue_type_id
    WHERE child.parent_id = link.issue_id AND type.level > 0
) reached ON true
JOIN jira_jiraissue epic ON epic.id = reached.id
WHERE link.initiative_id = ANY(%(initiatives)s)
"""

MOVED = """
SELECT issue.id, issue.connection_id, change.at, change.from_id, change.from_text,
       change.to_id, change.to_text, issue.key, issue.summary
FROM jira_jirachange change
JOIN jira_jiraissue issue ON issue.id = change.issue_id
JOIN jira_jiraissuetype type ON type.id = issue.issue_type_id AND type.level = 0
WHERE change.field IN ('Epic Link', 'IssueParentAssociation', 'Parent')
  AND change.at > %(since)s AND change.at <= %(at)s
ORDER BY change.at, change.id
"""

GONE = """
SELECT issue.id, issue.parent_id, flow.created_at,
       CASE WHEN issue.deleted_at <= %(at)s THEN issue.deleted_at ELSE flow.abandoned_at END,
       CASE WHEN issue.deleted_at <= %(at)s THEN 'deleted' ELSE 'abandoned' END,
       issue.connection_id, issue.key, issue.summary
FROM jira_jiraissue issue
JOIN jira_jiraissuetype type ON type.id = issue.issue_type_id AND type.level = 0
JOIN reporting_issueflow flow ON flow.issue_id = issue.id
WHERE issue.parent_id = ANY(%(ancestors)s)
  AND (issue.deleted_at <= %(at)s OR flow.abandoned_at <= %(at)s)
"""

DUE = """
SELECT initiative.id
FROM planning_initiative initiative
LEFT JOIN LATERAL (
    SELECT checked_on, synced_at, issues_total, derived FROM planning_truthcheck look
    WHERE look.initiative_id = initiative.id ORDER BY checked_at DESC, id DESC LIMIT 1
) last ON true
LEFT JOIN LATERAL (
    SELECT max(flow.synced_at) AS synced_at, count(DISTINCT flow.issue_id) AS issues
    FROM planning_initiative_issue counted
    JOIN reporting_issueflow flow ON flow.issue_id = counted.issue_id
    WHERE counted.initiative_id = initiative.id
) now ON true
WHERE initiative.id = ANY(%(initiatives)s)
  AND (last.checked_on IS NULL OR last.checked_on < %(monday)s
       OR last.synced_at IS DISTINCT FROM now.synced_at OR last.issues_total <> now.issues
       OR last.derived = 'unknown' AND now.issues > 0
          AND initiative.target_on >= last.checked_on AND initiative.target_on < %(today)s)
ORDER BY initiative.id
"""

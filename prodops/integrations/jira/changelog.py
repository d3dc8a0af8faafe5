"""Whole histories: a search on Cloud shows only the newest of each issue."""

from collections import defaultdict
from typing import Any

from prodops.integrations.errors import SourceUnavailable
from prodops.integrations.jira.client import JiraClient

AT_ONCE = 100


def whole_histories(client: JiraClient, jira_ids: list[str]) -> dict[str, list[Any]]:
    """Return all histories of these issues (Cloud only)."""
    found: dict[str, list[Any]] = {}
    for start in range(0, len(jira_ids), AT_ONCE):
        found |= _fetched(client, jira_ids[start : start + AT_ONCE])
    return found


def _fetched(client: JiraClient, jira_ids: list[str]) -> dict[str, list[Any]]:
    """Follow the pages; they go by date, so each issue's histories are spread over them."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    token, seen = None, set()
    while True:
        answer = client.bulk_changelogs(jira_ids, token)
        for entry in answer.get("issueChangeLogs") or []:
            for history in entry.get("changeHistories") or []:
                found[str(entry.get("issueId"))][str(history.get("id"))] = history
        token = answer.get("nextPageToken")
        if not token:
            return {jira_id: list(found[jira_id].values()) for jira_id in jira_ids}
        if token in seen:
            raise SourceUnavailable("The changelog pages go in circles.")
        seen.add(token)

"""Writing what Jira exports, from issues as its API returns them."""

import csv
import io
import json
from datetime import datetime
from zoneinfo import ZoneInfo

HEAD = [
    "Summary",
    "Issue key",
    "Issue id",
    "Issue Type",
    "Status",
    "Project key",
    "Project name",
    "Priority",
    "Resolution",
    "Assignee",
    "Assignee Id",
    "Reporter",
    "Created",
    "Updated",
    "Resolved",
    "Due date",
    "Description",
    "Labels",
    "Labels",
    "Fix versions",
    "Sprint",
    "Sprint",
    "Comment",
    "Comment",
    "Custom field (Story Points)",
    "Parent key",
    "Outward issue link (Blocks)",
]
LINE = {
    "Summary": "Export as PDF",
    "Issue key": "CORE-1",
    "Issue id": "10001",
    "Issue Type": "Story",
    "Status": "In Progress",
    "Project key": "CORE",
    "Project name": "Core",
    "Created": "02/Mar/26 9:57 AM",
    "Updated": "03/Mar/26 5:06 PM",
}


def table(*lines, head=HEAD, delimiter=","):
    """Return a CSV; each line is `LINE` with some values changed, lists fill repeated columns."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(head)
    for changes in lines:
        values = {**LINE, **changes}
        left = {name: list(v) if isinstance(v, list | tuple) else [v] for name, v in values.items()}
        writer.writerow([left[name].pop(0) if left.get(name) else "" for name in head])
    return out.getvalue().encode()


def search_result(issues, **more):
    """Return a page of search results as JSON."""
    shown = {"expand": "names,schema", "startAt": 0, "total": len(issues), "issues": issues}
    return json.dumps(shown | more, indent=1).encode()


def json_lines(issues):
    return "\n".join(json.dumps(issue) for issue in issues).encode()


def as_csv_line(issue, zone="Europe/Berlin"):
    """Return an issue of the API as a line of Jira's CSV."""
    fields = issue["fields"]

    def moment(name):
        value = fields.get(name)
        if not value:
            return ""
        local = datetime.fromisoformat(value).astimezone(ZoneInfo(zone))
        return f"{local:%d/%b/%y} {local.hour % 12 or 12}:{local:%M %p}"

    def name(value):
        return (fields.get(value) or {}).get("name", "")

    return {
        "Summary": fields["summary"],
        "Issue key": issue["key"],
        "Issue id": issue["id"],
        "Issue Type": name("issuetype"),
        "Status": name("status"),
        "Project key": fields["project"]["key"],
        "Project name": fields["project"].get("name", ""),
        "Priority": name("priority"),
        "Assignee": (fields.get("assignee") or {}).get("displayName", ""),
        "Reporter": (fields.get("reporter") or {}).get("displayName", ""),
        "Created": moment("created"),
        "Updated": moment("updated"),
        "Resolved": moment("resolutiondate"),
        "Labels": (fields.get("labels") or [])[:2],
        "Description": "",
    }

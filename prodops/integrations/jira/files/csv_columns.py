"""The columns of Jira's CSV export: which we read, under which of their names, where they stand."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from prodops.integrations.jira.files.reading import FileRefused, Problem

# Our name → Jira's names, Cloud's and Data Center's; the first that is there counts.
KNOWN = {
    "summary": ("summary",),
    "key": ("issue key", "key"),
    "id": ("issue id",),
    "type": ("issue type",),
    "status": ("status",),
    "category": ("status category",),
    "project_key": ("project key",),
    "project_name": ("project name",),
    "priority": ("priority",),
    "resolution": ("resolution",),
    "assignee": ("assignee",),
    "assignee_id": ("assignee id",),
    "reporter": ("reporter",),
    "reporter_id": ("reporter id",),
    "created": ("created",),
    "updated": ("updated",),
    "resolved": ("resolved",),
    "due": ("due date",),
    "description": ("description",),
    "labels": ("labels",),
    "components": ("components", "component/s"),
    "versions": ("fix versions", "fix version/s"),
    "sprints": ("sprint",),
    "points": (
        "story points",
        "custom field (story points)",
        "story point estimate",
        "custom field (story point estimate)",
    ),
    "flagged": ("flagged", "custom field (flagged)"),
    "parent_id": ("parent id",),
    "parent_key": ("parent key", "parent", "custom field (epic link)", "epic link"),
}
NEEDED = ("summary", "key", "id", "type", "status", "created", "updated")
LINK = re.compile(r"(inward|outward) issue link \((.+)\)")


@dataclass
class Columns:
    """Where in a line each value stands; a column may stand there many times."""

    names: list[str]
    places: dict[str, list[int]] = field(default_factory=dict)
    links: list[tuple[int, str, str]] = field(default_factory=list)  # place, direction, kind

    def name_of(self, ours: str) -> str:
        """Return how the file calls a column of ours."""
        return self.names[self.places[ours][0]] if ours in self.places else KNOWN[ours][0]

    def one(self, line: list[str], ours: str) -> str:
        """Return the first value that is not empty."""
        return next(iter(self.all(line, ours)), "")

    def all(self, line: list[str], ours: str) -> list[str]:
        found = (line[place].strip() for place in self.places.get(ours, ()))
        return [value for value in found if value]


def columns(header: list[str]) -> Columns:
    """Find the columns in the first line; raises FileRefused when one that is needed is missing."""
    by_name: dict[str, list[int]] = defaultdict(list)
    found = Columns([name.strip() for name in header])
    for place, name in enumerate(found.names):
        by_name[name.lower()].append(place)
        if link := LINK.fullmatch(name.lower()):
            kind = name.strip()[name.lower().strip().index("(") + 1 : -1]
            found.links.append((place, link[1], kind))
    for ours, theirs in KNOWN.items():
        known = [place for name in theirs for place in by_name.get(name, ())]
        if known:
            found.places[ours] = known
    missing = [KNOWN[ours][0].capitalize() for ours in NEEDED if ours not in found.places]
    if missing:
        what = f"The first line has no column {', '.join(missing)}."
        cure = "Export all fields, with the language of your Jira profile set to English."
        raise FileRefused(Problem(1, "", what, cure))
    return found


def delimiter_of(header: str) -> str:
    """Return the mark between the columns: the one that divides the first line most."""
    return max(",;\t|", key=header.count)

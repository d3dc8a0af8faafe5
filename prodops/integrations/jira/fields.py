"""Which fields to ask for: found by what they are, never by a fixed custom-field number."""

from dataclasses import asdict, dataclass
from typing import Any

ALWAYS = [
    "summary",
    "description",
    "status",
    "issuetype",
    "project",
    "priority",
    "resolution",
    "resolutiondate",
    "assignee",
    "reporter",
    "created",
    "updated",
    "duedate",
    "labels",
    "components",
    "fixVersions",
    "parent",
    "epic",
    "issuelinks",
    "flagged",
    "sprint",
    "closedSprints",
]
POINTS = "com.pyxis.greenhopper.jira:jsw-story-points"
SPRINT = "com.pyxis.greenhopper.jira:gh-sprint"
EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
POINT_NAMES = {"story points", "story point estimate"}


@dataclass(frozen=True)
class FieldMap:
    """Ids of the custom fields, the likeliest first; an issue's value is the first that is set."""

    points: tuple[str, ...] = ()
    sprints: tuple[str, ...] = ()
    epic_links: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def asked(self) -> list[str]:
        return [*ALWAYS, *self.points, *self.sprints, *self.epic_links, *self.flags]

    def as_json(self) -> dict[str, list[str]]:
        return {name: list(ids) for name, ids in asdict(self).items()}

    @classmethod
    def from_json(cls, kept: dict[str, list[str]]) -> "FieldMap":
        return cls(
            **{
                name: tuple(kept.get(name, ()))
                for name in ("points", "sprints", "epic_links", "flags")
            }
        )


def field_map(fields: list[dict[str, Any]], estimation_ids: list[str]) -> FieldMap:
    """Choose among the site's fields; `estimation_ids` are those its boards estimate in."""
    numbers: list[str] = []
    sprints: list[str] = []
    epic_links: list[str] = []
    for field in fields:
        field_id, schema = str(field.get("id", "")), field.get("schema") or {}
        custom = schema.get("custom", "")
        if custom == SPRINT:
            sprints.append(field_id)
        elif custom == EPIC_LINK:
            epic_links.append(field_id)
        elif custom == POINTS or (
            str(field.get("name", "")).strip().lower() in POINT_NAMES
            and schema.get("type") == "number"
        ):
            numbers.append(field_id)
    known = {str(field.get("id", "")) for field in fields}
    boards = [field_id for field_id in estimation_ids if field_id in known]
    return FieldMap(
        points=tuple(dict.fromkeys([*boards, *sorted(numbers)])),
        sprints=tuple(sprints),
        epic_links=tuple(epic_links),
    )

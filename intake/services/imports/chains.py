"""Merged rows that name merged rows of their own file: where each of them leads."""

from dataclasses import dataclass, field
from typing import Any

from intake.models import ProductRequest


@dataclass
class Chains:
    """What the merged rows of a file went into, by what each of them is called there."""

    links: dict[str, str] = field(default_factory=dict)

    def add(self, origin: str, values: dict[str, Any]) -> None:
        """Remember a row that tells what it went into; others are passed over."""
        into = values.get("merged_into")
        if into and values["state"] == ProductRequest.State.MERGED:
            self.links |= dict.fromkeys(called(origin), into)

    def path(self, name: str) -> list[str]:
        """Return a name and those it leads to, in turn; in a circle the last one stood before."""
        found = [name]
        while following := self.links.get(name) or self.links.get(name.upper()):
            is_circle = following in found
            found.append(following)
            if is_circle:
                return found
            name = following
        return found


def called(origin: str) -> set[str]:
    """Return by what a row of this origin is named elsewhere in its file: its number or its key."""
    sort, _, rest = origin.partition(":")
    return {"id": {rest.partition(":")[2]}, "key": {rest}}.get(sort, set())

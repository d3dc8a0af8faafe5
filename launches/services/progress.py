"""How far the items of a launch are, function by function."""

from collections.abc import Iterable
from dataclasses import dataclass

from launches.models import LaunchItem

State = LaunchItem.State


@dataclass
class Progress:
    """Required items of a function: `done` of `total`; the others were taken out of both."""

    name: str
    done: int = 0
    total: int = 0
    waived: int = 0
    not_applicable: int = 0

    def add(self, item: LaunchItem) -> None:
        if item.state == State.WAIVED:
            self.waived += 1
        elif item.state == State.NOT_APPLICABLE:
            self.not_applicable += 1
        else:
            self.total += 1
            self.done += item.state == State.DONE


def by_function(items: Iterable[LaunchItem]) -> list[Progress]:
    """Return the progress of each function that has required items, by name."""
    found: dict[str, Progress] = {}
    for item in items:
        if item.is_required:
            name = item.function.name
            found.setdefault(name, Progress(name)).add(item)
    return [found[name] for name in sorted(found)]

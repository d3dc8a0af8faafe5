"""Objectives as a tree, each with how it stands: two queries, however many there are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from planning.models.key_result import KeyResult
from planning.models.objective import Objective
from planning.models.roll_up import NOTHING, Part, Standing, roll_up


@dataclass(kw_only=True)
class Branch:
    """An objective with its key results and the branches below it."""

    objective: Objective
    key_results: list[KeyResult] = field(default_factory=list)
    branches: list["Branch"] = field(default_factory=list)
    standing: Standing = NOTHING
    stale: int = 0

    def parts(self) -> list[Part]:
        """What it stands on: its key results, and the objectives below that are no drafts."""
        held = [Part(one.weight, one.standing) for one in self.key_results]
        below = [one for one in self.branches if not one.objective.is_draft]
        return held + [Part(one.objective.weight, one.standing) for one in below]


def grow(
    objectives: Iterable[Objective], key_results: Iterable[KeyResult], at: datetime
) -> dict[int, Branch]:
    """Return a branch for each objective, by primary key, joined and rolled up.

    `stale` counts the key results whose check-in is overdue at `at`, with those below.
    """
    found = {one.pk: Branch(objective=one) for one in objectives}
    for one in key_results:
        if one.objective_id in found:
            found[one.objective_id].key_results.append(one)
    for branch in found.values():
        above = found.get(branch.objective.parent_id or 0)
        if above is not None:
            above.branches.append(branch)
    for branch in _from_the_leaves(found):
        branch.standing = roll_up(branch.parts())
        own = sum(one.is_stale(at) for one in branch.key_results if branch.objective.is_active)
        branch.stale = own + sum(one.stale for one in branch.branches)
    return found


def roots(found: dict[int, Branch]) -> list[Branch]:
    """Return the branches that hang below none of the others."""
    return [one for one in found.values() if (one.objective.parent_id or 0) not in found]


def _from_the_leaves(found: dict[int, Branch]) -> list[Branch]:
    """Return every branch after those below it; without recursion, however deep the tree is."""
    waiting = {pk: len(branch.branches) for pk, branch in found.items()}
    above: dict[int, list[int]] = defaultdict(list)
    for pk, branch in found.items():
        if branch.objective.parent_id in found:
            above[pk].append(branch.objective.parent_id)
    ready = [pk for pk, count in waiting.items() if not count]
    order = []
    while ready:
        pk = ready.pop()
        order.append(found[pk])
        for parent in above[pk]:
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)
    return order

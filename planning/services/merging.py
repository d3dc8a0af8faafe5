"""Three texts into one: what two people made of the same beginning, nothing typed is lost."""

from collections import deque
from dataclasses import dataclass

from planning.services.line_edits import Edit, Lines, edits

MOST_CONFLICTS = 50


@dataclass(frozen=True)
class Conflict:
    """The same lines, changed in two ways; the merged text has `theirs` above `mine`."""

    theirs: str
    mine: str


@dataclass(frozen=True)
class Merged:
    """The text both sides come to, and where they collided."""

    text: str
    conflicts: list[Conflict]


def merge(*, base: str, mine: str, theirs: str) -> Merged:
    """Merge two versions of `base`, line by line.

    Changes of different lines are both made. What was added at the same place stands there one
    below the other, `theirs` first. A line that one side changed and the other took out stays. A
    line that both changed differently stands there twice and is a conflict: every line of either
    side that is not in `base` is in the result. Past MOST_CONFLICTS the two versions stand one
    below the other as they are.
    """
    base, mine, theirs = clean(base), clean(mine), clean(theirs)
    if mine in (theirs, base):
        return Merged(theirs, [])
    if theirs == base:
        return Merged(mine, [])
    old = _lines(base)
    made: Lines = []
    conflicts: list[Conflict] = []
    done = 0
    for begins, ends, of_mine, of_theirs in _groups(old, _lines(mine), _lines(theirs)):
        made += old[done:begins]
        ours = _apply(old, begins, ends, of_mine)
        others = _apply(old, begins, ends, of_theirs)
        made += _settle(old[begins:ends], ours, others, conflicts, bool(of_mine and of_theirs))
        done = ends
        if len(conflicts) > MOST_CONFLICTS:
            return Merged(f"{theirs}\n{mine}", [Conflict(theirs, mine)])
    return Merged("\n".join(made + old[done:]), conflicts)


def clean(text: str) -> str:
    """Return a text with the line ends of a database; browsers send others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines(text: str) -> Lines:
    return text.split("\n") if text else []


def _settle(
    before: Lines, mine: Lines, theirs: Lines, conflicts: list[Conflict], both: bool
) -> Lines:
    """Return what becomes of the lines `before`; `both` sides changed them, or one of them."""
    if not both:
        return theirs if mine == before else mine
    if mine == theirs:
        return mine
    if not _says(mine) or not _says(theirs):
        return theirs if _says(theirs) else mine
    if _says(before):
        conflicts.append(Conflict("\n".join(theirs), "\n".join(mine)))
    return theirs + mine


def _says(lines: Lines) -> bool:
    return any(line.strip() for line in lines)


def _groups(old: Lines, mine: Lines, theirs: Lines):
    """Yield (begins, ends, edits of mine, edits of theirs) of lines that changes share, in order.

    Changes share lines when they overlap or add at the same place; touching is not sharing.
    """
    changes = [(*edit[:2], False, edit) for edit in edits(old, mine)]
    changes += [(*edit[:2], True, edit) for edit in edits(old, theirs)]
    waiting = deque(sorted(changes, key=lambda each: each[:2]))
    while waiting:
        begins, ends, is_theirs, edit = waiting.popleft()
        sides: tuple[list[Edit], list[Edit]] = ([], [])
        sides[is_theirs].append(edit)
        while waiting and _share(begins, ends, *waiting[0][:2]):
            _, until, is_theirs, edit = waiting.popleft()
            sides[is_theirs].append(edit)
            ends = max(ends, until)
        yield begins, ends, *sides


def _share(begins: int, ends: int, first: int, last: int) -> bool:
    return first < ends or (begins == ends == first == last)


def _apply(old: Lines, begins: int, ends: int, made_by: list[Edit]) -> Lines:
    """Return what a side made of old[begins:ends]."""
    made: Lines = []
    for first, last, new in made_by:
        made += old[begins:first] + new
        begins = last
    return made + old[begins:ends]

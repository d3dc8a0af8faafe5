"""Where one text differs from another by lines, in work that stays bounded whatever they are."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

MOST_WORK = 4_000_000  # steps of comparing, well under a second

Lines = list[str]
# Where a side changed the base: [begins, ends) of the base, and what it put there.
Edit = tuple[int, int, Lines]


def edits(old: Lines, new: Lines) -> list[Edit]:
    """Return where `new` differs; what takes too long to compare is one change as a whole."""
    found: list[Edit] = []
    left = MOST_WORK
    for at, of_old, of_new in _stretches(old, new):
        work = _work(of_old, of_new)
        if work > left:
            found.append((at, at + len(of_old), of_new))
            continue
        left -= work
        matcher = SequenceMatcher(None, of_old, of_new, autojunk=False)
        found += [
            (at + i1, at + i2, of_new[j1:j2])
            for tag, i1, i2, j1, j2 in matcher.get_opcodes()
            if tag != "equal"
        ]
    return found


def _work(old: Lines, new: Lines) -> int:
    """Return how many steps finding what stayed takes at most."""
    there = Counter(new)
    pairs = sum(there[line] for line in old)
    return (pairs + len(old)) * min(len(old), len(new), pairs)


def _stretches(old: Lines, new: Lines) -> Iterator[tuple[int, Lines, Lines]]:
    """Yield where it begins, lines of `old` and of `new` that stand for each other.

    Left out is what both begin and end with, and of much text the lines that each has once.
    """
    anchors = _anchors(old, new) if _work(old, new) > MOST_WORK else []
    first = second = 0
    for last, end in [*anchors, (len(old), len(new))]:
        of_old, of_new = old[first:last], new[second:end]
        head, tail = _ends(of_old, of_new)
        yield first + head, of_old[head : len(of_old) - tail], of_new[head : len(of_new) - tail]
        first, second = last + 1, end + 1


def _ends(old: Lines, new: Lines) -> tuple[int, int]:
    """Return how many lines both begin with, and how many of the others both end with."""
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    rest = most - head
    tail = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    return head, tail


def _anchors(old: Lines, new: Lines) -> list[tuple[int, int]]:
    """Return the places of lines that stand once in each, as many as are in the same order."""
    in_old, in_new = Counter(old), Counter(new)
    places = {line: place for place, line in enumerate(new) if in_new[line] == 1}
    pairs = [
        (place, places[line])
        for place, line in enumerate(old)
        if in_old[line] == 1 and line in places
    ]
    return [pairs[number] for number in _longest_row([other for _, other in pairs])]


def _longest_row(numbers: list[int]) -> list[int]:
    """Return the places of the most numbers that grow from one to the next."""
    least: list[int] = []
    lasts: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(least, number)
        least[length : length + 1], lasts[length : length + 1] = [number], [place]
        before.append(lasts[length - 1] if length else -1)
    row, place = [], lasts[-1] if lasts else -1
    while place >= 0:
        row.append(place)
        place = before[place]
    return row[::-1]

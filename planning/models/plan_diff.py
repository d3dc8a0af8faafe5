"""What became of a plan since its commit, or since a day: read from rows that nobody rewrites."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from django.utils import timezone

from planning.models.baseline import BaselineLine, CommitBaseline, PlanChange, PlanLine
from planning.models.commitment import Commitment
from planning.models.cycle import Cycle
from planning.models.initiative import Initiative
from prodops.people.models import Team, User

What = PlanChange.What
END = datetime.max.replace(tzinfo=UTC)
SIDES = (What.KIND, What.TARGET, What.START, What.OWNER, What.TEAMS)


@dataclass(frozen=True)
class Part:
    """One thing that is another now than it was, in words, with the acts that made it so."""

    what: What
    before: str
    after: str
    told: list[PlanChange]

    @property
    def label(self) -> str:
        return self.what.label


@dataclass
class Difference:
    """An initiative whose line is another now; a side is None where it is not in the plan."""

    initiative: Initiative
    before: PlanLine | None
    after: PlanLine | None
    told: list[PlanChange] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def is_added(self) -> bool:
        return self.before is None and self.after is not None

    @property
    def is_dropped(self) -> bool:
        return self.before is not None and self.after is None

    @property
    def came_and_went(self) -> bool:
        return self.before is None and self.after is None

    @property
    def is_same(self) -> bool:
        return self.before is not None and self.after is not None and not self.parts

    @property
    def added(self) -> PlanChange | None:
        """The act that brought it in."""
        return next((one for one in self.told if one.what == What.ADDED), None)

    @property
    def dropped(self) -> PlanChange | None:
        """The act that took it out."""
        return next((one for one in reversed(self.told) if one.what == What.DROPPED), None)

    @property
    def was_unplanned(self) -> bool:
        """Whether it came in after the plan froze: then it counts as unplanned, of any kind."""
        return any(one.commitment.was_unplanned for one in self.told)

    def has(self, *whats: str) -> bool:
        return any(part.what in whats for part in self.parts)


@dataclass(frozen=True)
class PlanDiff:
    """The plan at `start`, the plan now, and how the one became the other."""

    start: datetime
    is_against_commit: bool
    differences: list[Difference]

    @property
    def added(self) -> list[Difference]:
        return [one for one in self.differences if one.is_added]

    @property
    def dropped(self) -> list[Difference]:
        return [one for one in self.differences if one.is_dropped or one.came_and_went]

    @property
    def changed(self) -> list[Difference]:
        return [one for one in self.differences if one.parts]

    @property
    def unchanged(self) -> list[Difference]:
        """What is as it was; some of it was changed and changed back, which `told` says."""
        return [one for one in self.differences if one.is_same]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many initiatives each thing happened to, by its words."""
        kinds = [
            ("Moved", (What.TARGET, What.START)),
            ("Kind changed", (What.KIND,)),
            ("Owner changed", (What.OWNER,)),
            ("Teams changed", (What.TEAMS,)),
        ]
        changed = [(word, sum(one.has(*whats) for one in self.changed)) for word, whats in kinds]
        ends = [("Added", len(self.added)), ("Dropped", len(self.dropped))]
        return [*ends, *changed, ("Unchanged", len(self.unchanged))]


def lines_at(
    baseline: Iterable[BaselineLine], changes: Iterable[PlanChange], moment: datetime | None
) -> dict[int, PlanLine]:
    """Return each initiative's line as it stood before `moment`, or at the commit without one.

    `changes` come in the order they happened, with their commitments.
    """
    lines = {row.initiative_id: row.line for row in baseline}
    for change in changes:
        if moment is None or change.at >= moment:
            break
        if change.is_dropped:
            lines.pop(change.commitment.initiative_id, None)
        else:
            lines[change.commitment.initiative_id] = change.line
    return lines


def start_of(baseline: CommitBaseline, since: date | None) -> datetime | None:
    """Return the moment the day `since` began; None when that is not after the commit."""
    start = _midnight(since) if since else None
    return start if start and start > baseline.at else None


def read_diff(cycle: Cycle, since: date | None = None) -> PlanDiff | None:
    """Compare the plan of `cycle` with its commit, or as it stood when the day `since` began.

    None where its commit left no baseline. A day before the commit is the commit. Six queries.
    """
    baseline = getattr(cycle, "baseline", None)
    if baseline is None:
        return None
    frozen = list(baseline.lines.order_by("pk"))
    changes = list(PlanChange.objects.of(cycle))
    start = start_of(baseline, since)
    before = lines_at(frozen, changes, start)
    after = lines_at(frozen, changes, END)
    window = [one for one in changes if start is None or one.at >= start]
    differences = _differences(before, after, window)
    return PlanDiff(start or baseline.at, start is None, differences)


def _differences(
    before: Mapping[int, PlanLine], after: Mapping[int, PlanLine], window: list[PlanChange]
) -> list[Difference]:
    told: dict[int, list[PlanChange]] = {}
    for change in window:
        told.setdefault(change.commitment.initiative_id, []).append(change)
    initiatives = Initiative.objects.in_bulk([*before, *after, *told])
    found = [
        Difference(one, before.get(pk), after.get(pk), told.get(pk, []))
        for pk, one in initiatives.items()
    ]
    words = _Words([line for one in found for line in (one.before, one.after) if line])
    for one in found:
        one.parts = words.parts(one)
    return sorted(found, key=lambda one: (one.initiative.title, one.initiative.pk))


class _Words:
    """What stands in a line, in words; the names of people and teams are looked up once."""

    def __init__(self, lines: list[PlanLine]):
        self.people = User.objects.in_bulk({line.owner_id for line in lines})
        self.teams = Team.objects.in_bulk({pk for line in lines for pk in line.team_ids})

    def parts(self, one: Difference) -> list[Part]:
        """Return what differs between two lines; nothing where a side is missing."""
        if one.before is None or one.after is None:
            return []
        old, new = self.of(one.before), self.of(one.after)
        return [
            Part(what, old[what], new[what], [each for each in one.told if each.what == what])
            for what in SIDES
            if old[what] != new[what]
        ]

    def of(self, line: PlanLine) -> dict[What, str]:
        teams = sorted(self.teams[pk].name for pk in line.team_ids if pk in self.teams)
        return {
            What.KIND: Commitment.Kind(line.kind).label,
            What.TARGET: line.target_words,
            What.START: f"{line.start_on:%-d %b %Y}" if line.start_on else "No date",
            What.OWNER: str(self.people[line.owner_id]),
            What.TEAMS: ", ".join(teams) or "No team",
        }


def _midnight(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time.min), timezone.get_default_timezone())

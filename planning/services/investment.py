"""Where a cycle's time goes: what was wanted, what is planned, and what Jira saw done."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from intake.services import Refusal
from planning.models import (
    Allocation,
    Cycle,
    Initiative,
    InitiativeInvestment,
    InitiativeIssue,
    InvestmentCategory,
    InvestmentTarget,
    Scenario,
)
from planning.models.people_weeks import plain
from planning.services.capacity import refuse_closed, team_weeks
from planning.services.initiatives import ChangedMeanwhile
from prodops.audit import services as audit
from prodops.integrations.jira.models import JiraIssue
from prodops.people.models import User

ENOUGH_POINTS = 0.8
APART = 5


@dataclass(frozen=True)
class Slice:
    """One kind of work; the shares are per cent, None where nothing is known."""

    name: str
    category: InvestmentCategory | None
    target: int | None
    planned: float | None
    weeks: Decimal
    actual: float | None
    done: float

    @property
    def words(self) -> str:
        """Name what is apart from the target by five points or more."""
        known = [("planned", self.planned), ("done", self.actual)]
        parts = [
            f"{abs(share - self.target):.0f} points {'over' if share > self.target else 'under'} "
            f"as {what}"
            for what, share in known
            if self.target is not None and share is not None and abs(share - self.target) >= APART
        ]
        return "; ".join(parts)


@dataclass(frozen=True)
class Mix:
    """The kinds of work of a cycle, in which unit Jira's were counted, and what was not seen."""

    slices: list[Slice]
    unit: str = ""
    unseen: list[str] = field(default_factory=list)

    @property
    def has_targets(self) -> bool:
        return any(each.target is not None for each in self.slices)


@dataclass(frozen=True)
class _Done:
    """Finished work by kind, in `unit`, with what could not be seen."""

    amounts: dict[int | None, float]
    unit: str
    unseen: list[str]


def mix(*, cycle: Cycle, scenario: Scenario | None = None) -> Mix:
    """Return wanted, planned and done shares of each kind of work in a cycle."""
    categories = list(InvestmentCategory.objects.for_display())
    run = next((each.pk for each in categories if each.takes_run_work), None)
    wanted = dict(cycle.investment_targets.values_list("category", "share"))
    weeks = planned_weeks(cycle=cycle, scenario=scenario, run=run)
    done = _done(cycle, run)
    sums = float(sum(weeks.values())), sum(done.amounts.values())
    slices = []
    for category in [*categories, None]:
        pk = category.pk if category else None
        is_known = pk in wanted or weeks.get(pk) or done.amounts.get(pk)
        if not (is_known or (category and category.is_active)):
            continue
        slices.append(
            Slice(
                name=str(category or "In no category"),
                category=category,
                target=wanted.get(pk, 0) if pk and wanted else None,
                planned=100 * float(weeks.get(pk, 0)) / sums[0] if sums[0] else None,
                weeks=weeks.get(pk, Decimal(0)),
                actual=100 * done.amounts.get(pk, 0) / sums[1] if sums[1] else None,
                done=done.amounts.get(pk, 0),
            )
        )
    return Mix(slices, done.unit, [*_unplanned(cycle, weeks), *done.unseen])


def planned_weeks(
    *, cycle: Cycle, scenario: Scenario | None, run: int | None
) -> dict[int | None, Decimal]:
    """Return the people-weeks of each kind of work; run-work of all teams counts as `run`."""
    rows = Allocation.objects.counted(cycle, scenario)
    found: dict[int | None, Decimal] = defaultdict(Decimal)
    named = rows.values_list("initiative__investment__category", "weeks").order_by()
    for category, weeks in named.iterator():
        found[category] += weeks
    if run is not None:
        found[run] += sum(
            (row.run_weeks for row in team_weeks(cycle=cycle, scenario=scenario)), Decimal(0)
        )
    return dict(found)


def _unplanned(cycle: Cycle, weeks: Mapping[int | None, Decimal]) -> list[str]:
    bare = cycle.commitments.standing().filter(initiative__investment=None).count()
    if not bare:
        return []
    things = "initiative of the plan has" if bare == 1 else "initiatives of the plan have"
    return [f"{bare} {things} no category ({plain(weeks.get(None, Decimal(0)))} weeks)."]


def _done(cycle: Cycle, run: int | None) -> _Done:
    """Count the issues that were resolved in the cycle's dates, each once."""
    dates = {"resolved__gte": cycle.opens_at, "resolved__lt": cycle.closes_at}
    linked = InitiativeIssue.objects.filter(
        issue__status__step="finished", **{f"issue__{name}": at for name, at in dates.items()}
    )
    rows = list(
        linked.order_by("issue", "initiative")
        .distinct("issue")
        .values_list("issue__story_points", "initiative__investment__category")
    )
    all_of_them = JiraIssue.objects.alive().filter(
        status__step="finished", issue_type__level=0, **dates
    )
    strays = list(
        all_of_them.exclude(pk__in=linked.values("issue")).values_list("story_points", flat=True)
    )
    pairs = [*rows, *((points, run) for points in strays if run is not None)]
    return _weigh(pairs, len(strays), len(rows) + len(strays), run)


def _weigh(pairs: list, strays: int, number: int, run: int | None) -> _Done:
    """Count by points where nearly all issues have them, else by issues."""
    with_points = sum(1 for points, _ in pairs if points)
    by_points = bool(pairs) and with_points / len(pairs) >= ENOUGH_POINTS
    amounts: Counter[int | None] = Counter()
    for points, category in pairs:
        amounts[category] += (points or 0) if by_points else 1
    unseen = []
    if by_points and with_points < len(pairs):
        unseen.append(f"{len(pairs) - with_points} finished issues have no points and count 0.")
    if strays:
        how = "counted as run-work" if run is not None else "left out"
        unseen.append(f"{strays} of {number} finished issues belong to no initiative: {how}.")
    return _Done(dict(amounts), "points" if by_points else "issues", unseen)


@transaction.atomic
def set_targets(
    *, cycle: Cycle, shares: Mapping[InvestmentCategory, int], by: User, at: datetime
) -> None:
    """Say how much of a cycle is meant for each kind of work; the shares sum to 100.

    Without any share there are no targets any more.
    """
    refuse_closed(cycle, None)
    shares = {category: share for category, share in shares.items() if share}
    if shares and sum(shares.values()) != 100:
        raise Refusal(f"The shares sum to {sum(shares.values())} %; they have to sum to 100 %.")
    before = dict(cycle.investment_targets.values_list("category", "share"))
    if before == {category.pk: share for category, share in shares.items()}:
        return
    cycle.investment_targets.all().delete()
    InvestmentTarget.objects.bulk_create(
        InvestmentTarget(cycle=cycle, category=category, share=share)
        for category, share in shares.items()
    )
    audit.record(
        "cycle.mix_wanted",
        thread=cycle.thread,
        summary="set the investment mix wanted" if shares else "took the wanted mix away",
        detail=", ".join(f"{category} {share} %" for category, share in shares.items()),
        by=by,
        at=at,
    )


@transaction.atomic
def classify(
    *,
    wishes: Mapping[Initiative, tuple[int | None, InvestmentCategory | None]],
    by: User,
    at: datetime,
) -> int:
    """Say which kind of work initiatives are; return how many changed.

    Each wish is the category's primary key as the person saw it and the one wanted; raises
    ChangedMeanwhile when somebody said another since.
    """
    rows = InitiativeInvestment.objects.select_for_update(of=("self",)).filter(
        initiative__in=list(wishes)
    )
    held = {row.initiative_id: row for row in rows.select_related("category").order_by("pk")}
    changed = 0
    for initiative, (seen, wanted) in wishes.items():
        row = held.get(initiative.pk)
        now = row.category if row else None
        if now == wanted:
            continue
        if (now and now.pk) != seen:
            raise ChangedMeanwhile(
                f"Somebody said meanwhile that {initiative.key} is {now or 'in no category'}; "
                "nothing was saved."
            )
        _classify(initiative, row, wanted, by, at)
        changed += 1
    return changed


def _classify(initiative, row, wanted, by, at) -> None:
    before = str(row.category) if row else "none"
    if wanted is None:
        row.delete()
    else:
        row = row or InitiativeInvestment(initiative=initiative)
        row.category, row.by, row.at = wanted, by, at
        row.save()
    audit.record(
        "initiative.classified",
        thread=initiative.thread,
        summary="said which kind of work it is",
        before=before,
        after=str(wanted or "none"),
        by=by,
        at=at,
    )

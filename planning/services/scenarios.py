"""Copy a plan into a scenario, change it there, and adopt it as the plan."""

from datetime import date, datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q

from intake.services import Refusal
from planning.models import (
    Allocation,
    Commitment,
    Cycle,
    Initiative,
    Scenario,
    ScenarioItem,
    TeamCapacity,
)
from planning.models.initiative import last_day
from planning.models.plan_picture import Assumed, Given, Placed, PlanPicture, Step, steps_between
from planning.services.capacity import assumptions, refuse_closed
from prodops.audit import services as audit
from prodops.people.models import Team, User


class Said(NamedTuple):
    """A difference between two plans in words."""

    what: str
    before: str
    after: str


def picture_of(*, cycle: Cycle, scenario: Scenario | None = None) -> PlanPicture:
    """Return the plan of a cycle, or of a scenario for it, as it stands. Four queries."""
    teams = list(Team.objects.order_by("pk"))
    assumed = assumptions(cycle=cycle, scenario=scenario, teams=teams)
    rows = Allocation.objects.counted(cycle, scenario)
    return PlanPicture(
        items=_items(cycle, scenario),
        weeks={
            (row.initiative_id, row.team_id): Given(
                row.weeks, tuple(row.months) if row.months else None
            )
            for row in rows
        },
        teams={pk: Assumed(row.run_share, row.adjustment, row.note) for pk, row in assumed.items()},
    )


def pictures_of(*, cycle: Cycle, scenarios: list[Scenario], teams: list[Team]) -> list[PlanPicture]:
    """Return the plan and the scenarios as they stand. Five queries, however many."""
    found = {scenario and scenario.pk: PlanPicture() for scenario in [None, *scenarios]}
    found[None].items = _items(cycle, None)
    for item in ScenarioItem.objects.filter(scenario__in=scenarios).with_records():
        found[item.scenario_id].items[item.initiative_id] = item.placed()
    for row in cycle.allocations.filter(Q(scenario=None) | Q(scenario__in=scenarios)):
        if row.initiative_id in found[row.scenario_id].items:
            given = Given(row.weeks, tuple(row.months) if row.months else None)
            found[row.scenario_id].weeks[row.initiative_id, row.team_id] = given
    for pk, said in assumptions(cycle=cycle, scenario=None, teams=teams).items():
        found[None].teams[pk] = Assumed(said.run_share, said.adjustment, said.note)
    for said in TeamCapacity.objects.filter(scenario__in=scenarios):
        assumed = Assumed(said.run_share, said.adjustment, said.note)
        found[said.scenario_id].teams[said.team_id] = assumed
    return list(found.values())


def _items(cycle: Cycle, scenario: Scenario | None) -> dict[int, Placed]:
    if scenario is not None:
        return {item.initiative_id: item.placed() for item in scenario.items.with_records()}
    return {
        each.initiative_id: _as_it_is(each.initiative, each.kind)
        for each in cycle.commitments.standing().select_related("initiative")
    }


def _as_it_is(initiative: Initiative, kind: str) -> Placed:
    return Placed(kind, initiative.target_on, initiative.target_precision)


@transaction.atomic
def copy_plan(
    *, cycle: Cycle, name: str, by: User, at: datetime, of: Scenario | None = None
) -> Scenario:
    """Copy the plan of a cycle that is not committed, or one of its scenarios, under a name."""
    refuse_closed(cycle, None)
    refuse_committed(cycle)
    now = picture_of(cycle=cycle)
    wanted = picture_of(cycle=cycle, scenario=of) if of else now
    scenario = Scenario(cycle=cycle, name=name, base=now.as_json(), made_by=by, made_at=at)
    try:
        with transaction.atomic():
            scenario.save()
    except IntegrityError as error:
        raise Refusal(f"{cycle} has a scenario called {name} already.") from error
    _fill(scenario, wanted, by, at)
    source = f"scenario {of}" if of else "plan"
    tell(scenario, "copied", f"copied the {source} into the scenario {scenario}", by=by, at=at)
    return scenario


def _fill(scenario: Scenario, picture: PlanPicture, by: User, at: datetime) -> None:
    ScenarioItem.objects.bulk_create(
        ScenarioItem(
            scenario=scenario,
            initiative_id=pk,
            kind=each.kind,
            target_on=each.target_on,
            target_precision=each.target_precision,
        )
        for pk, each in picture.items.items()
    )
    _write_time(scenario.cycle, scenario, picture, by, at)


def _write_time(
    cycle: Cycle, scenario: Scenario | None, picture: PlanPicture, by: User, at: datetime
) -> None:
    """Write the weeks and the assumptions of a plan that has none."""
    Allocation.objects.bulk_create(
        Allocation(
            cycle=cycle,
            scenario=scenario,
            initiative_id=initiative,
            team_id=team,
            weeks=each.weeks,
            months=list(each.months) if each.months else None,
            by=by,
            at=at,
        )
        for (initiative, team), each in picture.weeks.items()
        if each.weeks
    )
    TeamCapacity.objects.bulk_create(
        TeamCapacity(
            cycle=cycle,
            scenario=scenario,
            team_id=pk,
            run_share=each.run_share,
            adjustment=each.adjustment,
            note=each.note,
        )
        for pk, each in picture.teams.items()
    )


@transaction.atomic
def place(
    *,
    scenario: Scenario,
    initiative: Initiative,
    kind: str,
    target_on: date | None,
    target_precision: str,
) -> ScenarioItem:
    """Put an initiative into a scenario, or change how it stands there.

    Without `target_on` it has the date of the initiative there too, whatever that becomes.
    """
    refuse_closed(scenario.cycle, scenario)
    if initiative.is_over:
        raise Refusal(f"{initiative.key} is {initiative.get_stage_display().lower()} already.")
    target_on = target_on and last_day(target_on, target_precision)
    if target_on and initiative.start_on and target_on < initiative.start_on:
        raise Refusal(f"That is before its start, {initiative.start_on:%-d %b %Y}.")
    item, _ = ScenarioItem.objects.update_or_create(
        scenario=scenario,
        initiative=initiative,
        defaults={"kind": kind, "target_on": target_on, "target_precision": target_precision},
    )
    return item


@transaction.atomic
def take_out(*, item: ScenarioItem) -> Scenario:
    """Take an initiative out of a scenario, with the weeks it has there."""
    scenario = item.scenario
    refuse_closed(scenario.cycle, scenario)
    scenario.allocations.filter(initiative=item.initiative_id).delete()
    ScenarioItem.objects.filter(pk=item.pk).delete()
    return scenario


@transaction.atomic
def archive(*, scenario: Scenario, by: User, at: datetime) -> Scenario:
    """Lay a scenario aside; it stays to be read."""
    refuse_closed(scenario.cycle, scenario)
    lay_aside(scenario)
    tell(scenario, "archived", f"laid the scenario {scenario} aside", by=by, at=at)
    return scenario


def lay_aside(scenario: Scenario) -> None:
    """Keep a scenario as it stands, to be read: what becomes of the initiatives is none of it."""
    scenario.items.keep_dates()
    scenario.state = Scenario.State.ARCHIVED
    scenario.save(update_fields=["state"])


def differences(*, before: PlanPicture, after: PlanPicture, is_next: bool = False) -> list[Said]:
    """Say what leads from one plan to the other, in words. Two queries at most.

    Where `after` is what may come next, what it takes in is compared with itself as it is today.
    """
    steps = steps_between(before, after)
    initiatives = Initiative.objects.in_bulk({s.initiative for s in steps if s.initiative})
    teams = Team.objects.in_bulk({s.team for s in steps if s.team})
    if is_next:
        steps = _with_dates_of_new(steps, initiatives, after)
    return [
        _said(step, initiatives.get(step.initiative or 0), teams.get(step.team or 0))
        for step in steps
    ]


def _with_dates_of_new(
    steps: list[Step], initiatives: dict[int, Initiative], after: PlanPicture
) -> list[Step]:
    found = []
    for step in steps:
        found.append(step)
        if step.about == "plan" and step.after:
            pk = step.initiative or 0
            own, wanted = _as_it_is(initiatives[pk], step.after), after.items[pk]
            if own.target != wanted.target:
                found.append(Step("target", pk, None, own.target_words, wanted.target_words))
    return found


def _said(step: Step, initiative: Initiative | None, team: Team | None) -> Said:
    kinds: dict[str, str] = {str(kind): kind.label for kind in Commitment.Kind}
    names = [f"{initiative.key} {initiative.title}" if initiative else "", str(team or "")]
    if step.about in {"plan", "kind"}:
        before, after = kinds.get(step.before, "not in it"), kinds.get(step.after, "taken out")
        return Said(names[0], before, after)
    return Said(", ".join(name for name in [*names, step.about] if name), step.before, step.after)


def refuse_committed(cycle: Cycle) -> None:
    if cycle.is_committed:
        raise Refusal(
            f"{cycle} is committed: its plan changes by adding and dropping, with a reason."
        )


def tell(
    scenario: Scenario, verb: str, words: str, *, by: User, at: datetime, detail: str = ""
) -> None:
    """Tell it in the story of the cycle, which is that of its scenarios too."""
    audit.record(
        f"scenario.{verb}",
        thread=scenario.cycle.thread,
        summary=words,
        detail=detail,
        by=by,
        at=at,
    )

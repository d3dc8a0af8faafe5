"""Make a scenario the plan: all of it or nothing, and only over the plan a person has seen."""

from datetime import datetime

from django.db import transaction

from intake.services import Refusal
from planning.models import Allocation, Commitment, Cycle, Initiative, Scenario, TeamCapacity
from planning.models.plan_picture import Given, PlanPicture
from planning.services.capacity import refuse_closed
from planning.services.commitments import add_to_cycle, drop_from_cycle
from planning.services.scenarios import (
    differences,
    lay_aside,
    picture_of,
    refuse_committed,
    tell,
)
from planning.services.targets import move_target
from prodops.audit import services as audit
from prodops.people.models import User


class PlanChanged(Refusal):
    """The plan is another one than the person has seen; nothing was adopted."""


@transaction.atomic
def adopt_scenario(*, scenario: Scenario, seen: str, by: User, at: datetime) -> Scenario:
    """Make a scenario the plan of its cycle; the other drafts are laid aside.

    `seen` is the `mark` of the plan the person saw beside it. Raises PlanChanged when the plan is
    another by now, Refusal when the cycle is committed or the scenario is no draft any more.
    """
    cycle = scenario.cycle
    refuse_closed(cycle, scenario)
    refuse_committed(cycle)
    now, wanted = picture_of(cycle=cycle), picture_of(cycle=cycle, scenario=scenario)
    if now.mark != seen:
        raise PlanChanged(
            f"The plan of {cycle} changed since you looked. Nothing was adopted: read the "
            "differences again."
        )
    said = differences(before=now, after=wanted, is_next=True)
    scenario.items.keep_dates()
    _adopt_items(cycle, now, wanted, by, at)
    _adopt_weeks(cycle, wanted, by, at)
    _adopt_assumptions(cycle, now, wanted)
    scenario.state = Scenario.State.ADOPTED
    scenario.adopted_by, scenario.adopted_at = by, at
    scenario.save(update_fields=["state", "adopted_by", "adopted_at"])
    for other in cycle.scenarios.drafts():
        lay_aside(other)
    lines = [f"- {each.what}: {each.before} → {each.after}" for each in said]
    words = f"adopted the scenario {scenario}"
    tell(scenario, "adopted", words, by=by, at=at, detail="\n".join(lines))
    return scenario


def _adopt_items(
    cycle: Cycle, now: PlanPicture, wanted: PlanPicture, by: User, at: datetime
) -> None:
    """Bring the plan's initiatives, kinds and dates to those of the scenario."""
    held = cycle.commitments.standing().with_records().in_bulk(field_name="pk").values()
    by_initiative = {each.initiative_id: each for each in held}
    initiatives = Initiative.objects.select_related("thread", "owner").in_bulk(wanted.items)
    for pk in now.items.keys() - wanted.items.keys():
        drop_from_cycle(commitment=by_initiative[pk], by=by, at=at)
    for pk, placed in wanted.items.items():
        initiative = initiatives[pk]
        try:
            if pk not in now.items:
                add_to_cycle(cycle=cycle, initiative=initiative, kind=placed.kind, by=by, at=at)
            elif now.items[pk].kind != placed.kind:
                _change_kind(by_initiative[pk], placed.kind, by, at)
            own = (initiative.target_on, initiative.target_precision)
            if placed.target_on and (placed.target_on, placed.target_precision) != own:
                move_target(
                    initiative=initiative,
                    target_on=placed.target_on,
                    precision=placed.target_precision,
                    by=by,
                    at=at,
                )
        except Refusal as refusal:
            raise Refusal(f"{initiative.key} {initiative.title}: {refusal}") from refusal


def _change_kind(commitment: Commitment, kind: str, by: User, at: datetime) -> None:
    before = commitment.get_kind_display()
    commitment.kind = kind
    commitment.save(update_fields=["kind"])
    audit.record(
        "commitment.changed",
        thread=commitment.initiative.thread,
        summary=f"changed how it stands in {commitment.cycle}",
        before=before,
        after=commitment.get_kind_display(),
        by=by,
        at=at,
    )


def _adopt_weeks(cycle: Cycle, wanted: PlanPicture, by: User, at: datetime) -> None:
    """Write the weeks that differ, so that the others keep who wrote them."""
    rows = {
        (row.initiative_id, row.team_id): row
        for row in Allocation.objects.of_plan(cycle).filter(initiative__in=wanted.items)
    }
    for key in rows.keys() - wanted.weeks.keys():
        rows[key].delete()
    for key, given in wanted.weeks.items():
        row = rows.get(key) or Allocation(cycle=cycle, initiative_id=key[0], team_id=key[1])
        kept = Given(row.weeks, tuple(row.months) if row.months else None) if row.pk else None
        if kept != given:
            row.weeks, row.months = given.weeks, list(given.months) if given.months else None
            row.by, row.at = by, at
            row.save()


def _adopt_assumptions(cycle: Cycle, now: PlanPicture, wanted: PlanPicture) -> None:
    for pk, assumed in wanted.teams.items():
        if now.teams.get(pk) != assumed:
            TeamCapacity.objects.update_or_create(
                cycle=cycle,
                scenario=None,
                team_id=pk,
                defaults={
                    "run_share": assumed.run_share,
                    "adjustment": assumed.adjustment,
                    "note": assumed.note,
                },
            )

"""Five quarters of objectives: four graded, one under way with a few things gone wrong."""

import random
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pgtrigger

from planning.models import Cycle, Evidence, InitiativeEpic, KeyResult, Objective
from planning.services import check_ins, measuring, open_cycle
from planning.services import evidence as evidences
from planning.services.key_result_links import link_key_result
from planning.services.key_results import Measure, add_key_result
from planning.services.objective_closing import close_objective
from planning.services.objectives import activate_objective, create_objective
from prodops.demo import plan
from prodops.demo.world import World, working
from prodops.integrations.visiting import Visit
from prodops.people.models import Team, User
from reporting.models import MetricDefinition
from reporting.services import key_results as metrics

TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))["quarter"]
WIKI = "https://wiki.northwind.example/"
REPORTS_AFTER_DAYS = (14, 46, 77)
COMMENTS = {
    "on_track": ["Two more depots joined.", "Goes as planned.", "The pilot accounts like it."],
    "at_risk": ["Slower than thought: the carriers answer late.", "We have lost two weeks."],
    "off_track": ["The cause is known, the cure is not.", "This will not be reached by itself."],
}
LINKED = 6


@dataclass
class Story:
    """What is told of one quarter: its objectives with how each ends, dice of its own."""

    world: World
    cycle: Cycle
    dice: random.Random
    ends: dict[int, float] = field(default_factory=dict)
    graded: list[tuple[Objective, dict[str, Any]]] = field(default_factory=list)


def tell(world: World) -> None:
    """Set, report and grade a year of objectives; two are carried into the present quarter."""
    dice = random.Random(13)  # noqa: S311 - a story, not a secret
    for told in TOLD:
        story = Story(world, _cycle(world, told["shift"]), dice)
        top = _set(story, told, team=None, owner=world.ops[0], parent=None)
        squads: dict[str, Objective] = {}
        for one in told["squad"]:
            parent = squads.get(one.get("below", ""), top)
            team, lead = world.squads[one["squad"]], world.lead(one["squad"])
            squads[one["squad"]] = _set(story, one, team=team, owner=lead, parent=parent)
        _take_over(story)
        _report(story)
        _grade(story)
    _break(world)
    _link(world)


def feed(world: World) -> None:
    """Let the scorecard and Jira report on two key results of the quarter."""
    top = Objective.objects.get(title=TOLD[-1]["title"])
    owner, at = world.ops[1], world.now - timedelta(days=2)
    told = {"by": owner, "at": at}
    definition = MetricDefinition.objects.current().get(key="K7")
    measure = Measure(
        title="Business days until a request is sorted", owner=owner, unit="days",
        direction="down", baseline=Decimal(4), target=Decimal(2), cadence_days=31,
        source=KeyResult.Source.METRIC,
    )  # fmt: skip
    made = add_key_result(objective=top, measure=measure, **told)
    metrics.choose_metric(key_result=made, definition=definition, team=None, **told)
    project = InitiativeEpic.objects.order_by("pk").values_list("issue__project__key", flat=True)
    measure = Measure(
        title="Share of the peak-season work that is done", owner=owner, unit="%",
        baseline=Decimal(0), target=Decimal(95), cadence_days=7, source=KeyResult.Source.JIRA,
        jira_query=f"project = {project[0]} AND type != Epic",
        jira_measure=KeyResult.JiraMeasure.SHARE_DONE,
    )  # fmt: skip
    add_key_result(objective=top, measure=measure, **told)
    measuring.measure_all(at=world.now)


def _cycle(world: World, shift: int) -> Cycle:
    """Return the quarter; of the two before the hub only the objectives were brought over."""
    span = plan.quarter(world, shift)
    known = Cycle.objects.filter(kind=Cycle.Kind.QUARTER, starts_on=span.start).first()
    if known:
        return known
    at = _morning(world, span.start) - timedelta(days=21)
    return open_cycle(
        name=span.name, slug=span.name.lower().replace(" ", "-"), kind=Cycle.Kind.QUARTER,
        starts_on=span.start, ends_on=span.end, by=world.ops[0], at=at,
    )  # fmt: skip


def _set(
    story: Story, told: dict[str, Any], *, team: Team | None, owner: User, parent: Objective | None
) -> Objective:
    """Set an objective as its quarter began, unless it was carried there."""
    at = _morning(story.world, story.cycle.starts_on)
    objective = create_objective(
        cycle=story.cycle, title=told["title"], owner=owner, team=team, parent=parent,
        weight=1, by=owner, at=at,
    )  # fmt: skip
    for title, unit, baseline, target, end in told["results"]:
        measure = Measure(
            title=title, unit=unit, owner=owner, cadence_days=21,
            baseline=Decimal(str(baseline)), target=Decimal(str(target)),
            direction="up" if target > baseline else "down",
        )  # fmt: skip
        made = add_key_result(objective=objective, measure=measure, by=owner, at=at)
        story.ends[made.pk] = end
    activate_objective(objective=objective, by=owner, at=at + timedelta(days=1))
    story.graded.append((objective, told))
    return objective


def _take_over(story: Story) -> None:
    """Begin with what was carried into the quarter; a target that was reached gets a new one."""
    at = _morning(story.world, story.cycle.starts_on) + timedelta(days=6)
    drafts = Objective.objects.filter(cycle=story.cycle, state=Objective.State.DRAFT)
    for objective in drafts.select_related("thread", "owner").order_by("pk"):
        for key_result in objective.key_results.exclude(target=None):
            low, high = float(key_result.baseline or 0), float(key_result.target or 0)
            story.ends[key_result.pk] = low + (high - low) * 0.5
        activate_objective(objective=objective, by=objective.owner, at=at)


def _report(story: Story) -> None:
    """Check in on every key result three times; here and there somebody forgets."""
    rows = KeyResult.objects.filter(pk__in=story.ends).select_related("owner")
    days = (story.cycle.ends_on - story.cycle.starts_on).days
    for key_result in rows.select_related("objective__thread").order_by("pk"):
        seen = 0
        for after in REPORTS_AFTER_DAYS:
            at = working(_morning(story.world, story.cycle.starts_on) + timedelta(days=after))
            if at < story.world.now and story.dice.random() < 0.87:
                seen = _check_in(story, key_result, after / days, seen, at)


def _check_in(story: Story, key_result: KeyResult, share: float, seen: int, at: datetime) -> int:
    baseline, target = float(key_result.baseline or 0), float(key_result.target or 0)
    way = (story.ends[key_result.pk] - baseline) * min(1.0, share + 0.1)
    value = round(baseline + way * story.dice.uniform(0.85, 1.05), 1)
    behind = share - (value - baseline) / (target - baseline)
    outlook = "on_track" if behind < 0.2 else "at_risk" if behind < 0.42 else "off_track"
    row = check_ins.check_in(
        key_result=key_result, value=Decimal(str(value)), confidence=outlook, seen=seen,
        comment=story.dice.choice(COMMENTS[outlook]), by=key_result.owner, at=at,
        evidence=f"{WIKI}{key_result.pk}/{at:%Y-%m-%d}" if story.dice.random() < 0.9 else "",
    )  # fmt: skip
    if hasattr(row, "evidence"):
        evidences.settle(evidence=row.evidence, found=Visit(200), at=at + timedelta(minutes=4))
    return row.pk


def _grade(story: Story) -> None:
    """Close what is graded in the first days after the quarter, the higher ones first."""
    at = _morning(story.world, story.cycle.ends_on) + timedelta(days=4)
    for objective, told in story.graded:
        if "grade" in told:
            carry = _cycle(story.world, 0) if told.get("carry") else None
            results = objective.key_results.all() if carry else ()
            close_objective(
                objective=objective, grade=Decimal(str(told["grade"])), remark=told["learnt"],
                carry_to=carry, key_results=results, by=objective.owner, at=at,
            )  # fmt: skip
    if any("grade" in told for _, told in story.graded) and story.cycle.committed_at is None:
        with pgtrigger.ignore("planning.Cycle:phases_in_order"):  # its plan was made elsewhere
            Cycle.objects.filter(pk=story.cycle.pk).update(
                phase=Cycle.Phase.CLOSED, committed_by=story.world.ops[0],
                committed_at=_morning(story.world, story.cycle.starts_on),
            )  # fmt: skip


def _break(world: World) -> None:
    """Let the page behind the newest check-in of a squad disappear."""
    newest = Evidence.objects.filter(check_in__key_result__objective__state="active")
    gone = newest.select_related("check_in__key_result__objective__thread")
    evidence = gone.order_by("-check_in__at", "-pk").first()
    if evidence:
        for days in (2, 1):
            at = world.now - timedelta(days=days, minutes=10)
            evidences.settle(evidence=evidence, found=Visit(404), at=at)


def _link(world: World) -> None:
    """Say of some initiatives of the quarter which key result they are to move."""
    held = KeyResult.objects.filter(objective__state="active", objective__team__isnull=False)
    linked = 0
    for key_result in held.select_related("objective__thread", "objective__team").order_by("pk"):
        team = key_result.objective.team
        initiative = team.initiatives.unfinished().order_by("pk").first() if team else None
        if initiative and linked < LINKED:
            told = {"by": initiative.owner, "at": world.at(20)}
            link_key_result(initiative=initiative, key_result=key_result, **told)
            linked += 1


def _morning(world: World, day) -> datetime:
    return datetime.combine(day, world.now.timetz()).replace(hour=9)

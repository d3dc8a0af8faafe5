"""What tests/world.py has of cycles: milestones, and a plan that changed after its commit."""

from datetime import timedelta

from planning import services as planning
from planning.models import MilestoneTemplate, MilestoneTemplateItem


def build(world, *, mark):
    """Add `milestone` of the world's cycle, and `committed`, an active cycle with `held`."""
    by, at = world.users["ops"], world.at
    told = {"by": by, "at": at}
    template = MilestoneTemplate.objects.create(name=f"Template {mark}")
    MilestoneTemplateItem.objects.create(template=template, title=f"Plan the {mark}")
    milestone = planning.add_milestone(
        cycle=world.cycle,
        title=f"Milestone {mark}",
        owner=world.users["contributor"],
        due_on=world.cycle.starts_on,
        **told,
    )
    committed = planning.open_cycle(
        name=f"Committed {mark}",
        slug="committed-mark",
        kind="custom",
        starts_on=world.cycle.starts_on,
        ends_on=world.cycle.ends_on,
        **told,
    )
    planning.start_planning(cycle=committed, **told)
    promised = planning.create_initiative(title=f"Promise {mark}", owner=by, **told)
    promise = planning.add_to_cycle(cycle=committed, initiative=promised, **told)
    planning.commit_cycle(cycle=committed, **told)
    planning.start_cycle(cycle=committed, **told)
    planning.move_target(
        initiative=promised,
        target_on=world.cycle.ends_on,
        precision="day",
        reason="scope",
        note=f"The {mark} grew.",
        by=by,
        at=at + timedelta(seconds=1),
    )
    world.add(milestone=milestone, committed=committed, held=promise)

"""A hundred of what tests/world_cycles.py made: milestones, promises and their changes."""

import pgtrigger

from planning.models import BaselineLine, PlanChange


def grow(world, number, *, copies):
    copies(world.milestone, number)
    line = BaselineLine.objects.get(baseline__cycle=world.committed)
    change = PlanChange.objects.get(commitment=world.held)
    initiatives = copies(world.held.initiative, number)
    with pgtrigger.ignore(
        "planning.Commitment:frozen_plan_stays", "planning.BaselineLine:written_at_the_commit"
    ):
        promises = copies(world.held, number, initiative=initiatives)
        copies(line, number, initiative=initiatives)
    copies(change, number, commitment=promises)

"""Looks at Jira for the pages of an initiative, and tasks for Home: see tests/crowd.py."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import planning, truth


def grow(world, number):
    """Look at the world's initiative week by week, and ask its owner about others."""
    at, owner = timezone.now(), world.initiative.owner
    truth.weeks(world.initiative, at=at, count=number, days=9)
    for _ in range(min(number, 9)):
        asked = planning.initiative(
            owner=owner, stage="delivery", target_on=timezone.localdate() + timedelta(days=9), at=at
        )
        asked.status, asked.status_at = "on_track", at
        asked.save(update_fields=["status", "status_at"])
        truth.check(asked, at=at, days=90)

"""Dependencies between teams, through the same acts a person would use."""

import itertools
from datetime import UTC, date, datetime

from planning.services import dependencies, dependency_answers
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
NEEDED = date(2026, 12, 1)
NUMBERS = itertools.count(1)


def led_team(**fields):
    """Make a team and the person who leads it: `team, lead = led_team()`."""
    team, lead = TeamFactory(**fields), UserFactory()
    MembershipFactory(team=team, user=lead, role="lead")
    return team, lead


def dependency(*, at=AT, **fields):
    """Ask another team for something; fields are those of `services.dependencies.ask`."""
    fields = {
        "title": f"Need number {next(NUMBERS)}",
        "why": "We cannot ship without it.",
        "needed_by_on": NEEDED,
        "by": fields.pop("by", None) or UserFactory(),
        **fields,
    }
    fields["asking_team"] = fields.get("asking_team") or led_team()[0]
    if not fields.get("outside_name"):
        fields["giving_team"] = fields.get("giving_team") or led_team()[0]
    return dependencies.ask(at=at, **fields)


def committed(*, by=None, at=AT, **fields):
    """Make one that the giving side has promised for the day it is needed."""
    made = dependency(at=at, **fields)
    ops = by or UserFactory(role="ops")
    return dependency_answers.commit_to(dependency=made, seen=1, by=ops, at=at)


def delivered(*, at=AT, **fields):
    """Make one that waits to be confirmed."""
    made = committed(at=at, **fields)
    ops = UserFactory(role="ops")
    return dependency_answers.deliver(dependency=made, note="It is there.", by=ops, at=at)

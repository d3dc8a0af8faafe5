"""Routing rules that are live, or a draft of them.

`rule("Ideas", asks=[("kind", "is", "idea")], category=…)` describes one, `live(…)` puts it live.
"""

from dataclasses import dataclass, field

from intake import services
from tests.factories.intake import SUBMITTED_AT
from tests.factories.people import UserFactory


@dataclass(frozen=True)
class Description:
    name: str
    asks: list = field(default_factory=list)
    sets: dict = field(default_factory=dict)


def rule(name="A rule", *, asks=(), **sets):
    return Description(name, list(asks), sets or {"priority": "P2"})


def draft(*described, by=None, at=SUBMITTED_AT):
    """Begin a draft, as a copy of what is live, and add the rules to it."""
    by = by or UserFactory(role="ops")
    version = services.open_draft(by=by, at=at)
    for each in described:
        made = services.add_rule(version=version, name=each.name, by=by, at=at, **each.sets)
        for asked, operator, *wanted in each.asks:
            services.add_condition(
                rule=made, field=asked, operator=operator, wanted=wanted, by=by, at=at
            )
    return version


def live(*described, by=None, at=SUBMITTED_AT):
    """Put the rules live; returns the version."""
    by = by or UserFactory(role="ops")
    return services.publish(version=draft(*described, by=by, at=at), by=by, at=at)

"""A dependency and the people of both its sides."""

import pytest

from tests.factories import dependencies as make


@pytest.fixture
def sides(db):
    """Return a dependency with the people of both sides: (dependency, asker, giver)."""
    asking, asker = make.led_team()
    giving, giver = make.led_team()
    made = make.dependency(asking_team=asking, giving_team=giving, by=asker)
    return made, asker, giver

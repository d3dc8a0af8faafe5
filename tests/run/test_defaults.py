"""What the hub assumes of the organisation when the environment says nothing."""

import subprocess
import sys

import pytest

from tests.run.conftest import PROJECT, environment

ASK = "from prodops.environment import *; print(TIME_ZONE, HOLIDAY_CALENDAR, sep='|')"


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ({}, "Europe/Berlin|DE-BE"),
        ({"TIME_ZONE": "America/New_York"}, "America/New_York|"),
        ({"HOLIDAY_CALENDAR": ""}, "Europe/Berlin|"),
        ({"TIME_ZONE": "America/New_York", "HOLIDAY_CALENDAR": "US"}, "America/New_York|US"),
    ],
)
def test_the_holidays_of_berlin_go_with_the_time_of_berlin_alone(tmp_path, given, known):
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=PROJECT,
        env=environment(tmp_path, **given),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == known, done.stderr

"""Checks 2 to 4, 6 to 9, 13, 14 and 16 to 21 of docs/reliability.md, in small, on own servers.

`python -m tests.chaos --checks` does the same in the sizes of the bars.
"""

import fcntl
import os
import re
import subprocess
import sys

import pytest

from tests.chaos.stage import PROJECT

pytestmark = [pytest.mark.sandbox]
PROMISES = {
    2: "each job ends when pool children are killed, and none is stuck",
    3: "what kills its worker has three attempts and is told once",
    4: "two and three beats make one run a tick and one mail a reader",
    6: "a message that comes back too soon has its effects once",
    7: "Valkey killed, emptied and stopped loses no job and fails no page",
    8: "forms posted without a broker are accepted and their jobs run later",
    9: "a crash between COMMIT and the wake-up loses no job",
    13: "429 to every third call is honoured by all workers, and the run ends",
    14: "each page meets each fault, and the copy is that of an undisturbed run",
    16: "changes around minute boundaries are missed in no time zone",
    17: "deleted and moved issues are marked exactly, and what comes back lives again",
    18: "two workers never run one mode twice, and the cursor never goes back",
    19: "a 401 in mid-sync stops at once, is told once and leaks nothing",
    20: "Postgres stopped under load loses nothing it acknowledged",
    21: "a crowd queues, and without a database connection hears when to come back",
}


@pytest.fixture(scope="session")
def outcomes(sandbox_dir, tmp_path_factory):
    """Return the line of each number; whichever process of the tests comes first does them all."""
    place = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        place = place.parent
    with (place / "checks.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = place / "checks.txt"
        if not said.exists():
            said.write_text(do_all(sandbox_dir))
    lines = dict(re.findall(r"^(check \d+): (.*)$", said.read_text(), re.MULTILINE))
    assert lines, said.read_text()
    return lines


def do_all(sandbox_dir) -> str:
    wanted = ",".join(map(str, PROMISES))
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", "--small", "--checks", wanted],
        cwd=PROJECT,
        env={**os.environ, "SANDBOX_DIR": str(sandbox_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr[-4000:]


@pytest.mark.parametrize("number", PROMISES, ids=lambda number: f"check {number}")
def test_it_keeps(number, outcomes):
    said = outcomes[f"check {number}"]
    assert said.startswith("kept"), f"{PROMISES[number]}: {said}"

"""A short run of `make chaos`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.stage import PROJECT

ROUNDS = 2


@pytest.mark.sandbox
def test_the_copy_is_right_after_two_rounds_of_chaos():
    sandbox = Path(os.environ.get("SANDBOX_DIR") or PROJECT.parent / "shared" / "sandbox")
    if not (sandbox / "jira_server.py").exists():
        pytest.skip("The local Jira is not here: no ../shared/sandbox and SANDBOX_DIR is not set.")
    command = [sys.executable, "-m", "tests.chaos", "--rounds", str(ROUNDS)]

    done = subprocess.run(
        [*command, "--seconds", "8", "--issues", "150"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    assert f"{ROUNDS} of {ROUNDS} rounds ended with what Jira has." in done.stdout

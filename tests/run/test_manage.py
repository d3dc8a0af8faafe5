"""`manage.py` as a shell uses it."""

import subprocess
import sys

from django.conf import settings

from prodops import embedded
from tests.conftest import project_environment


def test_a_reader_that_has_enough_ends_a_command_quietly():
    command = [sys.executable, "manage.py", "diffsettings", "--all"]
    process = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=project_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()

    assert process.wait(timeout=60) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


def test_commands_write_links_to_where_the_hub_answered_last(tmp_path):
    environment = {**project_environment(), "DATA_DIR": str(tmp_path), "SITE_URL": ""}
    embedded.keep_address(tmp_path, "http://localhost:8123")

    shown = subprocess.run(
        [sys.executable, "manage.py", "diffsettings", "--all"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "SITE_URL = 'http://localhost:8123'" in shown.stdout


def test_without_a_hub_there_is_the_usual_address(tmp_path):
    assert embedded.last_address(tmp_path) == "http://localhost:8000"
    (tmp_path / "address").write_bytes(b"\xff")
    assert embedded.last_address(tmp_path) == "http://localhost:8000"

"""Fixtures that run the hub as a person would: as processes, in a data directory of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from prodops.embedded.privileges import leash

PROJECT = Path(settings.BASE_DIR)
NOT_INHERITED = {"DATABASE_URL", "REDIS_URL", "CACHE_URL", "REDIS_PREFIX", "SITE_URL"}
NOT_INHERITED |= {"TIME_ZONE", "HOLIDAY_CALENDAR"}


def environment(data_dir: Path, **changes: str) -> dict[str, str]:
    """Return the environment of somebody who has set nothing but DATA_DIR."""
    inherited = {key: value for key, value in os.environ.items() if key not in NOT_INHERITED}
    own = {"DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "prodops.settings"}
    return inherited | own | changes


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """Return the running processes that name `data_dir` in their command or environment."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), process.environ().get("DATA_DIR", "")]
            if process.status() != psutil.STATUS_ZOMBIE and any(str(data_dir) in w for w in words):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def await_no_process(data_dir: Path, seconds: float = 10) -> list[psutil.Process]:
    """Return what still runs for `data_dir` after at most `seconds`."""
    give_up_at = time.monotonic() + seconds
    while (left := processes_of(data_dir)) and time.monotonic() < give_up_at:
        time.sleep(0.1)
    return left


@dataclass
class RunningHub:
    """A `manage.py up` in the background."""

    process: subprocess.Popen
    port: int
    output: Path

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=10
            ) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def await_text(self, text: str, seconds: float = 120) -> str:
        give_up_at = time.monotonic() + seconds
        while text not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < give_up_at, self.output.read_text()
            time.sleep(0.1)
        return self.output.read_text()

    def await_status(self, path: str, status: int, seconds: float = 60) -> str:
        give_up_at = time.monotonic() + seconds
        while (answer := self.get(path))[0] != status:
            assert time.monotonic() < give_up_at, (answer, self.output.read_text())
            time.sleep(0.3)
        return answer[1]

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)


def start_hub(data_dir: Path, output: Path, *, under=(), **changes: str) -> RunningHub:
    """Start `manage.py up --no-demo`, `under` another command if given; returns when ready."""
    port = free_port()
    with output.open("w") as log:
        process = subprocess.Popen(
            [*under, sys.executable, "manage.py", "up", "--no-demo", "--port", str(port)],
            cwd=PROJECT,
            env=environment(data_dir, **changes),
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=leash(),
        )
    hub = RunningHub(process, port, output)
    hub.await_text("is ready:")
    return hub


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_manage(data_dir: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess:
    """Run a command of the project to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT,
        env=environment(data_dir, **changes),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def data_dir(tmp_path):
    """A data directory that does not exist yet; nothing may run in it after the test."""
    folder = tmp_path / "data"
    yield folder
    left = await_no_process(folder)
    for process in left:
        process.kill()
    assert not left

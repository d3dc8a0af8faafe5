"""The processes `up` starts, watches over and takes along when it ends."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import IO

from prodops.embedded.privileges import leash
from prodops.supervisor import Refused
from prodops.supervisor.console import Console

QUEUES = ("default", "sync", "mail", "render")
CELERY = ["celery", "-A", "prodops", "--quiet"]
COMMANDS = {
    "web": ["gunicorn", "--graceful-timeout", "5", "--log-level", "warning"],
    "worker": [*CELERY, "worker", "-Q", ",".join(QUEUES), "-c", "2", "-l", "INFO"],
    "beat": [*CELERY, "beat", "--pidfile=", "-l", "INFO"],
}
RESTARTS_A_MINUTE = 3
SECONDS_TO_STOP = 10


class Child:
    """One process of the hub, started again when it dies."""

    def __init__(self, name: str, environment: dict[str, str], cwd: str, console: Console):
        self.name = name
        self.environment = environment
        self.cwd = cwd
        self.console = console
        self.restarted_at: list[float] = []
        self.process = self._start()

    def _start(self) -> subprocess.Popen:
        """Start the process; only the main thread may, for the child is tied to the thread."""
        self.started_at = time.monotonic()
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-W", "ignore:You're running", "-m", *COMMANDS[self.name]],
            cwd=self.cwd,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=leash(),
        )
        threading.Thread(target=self._relay, args=[process.stdout], daemon=True).start()
        return process

    def revive(self) -> None:
        """Start the process again if it has died; Refused when it keeps dying."""
        code = self.process.poll()
        if code is None:
            return
        how = f"was killed ({signal.Signals(-code).name})" if code < 0 else f"stopped (exit {code})"
        now = time.monotonic()
        self.restarted_at = [at for at in self.restarted_at if at > now - 60] + [now]
        if len(self.restarted_at) > RESTARTS_A_MINUTE:
            raise Refused(
                f"The {self.name} process {how} again and again; its lines above say why."
            )
        self.console.line("hub", f"The {self.name} process {how}; starting it again.")
        self.end()
        self.process = self._start()

    def end(self, number: int = signal.SIGKILL) -> None:
        """Send a signal to the process and everything it started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)

    def _relay(self, output: IO[str]) -> None:
        with output:
            for line in output:
                if text := line.rstrip():
                    self.console.line(self.name, text)


def stop_all(children: list[Child]) -> None:
    """Ask all to finish what they are at, then end what is left after ten seconds."""
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            child.process.terminate()
    give_up_at = time.monotonic() + SECONDS_TO_STOP
    try:
        for child in children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0, give_up_at - time.monotonic()))
    finally:
        for child in children:
            child.end()
            child.process.wait()


def await_answer(child: Child, answers: Callable[[], bool], seconds: int = 120) -> None:
    """Wait until `answers()`; Refused when the child dies or time is up first."""
    give_up_at = time.monotonic() + seconds
    while not answers():
        if child.process.poll() is not None:
            raise Refused(f"The {child.name} process does not start; its lines above say why.")
        if time.monotonic() > give_up_at:
            raise Refused(f"The {child.name} process does not answer after {seconds} seconds.")
        time.sleep(0.1)

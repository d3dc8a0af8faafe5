"""The whole hub on the stage: web, workers, beats and a mail server, all of which may die."""

import contextlib
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import psutil
import requests
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from django.db import connection as database

from prodops.embedded.privileges import leash
from tests.chaos.stage import PROJECT, SECONDS_TO_RETURN, SERVERS, Stage

QUEUES = "default,sync,mail,render"
CELERY = ["-m", "celery", "-A", "tests.chaos.traps"]


class Broken(AssertionError):
    """A promise was broken; the text says which."""


class Letters:
    """A mail server that counts what it took, by recipient."""

    def __init__(self):
        logging.getLogger("mail.log").setLevel(logging.CRITICAL)
        self.taken: Counter[str] = Counter()
        self.port = free_port()
        self.controller = Controller(
            self, hostname="127.0.0.1", port=self.port, server_hostname="mail.test"
        )
        self.controller.factory = lambda: SMTP(self, hostname="mail.test")
        self.controller.start()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.update(envelope.rcpt_tos)
        return "250 OK"


class Site(Stage):
    """Stage with every process of the hub; `rest` ends them, `close` the servers too."""

    def __init__(self, folder: Path, sandbox: Path):
        super().__init__(folder)
        self.sandbox = sandbox
        self.letters = Letters()
        self.port = free_port()
        self.processes: list[subprocess.Popen] = []
        self.logs = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        return {
            **super().environment(),
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.letters.port}",
            "BIND": f"127.0.0.1:{self.port}",
            "SITE_URL": self.url,
            "CHROMIUM": "no-such-browser",
            "PYTHONPATH": str(PROJECT),
        }

    def run(self, *arguments: str, ready: str = "", **more: str) -> subprocess.Popen:
        """Start a Python process and wait for the word it says when it is ready."""
        self.logs += 1
        log = self.folder / f"process-{self.logs}.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=PROJECT,
                env={**self.environment(), **more},
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=leash(),
            )
        self.processes.append(process)
        if ready:
            await_true(lambda: ready in log.read_text(), lambda: log.read_text()[-3000:])
        return process

    def add_worker(self, traps: str = "", concurrency: int = 2) -> subprocess.Popen:
        arguments = ["worker", "-l", "INFO", "-c", str(concurrency), "-Q", QUEUES]
        name = f"w{time.time_ns()}@%h"
        arguments += ["--without-gossip", "--without-mingle", "-n", name]
        return self.run(*CELERY, *arguments, ready=" ready.", TRAPS=traps)

    def add_beats(self, count: int = 1) -> list[subprocess.Popen]:
        beat = [*CELERY, "beat", "--pidfile=", "-l", "INFO", "--max-interval", "1"]
        return [self.run(*beat) for _ in range(count)]

    def add_web(self) -> subprocess.Popen:
        process = self.run("-m", "gunicorn", "--graceful-timeout", "5", "--log-level", "warning")
        await_true(lambda: self.answers("/healthz") == 200)
        return process

    def answers(self, path: str) -> int:
        with contextlib.suppress(requests.RequestException):
            return requests.get(self.url + path, timeout=30).status_code
        return 0

    def log_text(self) -> str:
        return "".join(log.read_text(errors="replace") for log in self.folder.glob("*.log"))

    def rest(self) -> None:
        """SIGKILL all but the servers."""
        for process in self.processes:
            end(process)
        self.processes = []

    def halt(self, name: str, number: int = signal.SIGKILL) -> None:
        """Stop a server and leave it down."""
        self.servers[name].send_signal(number)
        self.servers[name].wait()

    def close(self) -> None:
        self.rest()
        self.letters.controller.stop()
        super().close()


def end(process: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def children_of(process: subprocess.Popen) -> list[psutil.Process]:
    return psutil.Process(process.pid).children()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def await_true(
    condition: Callable[[], object],
    otherwise: Callable[[], object] = lambda: "",
    seconds: float = SECONDS_TO_RETURN,
) -> float:
    """Wait until `condition()`; return the seconds it took. Raises Broken with `otherwise()`."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise Broken(f"It did not come within {seconds:.0f} s. {otherwise()}")
        time.sleep(0.05)
    return time.monotonic() - began


def require(condition: object, sentence: str) -> None:
    if not condition:
        raise Broken(sentence)


def fresh() -> None:
    """Drop this process's database connection, which a killed server may have left dead."""
    database.close()


__all__ = ["SERVERS", "Broken", "Letters", "Site", "await_true", "children_of", "end", "require"]

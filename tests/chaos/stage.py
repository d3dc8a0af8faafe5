"""The hub's servers and workers on a stage of their own; each may be killed at any time."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from prodops.embedded import Unavailable, places, postgres, valkey
from prodops.embedded.privileges import leash

PROJECT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_RETURN = 60
WORKERS = 2  # so that one works while the other comes back
SERVERS = {"postgres": postgres, "valkey": valkey}


class Stage:
    """Postgres, Valkey and Celery workers in `folder`."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.servers: dict[str, subprocess.Popen] = {}
        self.workers: dict[int, subprocess.Popen] = {}
        self.killed = dict.fromkeys([*SERVERS, "worker"], 0)

    def environment(self) -> dict[str, str]:
        """Return what makes a process of the hub play here."""
        return {
            "PATH": os.environ["PATH"],
            "ENV_FILE": os.devnull,
            "DJANGO_SETTINGS_MODULE": "prodops.settings",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": places.database_url(self.folder),
            "REDIS_URL": places.redis_url(self.folder),
            "REDIS_PREFIX": "",
            "ALLOW_PRIVATE_URLS": "1",
        }

    def raise_curtain(self) -> None:
        """Start the servers and bring the database up to date."""
        for name in SERVERS:
            self.start(name)
        self.manage("migrate", "--verbosity", "0")

    def start(self, name: str) -> None:
        """Start a server; right after a kill its forerunner may still be on the way out."""
        give_up_at = time.monotonic() + SECONDS_TO_RETURN
        while True:
            try:
                self.servers[name] = SERVERS[name].start(self.folder, durable=True)
                return
            except Unavailable:
                if time.monotonic() > give_up_at:
                    raise
                time.sleep(0.2)

    def kill(self, name: str) -> None:
        """SIGKILL a server or a worker, and start it again."""
        self.killed[name] += 1
        if name == "worker":
            number = self.killed[name] % WORKERS
            self.stop_worker(number)
            self.start_worker(number)
            return
        self.servers[name].kill()
        self.servers[name].wait()
        self.start(name)

    def start_workers(self) -> None:
        for number in range(WORKERS):
            self.start_worker(number)

    def start_worker(self, number: int) -> None:
        command = [sys.executable, "-m", "celery", "-A", "prodops", "worker", "-l", "INFO"]
        command += ["-c", "3", "-Q", "default,sync,mail,render"]
        command += ["--without-gossip", "--without-mingle", "-n", f"chaos-{time.time_ns()}@%h"]
        with (self.folder / f"worker-{number}.log").open("w") as log:
            self.workers[number] = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=leash(),
            )

    def await_worker(self) -> None:
        """Wait until one of the workers takes tasks."""
        give_up_at = time.monotonic() + SECONDS_TO_RETURN
        logs = [self.folder / f"worker-{number}.log" for number in self.workers]
        while not any(" ready." in log.read_text() for log in logs):
            if time.monotonic() > give_up_at:
                raise SystemExit("The workers do not start.")
            time.sleep(0.1)

    def stop_worker(self, number: int) -> None:
        """SIGKILL a worker and its children."""
        worker = self.workers.pop(number)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def stop_workers(self) -> None:
        for number in list(self.workers):
            self.stop_worker(number)

    def manage(self, *arguments: str) -> str:
        """Run a command of the hub; return what it prints. Raises CalledProcessError."""
        command = [sys.executable, str(PROJECT / "manage.py"), *arguments]
        done = subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise subprocess.CalledProcessError(
                done.returncode, arguments, done.stdout, done.stderr[-4000:]
            )
        return done.stdout

    def close(self) -> None:
        self.stop_workers()
        for name, server in self.servers.items():
            SERVERS[name].stop(server)


def insist(act: Callable[[], Any], *passing: type[BaseException], seconds: float = 60) -> Any:
    """Do `act`, again while it fails with one of `passing`; return what it returns."""
    give_up_at = time.monotonic() + seconds
    while True:
        try:
            return act()
        except passing:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(0.1)

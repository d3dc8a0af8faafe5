"""Real web servers for the measuring: the hub as it is served, and a bare Django beside it."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_START = 60
CONFIGURED = ["-c", "gunicorn.conf.py"]


@contextmanager
def serve(
    *, port: int, probe: str, application: str = "", settings: str
) -> Iterator[tuple[int, float]]:
    """Run one gunicorn worker until the end; yields its process and how long it took.

    Without an `application` it is the hub, as gunicorn.conf.py serves it.
    """
    own = ["-k", "gthread", "--threads", "4", "-b", f"127.0.0.1:{port}", application]
    command = [sys.executable, "-m", "gunicorn", *(own if application else CONFIGURED)]
    changed = {
        "BIND": f"127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": settings,
        "WEB_CONCURRENCY": "1",
        "GUNICORN_CMD_ARGS": "--log-level warning",
    }
    began = time.perf_counter()
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **changed},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(server, port, probe)
        yield server.pid, time.perf_counter() - began
    finally:
        server.terminate()
        server.wait(30)


def _wait(server: subprocess.Popen, port: int, probe: str) -> None:
    give_up_at = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < give_up_at and server.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", probe)
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"The web server on port {port} does not answer.")


def worker_start() -> float | None:
    """Return the seconds until a worker is ready for tasks, None when it never was."""
    command = [sys.executable, "-m", "celery", "-A", "prodops", "worker", "-l", "INFO", "-c", "1"]
    began = time.perf_counter()
    worker = subprocess.Popen(
        [*command, "--without-gossip", "--without-mingle"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "prodops.settings", "LOG_LEVEL": "INFO"},
    )  # fmt: skip
    try:
        for line in worker.stdout or ():
            if "ready." in line:
                return time.perf_counter() - began
        return None
    finally:
        worker.kill()
        worker.wait()

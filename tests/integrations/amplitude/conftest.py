"""The local Amplitude of ../shared/sandbox (or SANDBOX_DIR), one server a test."""

import json
import os
import re
import subprocess
import sys
import urllib.parse
import urllib.request
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from prodops.integrations import services
from prodops.integrations.amplitude import work
from prodops.integrations.amplitude.client import AmplitudeClient
from prodops.integrations.amplitude.models import Series, SeriesPoint
from prodops.integrations.models import Connection, SyncRun

BORN = datetime(2026, 1, 1, tzinfo=UTC)
SECRET = "sandbox-secret-9Kq"
TODAY = date(2026, 6, 30)  # by the clock of the generated data, in the project's zone
ZONE = "America/Los_Angeles"


class Sandbox:
    """A running server of the simulated Amplitude and its control endpoints."""

    def __init__(self, url: str):
        self.url = url

    def control(self, name: str, body: dict | None = None, **query) -> dict:
        data = None if body is None else json.dumps(body).encode()
        address = f"{self.url}/_sandbox/{name}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(urllib.request.Request(address, data), timeout=30) as answer:
            return json.load(answer)

    def faults(self, rules: str, seed: int = 7) -> None:
        self.control("faults", {"faults": rules, "seed": seed})

    def truth(self, event: str, start: str, end: str, *, by: str = "") -> dict[tuple, tuple]:
        """Return what is visible now: (group, day) → (uniques, totals)."""
        asked = {"event": event, "from": start, "to": end} | ({"by": by} if by else {})
        groups = self.control("truth", **asked)["groups"]
        return {
            (group, date.fromisoformat(day["date"])): (
                day["visible_uniques"],
                day["visible_totals"],
            )
            for group, days in groups.items()
            for day in days
        }

    def statuses(self) -> dict[str, int]:
        return self.control("state")["statuses"]


@pytest.fixture(scope="session")
def amplitude_dir() -> Path:
    place = Path(os.environ.get("SANDBOX_DIR") or settings.BASE_DIR.parent / "shared" / "sandbox")
    if not (place / "amplitude_server.py").exists():
        pytest.skip("The local Amplitude is not here: no ../shared/sandbox, no SANDBOX_DIR.")
    return place


@pytest.fixture(scope="session")
def events(amplitude_dir, tmp_path_factory) -> Path:
    """Twenty generated events over 400 days, with all that befalls events."""
    out = tmp_path_factory.mktemp("amplitude")
    command = [sys.executable, amplitude_dir / "generate.py", "--out", out, "--only", "amplitude"]
    command += ["--events", "20", "--days", "400", "--seed", "5"]
    subprocess.run(command, check=True, capture_output=True)
    return out / "amplitude"


@pytest.fixture
def start_amplitude(amplitude_dir, events):
    """Return a function that starts a server and returns its `Sandbox`."""
    servers = []

    def start(*options: str) -> Sandbox:
        command = [sys.executable, amplitude_dir / "amplitude_server.py", "--port", "0"]
        command += ["--data", events, "--api-key", "key", "--secret-key", SECRET, *options]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        servers.append(server)
        for line in server.stdout:
            if found := re.search(r"listening on (http\S+)", line):
                return Sandbox(found[1])
        raise AssertionError("The local Amplitude did not start.")

    yield start
    for server in servers:
        server.kill()
        server.wait()
        server.stdout.close()


@pytest.fixture
def connect(db, settings):
    """Return a function that makes the connection `amplitude` to a sandbox."""
    settings.ALLOW_PRIVATE_URLS = True

    def make(sandbox: Sandbox, **fields) -> Connection:
        return services.save_connection(
            slug="amplitude",
            name="Amplitude",
            kind=Connection.Kind.AMPLITUDE,
            base_url=sandbox.url,
            username="key",
            secret=SECRET,
            account_time_zone=ZONE,
            at=BORN,
            **fields,
        )

    return make


@pytest.fixture
def quick(monkeypatch):
    """Make pauses between attempts short."""
    original = AmplitudeClient.__init__

    def hurried(self, **options):
        original(self, **{**options, "attempts": 12})

    monkeypatch.setattr(AmplitudeClient, "__init__", hurried)
    monkeypatch.setattr(work.time, "sleep", lambda seconds: None)


class Time:
    """A clock that a pause moves, here and in the sandbox, instead of taking the time it is for."""

    def __init__(self, sandbox: Sandbox):
        self.sandbox, self.passed = sandbox, timedelta(0)

    def now(self) -> datetime:
        return timezone.now() + self.passed

    def sleep(self, seconds: float) -> None:
        self.sandbox.control("clock", {"advance": seconds})
        self.passed += timedelta(seconds=seconds)


@pytest.fixture
def passing(monkeypatch):
    """Return a function that makes pauses of runs pass at once; it returns the `Time`."""

    def start(sandbox: Sandbox) -> Time:
        time = Time(sandbox)
        monkeypatch.setattr(work.time, "sleep", time.sleep)
        return time

    return start


def series(connection: Connection, kind="segmentation", *, starts_on=date(2026, 6, 1), **fields):
    """Add a series; without a definition, the daily totals of "Log In"."""
    definition = {"events": [{"event_type": "Log In"}], "measure": "totals"}
    return Series.objects.create(
        **{
            "connection": connection,
            "kind": kind,
            "title": "Log in",
            "definition": definition,
            "time_zone": ZONE,
            "starts_on": starts_on,
            "created_at": BORN,
            **fields,
        }
    )


def sync(connection: Connection, **options) -> SyncRun:
    """Run once, as a command would."""
    connection.refresh_from_db()
    return services.sync(connection=connection, trigger=SyncRun.Trigger.COMMAND, **options)


def points(of: Series, *, step: int = 0) -> dict[tuple, float]:
    """Return (segment, day) → value."""
    rows = SeriesPoint.objects.filter(series=of, step=step)
    return {(row.segment, row.on): row.value for row in rows}

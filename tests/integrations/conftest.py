"""The local Jira of ../shared/sandbox (or SANDBOX_DIR), one server a test, and how to compare."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from prodops.integrations import services
from prodops.integrations.jira import export
from prodops.integrations.jira.client import JiraClient
from prodops.integrations.models import Connection, SyncRun
from tests.factories.people import UserFactory

BORN = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN = "sandbox-token-7Qx"


class Sandbox:
    """A running server of the simulated Jira and its control endpoints."""

    def __init__(self, url: str, kind: str):
        self.url, self.kind = url, kind

    def control(self, name: str, body: dict | None = None) -> dict:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sandbox/{name}", data)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def faults(self, rules: str, seed: int = 7) -> None:
        self.control("faults", {"faults": rules, "seed": seed})

    def truth(self) -> dict[str, tuple]:
        """Return what there is: id → key, times, status id, histories, status sequence."""
        return {
            issue["id"]: (
                issue["key"],
                datetime.fromisoformat(issue["created"]),
                datetime.fromisoformat(issue["updated"]),
                issue["histories"],
                [name for _, name, _ in issue["statuses"]],
            )
            for issue in self.control("truth")["issues"]
        }


@pytest.fixture(scope="session")
def sandbox_dir() -> Path:
    place = Path(os.environ.get("SANDBOX_DIR") or settings.BASE_DIR.parent / "shared" / "sandbox")
    if not (place / "jira_server.py").exists():
        pytest.skip("The local Jira is not here: no ../shared/sandbox and SANDBOX_DIR is not set.")
    return place


@pytest.fixture(scope="session")
def synthetic(sandbox_dir, tmp_path_factory) -> Path:
    """600 generated issues with everything odd that happens to issues."""
    return generate(sandbox_dir, tmp_path_factory.mktemp("synthetic"), issues=600, projects=4)


@pytest.fixture(scope="session")
def few(sandbox_dir, tmp_path_factory) -> Path:
    """150 generated issues, where their number does not matter."""
    return generate(sandbox_dir, tmp_path_factory.mktemp("few"), issues=150, projects=8)


def generate(sandbox_dir: Path, out: Path, *, issues: int, projects: int) -> Path:
    command = [sys.executable, sandbox_dir / "generate.py", "--out", out, "--issues", str(issues)]
    command += ["--projects", str(projects), "--only", "jira", "--seed", "5"]
    subprocess.run(command, check=True, capture_output=True)
    return out / "jira"


@pytest.fixture
def start_jira(sandbox_dir):
    """Return a function that starts a server over `data` and returns its `Sandbox`."""
    servers = []

    def start(data: Path | None = None, kind: str = "cloud", *options: str) -> Sandbox:
        command = [sys.executable, sandbox_dir / "jira_server.py", "--port", "0", "--kind", kind]
        command += ["--data", data or sandbox_dir / "data", "--user", "bot@example.com"]
        command += ["--token", TOKEN, *options]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        servers.append(server)
        for line in server.stdout:
            if found := re.search(r"listening on (http\S+)", line):
                return Sandbox(found[1], kind)
        raise AssertionError("The local Jira did not start.")

    yield start
    for server in servers:
        server.kill()
        server.wait()
        server.stdout.close()


@pytest.fixture
def private_urls(settings):
    settings.ALLOW_PRIVATE_URLS = True


@pytest.fixture
def connect(db, private_urls):
    """Return a function that makes the connection `jira` to a sandbox."""

    def make(sandbox: Sandbox, **fields) -> Connection:
        is_cloud = sandbox.kind == "cloud"
        kinds = Connection.Kind
        return services.save_connection(
            slug="jira",
            name="Jira",
            kind=kinds.JIRA_CLOUD if is_cloud else kinds.JIRA_DATACENTER,
            base_url=sandbox.url,
            username="bot@example.com" if is_cloud else "",
            secret=TOKEN,
            at=BORN,
            **fields,
        )

    return make


@pytest.fixture
def quick(monkeypatch):
    """Make pauses between attempts short."""
    original = JiraClient.__init__

    def hurried(self, **options):
        original(self, **options | {"sleep": lambda seconds: None, "attempts": 12})

    monkeypatch.setattr(JiraClient, "__init__", hurried)


def sync(connection: Connection, **options) -> SyncRun:
    """Run once, as a command would."""
    connection.refresh_from_db()
    return services.sync(connection=connection, trigger=SyncRun.Trigger.COMMAND, **options)


def hub_truth(connection: Connection) -> dict[str, tuple]:
    """Return what the hub has, in the shape of `Sandbox.truth`, without deleted issues."""
    return {
        row["id"]: (
            row["key"],
            datetime.fromisoformat(row["created"]),
            datetime.fromisoformat(row["updated"]),
            row["histories"],
            _sequence(row),
        )
        for row in export.rows(connection)
        if not row["deleted_at"]
    }


def _sequence(row: dict) -> list[str]:
    moves = row["transitions"]
    return [moves[0]["from"], *(move["to"] for move in moves)] if moves else [row["status"]]


@pytest.fixture
def admin(client):
    user = UserFactory(role="admin")
    client.force_login(user)
    return user


@pytest.fixture
def entered(private_urls):
    """Return what a person types for a Jira where nothing answers."""
    return {
        "name": "Our Jira",
        "kind": "jira_cloud",
        "base_url": "http://127.0.0.1:9",
        "username": "bot@example.com",
        "secret": TOKEN,
        "interval_minutes": "15",
        "requests_a_second": "50",
        "is_active": "on",
    }

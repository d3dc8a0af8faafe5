"""Every service of docker-compose.yml, run by its own command, environment and health check."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import yaml
from django.conf import settings
from django.db import connection

from prodops.embedded.privileges import leash
from tests.conftest import project_environment
from tests.run.conftest import PROJECT, free_port

COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if "build" in service]


@pytest.fixture(scope="module")
def place(tmp_path_factory, django_db_setup, django_db_blocker):
    """A database, a corner of the queue and a port of our own, in the place of the containers'."""
    with django_db_blocker.unblock():
        name = f"compose_{os.getpid()}"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name}")
        address = project_environment()["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
        yield {
            "postgresql://hub:${POSTGRES_PASSWORD:?set it in .env}@postgres:5432/hub": address,
            "redis://redis:6379/0": settings.REDIS_URL,
            "redis://redis:6379/1": settings.REDIS_URL,
            "/data": str(tmp_path_factory.mktemp("compose")),
            "0.0.0.0:8000": f"127.0.0.1:{free_port()}",
        }
        with psycopg.connect(address.rsplit("/", 1)[0] + "/postgres", autocommit=True) as database:
            database.execute(f"DROP DATABASE {name} WITH (FORCE)")


def environment(service: str, place: dict[str, str]) -> dict[str, str]:
    own = {key: place.get(value, value) for key, value in SERVICES[service]["environment"].items()}
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "ENV_FILE": os.devnull,
        "REDIS_PREFIX": f"compose-{os.getpid()}:",
        "STATIC_ROOT": f"{place['/data']}/static",
        **own,
    }


def run(command: list[str], service: str, place: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        command,
        cwd=PROJECT,
        env=environment(service, place),
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


def examine(service: str, place: dict[str, str]) -> subprocess.CompletedProcess:
    """Run the health check of a service as the engine would."""
    kind, *words = SERVICES[service]["healthcheck"]["test"]
    words = [
        word.replace("localhost:8000", place["0.0.0.0:8000"]).replace("$$", "$") for word in words
    ]
    return run(words if kind == "CMD" else ["sh", "-c", *words], service, place)


@pytest.fixture
def start(place, tmp_path):
    processes = []

    def begin(service: str) -> subprocess.Popen:
        with (tmp_path / service).open("w") as log:
            process = subprocess.Popen(
                SERVICES[service]["command"],
                cwd=PROJECT,
                env=environment(service, place),
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=leash(),
            )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.send_signal(signal.SIGTERM)
        assert process.wait(35) is not None


@pytest.fixture(scope="module")
def released(place):
    done = run(SERVICES["release"]["command"], "release", place)
    assert done.returncode == 0, done.stderr
    return done.stdout


def await_healthy(service: str, place: dict[str, str]) -> None:
    give_up_at = time.monotonic() + 90
    while (done := examine(service, place)).returncode:
        assert time.monotonic() < give_up_at, done.stdout + done.stderr
        time.sleep(1)


def test_a_release_brings_everything_once(place, released):
    assert "Administrator: admin@example.com" in released
    assert "Heartbeat" in released

    again = run(SERVICES["release"]["command"], "release", place)
    assert again.stdout.splitlines()[:2] == [
        "Migrations applied: 0.",
        "Scheduled tasks added: none.",
    ]


def test_the_web_service_is_healthy_while_it_runs(place, released, start):
    assert run(["python", "manage.py", "collectstatic", "--no-input"], "web", place).returncode == 0
    assert examine("web", place).returncode != 0

    start("web")
    await_healthy("web", place)


def test_worker_and_beat_are_healthy_while_they_run(place, released, start):
    assert examine("worker", place).returncode != 0
    assert "No worker has run a scheduled task yet." in examine("beat", place).stderr

    start("worker")
    start("beat")
    await_healthy("worker", place)
    await_healthy("beat", place)


def test_each_of_our_services_reads_settings_from_the_file_and_stops_in_time():
    assert OURS == ["release", "web", "worker", "beat"]
    for name in OURS:
        assert SERVICES[name]["env_file"] == ".env"
        assert SERVICES[name]["stop_grace_period"] == "35s"


def test_every_image_is_pinned():
    images = [service["image"] for service in SERVICES.values() if "build" not in service]
    stages = [
        line.split()[1]
        for line in (PROJECT / "Dockerfile").read_text().splitlines()
        if line.startswith("FROM")
    ]
    version = re.compile(r"[\w./-]+:v?\d+(\.\d+)+[\w.-]*(@sha256:[0-9a-f]{64})?")
    assert all(version.fullmatch(image) for image in images + stages)
    assert all("@sha256:" in stage for stage in stages)


def test_the_client_accepts_the_file(tmp_path):
    client = next(
        (
            command
            for command in (["docker", "compose"], ["docker-compose"])
            if shutil.which(command[0])
            and subprocess.run([*command, "version"], capture_output=True, check=False).returncode
            == 0
        ),
        None,
    )
    if client is None:
        pytest.skip("There is no docker compose client on this machine.")
    for name in ("docker-compose.yml", "Dockerfile"):
        shutil.copy(PROJECT / name, tmp_path)
    shutil.copy(PROJECT / ".env.example", tmp_path / ".env")
    done = subprocess.run(
        [*client, "--profile", "try", "config"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "POSTGRES_PASSWORD": "secret", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)["services"]) == set(SERVICES)


def test_the_example_lists_every_setting():
    example = set(re.findall(r"^#?([A-Z_]+)=", (PROJECT / ".env.example").read_text(), re.M))
    sources = "\n".join(
        (PROJECT / name).read_text() for name in ("prodops/environment.py", "gunicorn.conf.py")
    )
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"|environ\.get\("([A-Z_]+)"', sources))
    named = {name for pair in read for name in pair if name}
    named |= set(re.findall(r"\$\{([A-Z_]+)", (PROJECT / "docker-compose.yml").read_text()))
    assert named <= example, named - example

"""`manage.py up`: the whole hub in one terminal, and nothing left of it afterwards."""

import json
import os
import re
import signal
import sys

import psutil
import pytest

from tests.run.conftest import PROJECT, await_no_process, processes_of, run_manage, start_hub


@pytest.fixture(scope="module")
def hubs(tmp_path_factory):
    """A data directory kept through this module, and a function that starts a hub in it."""
    data_dir = tmp_path_factory.mktemp("hub") / "data"
    started = []

    def running():
        if not started or started[-1].process.poll() is not None:
            output = data_dir.parent / f"output-{len(started)}.txt"
            started.append(start_hub(data_dir, output))
        return started[-1]

    yield data_dir, running
    for hub in started:
        hub.process.kill()
        hub.process.wait()
    assert not await_no_process(data_dir)


def test_a_first_start_prints_a_sign_in_and_serves_the_page_for_it(hubs):
    _, running = hubs
    text = running().output.read_text()

    assert re.search(r"Administrator +admin@example\.com +[\w-]{16}\n", text), text
    status, page = running().get("/accounts/login/")
    assert status == 200
    assert 'name="password"' in page


def test_it_is_ready_once_beat_and_a_worker_have_met(hubs):
    _, running = hubs

    checks = json.loads(running().await_status("/readyz", 200))["checks"]

    assert set(checks.values()) == {"ok"}


def test_static_files_are_served_under_hashed_names(hubs):
    _, running = hubs
    page = running().get("/accounts/login/")[1]
    address = re.search(r'href="(/static/css/app\.[0-9a-f]{12}\.css)"', page).group(1)

    assert running().get(address)[0] == 200


@pytest.mark.parametrize("name", ["worker", "beat", "web"])
def test_a_process_that_dies_is_announced_and_started_again(hubs, name):
    data_dir, running = hubs
    words = {"worker": "worker", "beat": "beat", "web": "gunicorn"}
    child = next(
        process
        for process in psutil.Process(running().process.pid).children()
        if words[name] in process.cmdline()
    )
    child.kill()

    running().await_text(f"The {name} process was killed (SIGKILL); starting it again.", 20)
    running().await_status("/healthz", 200)
    assert child.pid not in {process.pid for process in processes_of(data_dir)}


def test_ctrl_c_stops_everything_and_a_second_start_keeps_the_data(hubs):
    data_dir, running = hubs
    assert running().stop(signal.SIGINT) == 0
    assert not processes_of(data_dir)

    text = running().output.read_text()
    assert "admin@example.com" in text
    assert "shown at the first start" in text


def test_another_command_joins_the_running_servers(hubs):
    data_dir, running = hubs
    running()

    done = run_manage(data_dir, "showmigrations", "health")

    assert "[X] 0001_extensions" in done.stdout
    assert running().get("/healthz")[0] == 200


def test_a_killed_hub_leaves_no_process(hubs):
    data_dir, running = hubs
    running().process.kill()

    assert not await_no_process(data_dir, 10)


def test_a_hub_whose_make_is_killed_stops_too(hubs, tmp_path):
    data_dir, running = hubs
    running().stop()
    make = [sys.executable, "-c", "import subprocess, sys; subprocess.call(sys.argv[1:])"]
    hub = start_hub(data_dir, tmp_path / "output.txt", under=make, STOP_WITH_PARENT="1")
    hub.process.kill()

    assert not await_no_process(data_dir, 30)
    assert "STOP_WITH_PARENT=1 exec $(PY) manage.py up" in (PROJECT / "Makefile").read_text()


def test_a_hub_whose_terminal_is_killed_stops_too(hubs):
    data_dir, running = hubs
    hub = running()
    os.kill(hub.process.pid, signal.SIGHUP)

    assert hub.process.wait(40) == 0
    assert not await_no_process(data_dir, 5)

"""Fixtures every test may use.

The servers of the tests are chosen in tests/settings.py; sockets reach this machine only (pytest's
`--allow-hosts`, see pyproject.toml).
"""

import os
import subprocess
import sys
import time

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from prodops.celery import app
from prodops.embedded.privileges import leash
from tests import emptying

# A busy machine is no fault: neither a case that takes long nor one that is long in the making,
# as the first text of a fresh checkout is, for which all of Unicode is sorted first.
hypothesis_settings.register_profile(
    "hub", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("hub")
# These wait more than they work, or take longest: they begin first, so that none is left over
# when the other processes have nothing more to do.
FIRST = (
    "tests/reliability/test_checks.py",
    "tests/browser/test_accessibility.py",
    "tests/chaos/test_chaos.py",
    "tests/test_pages.py",
    "tests/test_query_counts.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    places = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.location[0], len(FIRST)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Begin with an empty database, and leave one after each test that commits.

    What migrations write is gone from the first test on, and not only after the first that commits.
    """
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: emptying.empty())
        with django_db_blocker.unblock():
            emptying.empty()
        yield


@pytest.fixture(autouse=True)
def _fresh_cache():
    """Start without what an earlier test left behind, rate limits above all."""
    cache.clear()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; without one the test is skipped, or fails if REQUIRE_CHROMIUM=1."""
    if settings.CHROMIUM:
        return settings.CHROMIUM
    reason = "There is no Chromium on this machine (install one or name it in CHROMIUM)."
    if os.environ.get("REQUIRE_CHROMIUM") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def valkey():
    """A client of the test server; keys under `settings.REDIS_PREFIX` are this process's own."""
    client = redis.from_url(settings.REDIS_URL, decode_responses=True)
    yield client
    for key in client.scan_iter(f"{settings.REDIS_PREFIX}*"):
        client.delete(key)
    client.close()


@pytest.fixture
def real_queue(transactional_db, valkey):
    """Send tasks to the broker, where the default is to run them at once in the test's process."""
    app.conf.task_always_eager = False
    yield
    app.conf.task_always_eager = True


@pytest.fixture
def start_worker(real_queue, tmp_path):
    """Return a function that starts a real Celery worker on the test database, for one test.

    `start_worker("mail", concurrency=2, OWN_SETTING="1")` returns the Popen once it consumes.
    """
    workers = []

    def start(*queues, concurrency=1, **environment):
        log = tmp_path / f"worker-{len(workers)}.log"
        command = [sys.executable, "-m", "celery", "-A", "prodops", "worker", "-l", "INFO"]
        command += ["-c", str(concurrency), "-Q", ",".join(queues or ("default",))]
        command += ["-n", f"{log.stem}-{os.getpid()}@%h", "--without-gossip", "--without-mingle"]
        with log.open("w") as output:
            worker = subprocess.Popen(
                command,
                env=project_environment(**environment),
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=leash(),
            )
        workers.append(worker)
        give_up_at = time.monotonic() + 60
        while " ready." not in log.read_text():
            assert worker.poll() is None, log.read_text()
            assert time.monotonic() < give_up_at, log.read_text()
            time.sleep(0.1)
        return worker

    yield start
    for worker in workers:
        worker.kill()
        worker.wait()


def project_environment(**changes) -> dict[str, str]:
    """Return the environment that lets a process use the test's database and queues."""
    database = connection.settings_dict
    host = database["HOST"].replace("/", "%2F")
    address = f"{database['USER']}:{database['PASSWORD']}@{host}:{database['PORT'] or 5432}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "prodops.settings",
        "DATABASE_URL": f"postgresql://{address}/{database['NAME']}",
        "REDIS_PREFIX": settings.REDIS_PREFIX,
        **changes,
    }

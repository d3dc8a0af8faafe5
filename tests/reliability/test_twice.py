"""Check 5: every task of the hub, done twice or twice at once, leaves what doing it once leaves."""

import inspect
import itertools
import re
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime

import factory
import pytest
from django.core import mail
from django.db import connection as database

from prodops.celery import HubTask, app
from tests import emptying, factories
from tests.reliability.occasions import Occasions

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.sandbox,
]
app.loader.import_default_modules()
TASKS = sorted(name for name in app.tasks if not name.startswith(("celery.", "tests.")))
MORNINGS = {
    f"planning.tasks.{name}" for name in ("remind_of_actions", "send_followed", "send_nudges")
}
MONDAY_MORNING = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # half past eight in Berlin
MOMENT = r"\d{4}-\d\d-\d\d[ T][\d:.]+(\+[\d:]+|Z)?"
# Numbers, moments and addresses differ from one world to the next.
PASSING = re.compile(
    rf"{MOMENT}|http://127\.0\.0\.1:\d+"
    r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}|[\"']\w*(id|row)[\"']: \d+"
    r"|(?<=[pP]erson)\d+|(?<=[nN]umber) ?\d+|(?<=Function )\d+|/unsubscribe/[\w:-]+"
)
MOMENTS = re.compile(MOMENT)
NUMBERS = re.compile(r"^(id|.*_id|row|pgh_.*|transaction)$")
# How long and how often, not what: of a run, a connection's session, a lease, a mail's link.
LEFT_OUT = re.compile(
    r"^(seconds|requests|retries|bytes|backend|attempts|place|heartbeat_at|password"
    r"|unsubscribe_path)$"
)
COUNTED_ONLY = {"audit_change", "django_session"}  # their texts are full of numbers
# A line for each time somebody looked whether there is something to do, as a log has it.
DIARIES = {"reporting_flowbuild"}


def empty():
    emptying.empty()
    emptying.begin_numbers_anew()
    mail.outbox.clear()
    for module in vars(factories).values():
        if hasattr(module, "NUMBERS"):
            module.NUMBERS = itertools.count(1)
        for made in vars(module).values() if inspect.ismodule(module) else ():
            if inspect.isclass(made) and issubclass(made, factory.Factory):
                made.reset_sequence(0, force=True)


def picture(*, closely=False):
    """Return what is in the database and what was mailed, without moments.

    Within one world `closely` also compares numbers, relations, bytes and the change history.
    """
    passing = MOMENTS if closely else PASSING
    shown = {"mailed": Counter(passing.sub("…", str(message.to)) for message in mail.outbox)}
    for table in emptying.tables():
        if table in DIARIES:
            continue
        found = Counter(rows(table, passing, closely=closely))
        shown[table] = found.total() if table in COUNTED_ONLY and not closely else found
    return shown


def rows(table, passing, *, closely):
    with database.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        names = [column.name for column in cursor.description]
        for row in cursor.fetchall():
            told = {
                name: passing.sub("…", str(value))
                for name, value in zip(names, row, strict=True)
                if not LEFT_OUT.match(name)
                and (closely or not (NUMBERS.match(name) or isinstance(value, bytes)))
            }
            yield str(told)


def at_once(task, arguments):
    """Run the task in two threads that begin together; return what they raised."""
    begin, raised = threading.Barrier(2), []

    def work():
        try:
            begin.wait()
            task(*arguments)
        except Exception as error:
            raised.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def differences(wanted, found):
    return {name: (wanted[name], found[name]) for name in wanted if wanted[name] != found[name]}


@pytest.fixture(scope="module")
def few_issues(sandbox_dir, tmp_path_factory):
    out = tmp_path_factory.mktemp("few")
    command = [sys.executable, sandbox_dir / "generate.py", "--out", out, "--issues", "12"]
    command += ["--projects", "1", "--only", "jira", "--seed", "5"]
    subprocess.run(command, check=True, capture_output=True)
    return out / "jira"


@pytest.fixture
def occasion(start_jira, connect, few_issues, monkeypatch):
    """Return a function that empties the database and makes the occasion of a task."""
    monkeypatch.setattr("reporting.charts.png.png", lambda figure: b"a picture")
    occasions = Occasions(start_jira, connect, few_issues)

    def prepare(name):
        empty()
        with pytest.MonkeyPatch.context() as asleep:
            asleep.setattr(HubTask, "delay_on_commit", lambda self, *args, **kwargs: None)
            return occasions.prepare(name)

    return prepare


@pytest.mark.parametrize("name", TASKS)
def test_a_task_done_twice_leaves_what_once_leaves(name, occasion, time_machine):
    if name in MORNINGS:
        time_machine.move_to(MONDAY_MORNING, tick=True)
    task = app.tasks[name]
    arguments = occasion(name)
    before = picture()
    task(*arguments)
    once, in_detail = picture(), picture(closely=True)
    task(*arguments)
    twice = picture(closely=True)
    arguments = occasion(name)
    raised = at_once(task, arguments)

    assert before != once, "The occasion gives the task nothing to do."
    assert not differences(in_detail, twice), "done twice"
    assert not raised
    assert not differences(once, picture()), "done twice at once"

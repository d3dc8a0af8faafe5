"""Check 3 of docs/reliability.md: jobs that kill their worker or want more memory than there is."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from django.db import connection as database

from prodops.celery import app
from prodops.health.models import Redelivery
from prodops.integrations.models import Connection, SyncRun
from prodops.notifications.models import Mail, Notification
from tests.chaos.jobs import a_jira, let_a_minute_pass, want
from tests.chaos.people import await_mails, operator, post_mails
from tests.chaos.rounds import connect
from tests.chaos.site import Site, await_true, require

Status = SyncRun.Status
CHILDREN = 4  # of the worker; of fewer, two poisons at once leave too few for the others
ABANDONED, FAILED = Status.ABANDONED.value, Status.FAILED.value
ENDS = {
    "poison": [ABANDONED, ABANDONED, FAILED],  # its workers die
    "hoard": [FAILED, FAILED, FAILED],  # it hears that there is no more memory
}


def poison(site: Site, *, others: int, seconds: float, most: float, grace: float) -> str:
    """3: what kills its worker has three attempts and is told once; the others hardly wait.

    `others` mails are posted evenly in `seconds`, first by themselves, then beside the poison; the
    p95 of their waits may be `most` times as long, and `grace` seconds.
    """
    notes = [site.folder / f"{name}-{time.time_ns()}" for name in ("die", "hoard")]
    site.add_beats()
    worker = site.add_worker("poison=poison hoard=hoard lease=2", CHILDREN)
    with posting("calm", others, seconds) as calm:
        pass
    with a_jira(site, "poison", issues=5) as (jira, connection):
        connections = [connection, connect(jira, "hoard")]
        Connection.objects.update(interval_minutes=1)
        before = Notification.objects.filter(recipient=operator()).count()
        with posting("beside", others, seconds) as beside:
            for name, path in zip(("die", "hoard"), notes, strict=True):
                app.send_task(f"tests.{name}", [str(path)], queue="default")
            for one in connections:
                want(one, is_full=True)
            for one in connections:
                give_up(one)
            await_true(lambda: given_up(notes) == 2, lambda: f"{given_up(notes)} of 2 given up.")
        shown = await_mails(site, [*calm.result(), *beside.result()])
        require(worker.poll() is None, "The worker itself died.")
        news = Notification.objects.filter(recipient=operator()).count() - before
    require(news == 2, f"The operator was told {news} times of two connections.")
    deaths = [len(path.read_text().splitlines()) for path in notes]
    require(deaths == [3, 3], f"The poisoned messages were tried {deaths} times.")
    alone, with_poison = p95(calm.result()), p95(beside.result())
    require(
        with_poison <= alone * most + grace,
        f"p95 of the others' wait: {with_poison:.3f} s, by themselves {alone:.3f} s.",
    )
    return (
        f"3 runs and 3 messages each of death and of 4 GB; {shown}; p95 wait {with_poison:.3f} s,"
        f" by themselves {alone:.3f} s"
    )


def give_up(connection: Connection) -> None:
    """Let the minutes pass until the connection is left alone, and hold how its runs ended."""
    runs = connection.runs.order_by("pk").exclude(finished_at=None)
    for attempt in (1, 2, 3):
        await_true(lambda wanted=attempt: runs.count() >= wanted, seconds=90)
        let_a_minute_pass(connection)
    time.sleep(3)
    ends = list(connection.runs.order_by("pk").values_list("status", flat=True))
    require(ends == ENDS[connection.slug], f"The runs of {connection} ended as {ends}.")
    connection.refresh_from_db()
    require(connection.breaker == Connection.Breaker.OPEN, f"{connection} is not marked.")


def given_up(notes: list[Path]) -> int:
    named = [str(path) for path in notes]
    rows = Redelivery.objects.exclude(given_up_at=None)
    return sum(row.arguments["args"][0] in named for row in rows)


@contextmanager
def posting(name: str, count: int, seconds: float) -> Iterator[Future[list[str]]]:
    """Post mails evenly beside what is done within; yield their addresses to come."""

    def post() -> list[str]:
        posted = []
        try:
            for _ in range(count):
                posted += post_mails(name, 1)
                time.sleep(seconds / count)
            return posted
        finally:
            database.close()

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(post)


def p95(addresses: list[str]) -> float:
    """Return the seconds in which a worker took up nineteen of twenty mails."""
    moments = Mail.objects.filter(key__in=addresses).values_list("queued_at", "sent_at")
    waits = [(sent - queued).total_seconds() for queued, sent in moments]
    return statistics.quantiles(waits, n=20)[-1]

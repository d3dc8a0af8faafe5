"""Checks 2, 4, 6, 9, 18 and 19 of the list in docs/reliability.md: jobs, schedule, connections."""

import base64
import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from django.urls import reverse
from django.utils import timezone

from prodops.celery import HubTask
from prodops.integrations import services
from prodops.integrations.models import Connection, SyncRun
from prodops.notifications.models import Mail, Notification
from prodops.people.models import User
from reporting.models import Delivery
from reporting.services import readers, readout
from tests.chaos.jira import TOKEN, USER, Jira
from tests.chaos.outages import browser
from tests.chaos.people import UNSETTLED, await_mails, operator, post_mails
from tests.chaos.rounds import alive as alive_in
from tests.chaos.rounds import clear, connect, persist, same, told
from tests.chaos.site import Site, await_true, children_of, fresh, require
from tests.factories.reporting import AFTERWARDS, OCTOBER, history

Status = SyncRun.Status
PAGES = ("connection", "edit-connection", "runs", "set-aside")  # of a connection


@contextmanager
def a_jira(
    site: Site, slug: str, *, issues: int = 40, **more: Any
) -> Iterator[tuple[Jira, Connection]]:
    """A local Jira over generated issues and a connection to it; both are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="hub-check-") as folder:
        jira = Jira(site.sandbox, Path(folder), issues=issues, seed=11, **more)
        connection = connect(jira, slug)
        try:
            yield jira, connection
        finally:
            site.rest()
            jira.close()
            persist(clear)


def want(connection: Connection, *, is_full: bool = False) -> None:
    services.want_sync(connection=connection, is_full=is_full, by=operator(), at=timezone.now())


def await_end(connection: Connection, status: str = Status.SUCCEEDED, seconds: float = 60) -> float:
    runs = connection.runs.filter(status=status)
    return await_true(runs.exists, lambda: list(connection.runs.values("status", "error")), seconds)


def pool_children(site: Site, *, kills: int) -> str:
    """2: SIGKILL of one pool child after another; each job ends, none is stuck."""
    site.add_beats()
    worker = site.add_worker("mail_takes=0.1 lease=2")
    addresses = post_mails("child", kills * 6)
    for _ in range(kills):
        time.sleep(random.uniform(0.2, 0.6))
        if victims := children_of(worker):
            random.choice(victims).kill()
    shown = await_mails(site, addresses, seconds=max(90, 6 * kills))
    require(worker.poll() is None, "The worker itself died.")
    return f"{kills} children killed, {shown}"


def beats(site: Site, *, ticks: int, readers_count: int) -> str:
    """4: two and three beats at once make one run a due tick and one mail a reader."""
    history("K9", 97.0, 98.0)
    for n in range(readers_count):
        readers.add_reader(email=f"r{n}@example.com", name=f"R{n}", time_zone="Europe/Berlin")
    with a_jira(site, "beats", issues=5) as (_, connection):
        Connection.objects.filter(pk=connection.pk).update(interval_minutes=1)
        site.add_worker()
        site.add_worker()
        site.add_beats(2)
        await_true(connection.runs.filter(mode="incremental", status=Status.SUCCEEDED).exists)
        first = connection.runs.count()
        edition = readout.draft(month=OCTOBER, by=operator(), at=AFTERWARDS)
        # A day ago it was eight in the morning for everybody; today it may still be night.
        yesterday = timezone.localdate() - timedelta(days=1)
        readout.approve(edition=edition, send_on=yesterday, by=operator(), at=AFTERWARDS)
        for tick in range(ticks):
            if tick == ticks // 2:
                site.add_beats()
            let_a_minute_pass(connection)
            await_true(lambda wanted=first + tick + 1: connection.runs.count() >= wanted)
            time.sleep(1.5)
        runs = connection.runs.count() - first
        require((first, runs) == (2, ticks), f"{first} runs, then {runs} for {ticks} due ticks.")
        sent = Mail.objects.filter(key__startswith="readout:")
        await_true(lambda: sent.count() == readers_count)
        await_true(lambda: not sent.filter(state__in=UNSETTLED).exists())
    arrived = {to: n for to, n in site.letters.taken.items() if to.startswith("r")}
    require(
        arrived == {f"r{n}@example.com": 1 for n in range(readers_count)},
        f"Not one mail a reader: {arrived}",
    )
    require(Delivery.objects.filter(edition=edition).count() == readers_count, "A delivery twice.")
    return f"{runs} runs for {ticks} due ticks with 2 and 3 beats, {readers_count} mails"


def let_a_minute_pass(connection: Connection) -> None:
    for run in connection.runs.all():
        SyncRun.objects.filter(pk=run.pk).update(started_at=run.started_at - timedelta(minutes=1))


def fencing(site: Site, *, seconds: float) -> str:
    """6: a message that comes back too soon has its effects once; a stale writer is refused."""
    traps = "visibility=2 silence=8"
    with a_jira(site, "fence") as (jira, connection):
        jira.control("faults", {"faults": f"slow:seconds={seconds},match=search", "seed": 1})
        workers = [site.add_worker(traps, 2), site.add_worker(traps, 2)]
        full = connection.runs.filter(mode="full").order_by("pk")
        want(connection, is_full=True)
        await_true(full.exists)
        time.sleep(3)
        begun = list(full.values("status", "error", "started_at", "heartbeat_at", "backend"))
        require(len(begun) == 1, f"Two workers did one run: {begun}")
        held = _holder(workers, connection)
        held.suspend()
        try:
            jira.behave()
            site.add_beats()
            await_true(lambda: full.filter(status=Status.SUCCEEDED).exists())
        finally:
            held.resume()
        time.sleep(3)
        first, second = full[:2]
        require(first.status == Status.ABANDONED, f"The stale run ended as {first.status}.")
        same(jira.truth(), {row["id"]: told(row) for row in alive_in(connection)}, "Jira's truth")
        log = site.log_text()
        again = log.count("is being synced already") + log.count("has been synced since")
        require(again, "The message did not come back while it was worked on.")
        return f"entered {again} times more while it ran; runs {first.status}, {second.status}"


def _holder(workers: list, connection: Connection) -> psutil.Process:
    """Return the pool child that is doing the run: it alone has a connection to Jira."""
    port = int(connection.base_url.rpartition(":")[2])
    for worker in workers:
        for child in children_of(worker):
            if any(one.raddr and one.raddr.port == port for one in child.net_connections()):
                return child
    raise AssertionError("Nobody is doing the run.")


def crashes(site: Site, *, count: int) -> str:
    """9: a process that dies between COMMIT and the wake-up loses no job."""
    addresses = []
    for _ in range(count):
        fresh()
        address = f"crash-{time.time_ns()}@example.com"
        if (pid := os.fork()) == 0:
            HubTask.delay = lambda self, *args, **kwargs: os._exit(9)
            Mail.objects.count()
            from tests.chaos.people import queue_mail

            queue_mail(key=address, to=address, subject="S", text="T", at=timezone.now())
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        require(os.waitstatus_to_exitcode(status) == 9, "The trap did not spring.")
        addresses.append(address)
    site.add_beats()
    site.add_worker()
    return f"{count} crashes, {await_mails(site, addresses)}"


def two_workers(site: Site, *, seconds: float) -> str:
    """18: two workers on one connection never run one mode twice; the cursor never goes back."""
    with a_jira(site, "pair") as (jira, connection):
        site.add_worker()
        site.add_worker()
        cursors, most_open, ends_at = [], 0, time.monotonic() + seconds
        while time.monotonic() < ends_at:
            jira.control("touch", {"n": 3, "seed": len(cursors)})
            for is_full in (True, False):
                want(connection, is_full=is_full)
            for _ in range(6):
                cursors.append(Connection.objects.values_list("cursor").get(pk=connection.pk)[0])
                modes = list(connection.runs.unfinished().values_list("mode", flat=True))
                most_open = max(most_open, len(modes))
                require(len(modes) == len(set(modes)), "One mode ran twice at once.")
                time.sleep(0.05)
        await_true(lambda: not connection.runs.unfinished().exists())
        seen = [cursor for cursor in cursors if cursor]
        require(seen == sorted(seen), "The cursor went back.")
        ends = set(connection.runs.values_list("status", flat=True))
        require(ends <= {"succeeded"}, f"Runs ended as {ends}.")
        return f"{connection.runs.count()} runs, {len(set(seen))} cursors in order"


def refused(site: Site, *, nth: int) -> str:
    """19: a 401 in mid-sync stops at once, is told once and leaks nothing."""
    before = Notification.objects.filter(recipient=operator()).count()
    with a_jira(site, "refused") as (jira, connection):
        site.add_web()
        site.add_beats()
        site.add_worker()
        await_end(connection)
        jira.control("faults", {"faults": f"401:after={nth}", "seed": 1})
        jira.control("reset", {})
        want(connection, is_full=True)
        await_end(connection, Status.FAILED)
        time.sleep(3)
        run = connection.runs.filter(status=Status.FAILED).latest("pk")
        fails = jira.control("state").get("statuses", {})
        connection.refresh_from_db()
        require(connection.breaker == Connection.Breaker.OPEN, "The connection is not marked.")
        calls = sum(number for code, number in fails.items() if str(code) == "401")
        require(calls <= 3, f"{calls} calls were refused.")
        reader, of = browser(site, User.objects.filter(role="admin")[0]), [connection.slug]
        paths = [reverse(f"integrations:{name}", args=of) for name in PAGES]
        paths += [reverse("integrations:run", args=[run.pk]), "/no-such-page/", "/notifications/"]
        shown = [reader.get(site.url + path, timeout=30) for path in paths]
        said = {"a log": site.log_text(), "the error of the run": run.error}
        said["a page"] = "".join(str(one.headers) + one.text for one in shown)
    bodies = Mail.objects.values_list("body__subject", "body__text", "body__html")
    said["a mail"] = "".join(str(part) for body in bodies for part in body)
    for place, text in said.items():
        for secret in (TOKEN, base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()):
            require(secret not in text, f"The token is in {place}.")
    news = Notification.objects.filter(recipient=operator()).count() - before
    require(news == 1, f"The operator was told {news} times.")
    statuses = [one.status_code for one in shown]
    return (
        f"{calls} refused calls, {news} notification; token in no log, mail, error"
        f" or page (answered {statuses})"
    )

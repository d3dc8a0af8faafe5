"""Check 14 of docs/reliability.md: whatever happens to any one page, the copy is the same."""

import hashlib
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from unittest import mock

from prodops.integrations import services
from prodops.integrations.jira import client, paging
from prodops.integrations.models import Connection, SyncRun
from tests.chaos.gate import Answer, Ask, Call, Gate
from tests.chaos.jira import Jira
from tests.chaos.jobs import a_jira
from tests.chaos.rounds import connect, picture, same
from tests.chaos.site import Site, require

PAGE = 10  # issues
PATIENCE = 1.0  # seconds until an answer is given up
Fault = Callable[["Meddler", Call, Ask], Answer]


class Meddler:
    """Spoils the nth page that is searched for; `spoiled` says whether it came to that."""

    def __init__(self, jira: Jira):
        self.jira = jira
        self.fault: Fault | None = None
        self.nth = self.met = 0
        self.earlier: dict[str, Answer] = {}  # the page before, by search

    def prepare(self, fault: Fault | None, nth: int = 0) -> None:
        self.fault, self.nth, self.met, self.earlier = fault, nth, 0, {}

    def __call__(self, call: Call, ask: Ask) -> Answer:
        if not call.is_search:
            return ask()
        self.met += 1
        if self.fault and self.met == self.nth:
            return self.fault(self, call, ask)
        answer = ask()
        self.earlier[search_of(call)] = answer
        return answer

    def with_fault(self, rule: str, ask: Ask) -> Answer:
        """Let Jira itself misbehave in this answer."""
        self.jira.control("faults", {"faults": f"{rule}:nth=1", "seed": 1})
        try:
            return ask()
        finally:
            self.jira.behave()


def search_of(call: Call) -> str:
    return re.sub(r"(nextPageToken|startAt|updated >=)[=+ ]*\w*", "", call.path)


def changed(answer: Answer, **members: object) -> Answer:
    return answer._replace(body=json.dumps(json.loads(answer.body) | members).encode())


def too_slow(meddler: Meddler, call: Call, ask: Ask) -> Answer:
    time.sleep(PATIENCE * 1.5)
    return ask()


def reset(meddler: Meddler, call: Call, ask: Ask) -> Answer:
    return ask()._replace(is_cut=True)


def half(meddler: Meddler, call: Call, ask: Ask) -> Answer:
    answer = ask()
    return answer._replace(body=answer.body[: len(answer.body) // 2])


def sign_in_page(meddler: Meddler, call: Call, ask: Ask) -> Answer:
    return Answer(200, {"Content-Type": "text/html"}, b"<html><h1>Log in</h1></html>")


def server_error(meddler: Meddler, call: Call, ask: Ask) -> Answer:
    return Answer(500, {}, b'{"errorMessages": ["Internal server error"]}')


def credential_expired(meddler: Meddler, call: Call, ask: Ask) -> Answer:
    return Answer(401, {}, b"")


def page_token_expired(meddler: Meddler, call: Call, ask: Ask) -> Answer:
    return meddler.with_fault("token_expiry", ask)


def empty_with_more(meddler: Meddler, call: Call, ask: Ask) -> Answer:
    if meddler.jira.kind == "cloud":
        return meddler.with_fault("empty_page", ask)
    return changed(ask(), issues=[])


def repeated(meddler: Meddler, call: Call, ask: Ask) -> Answer:
    """Send the page before once more, with its token or offset."""
    return meddler.earlier.get(search_of(call)) or ask()


def token_repeated(meddler: Meddler, call: Call, ask: Ask) -> Answer:
    return meddler.with_fault("repeat_token", ask)


def shuffled(meddler: Meddler, call: Call, ask: Ask) -> Answer:
    answer = ask()
    issues = json.loads(answer.body)["issues"]
    random.Random(14).shuffle(issues)
    return changed(answer, issues=issues)


FAULTS: tuple[Fault, ...] = (
    too_slow,
    reset,
    half,
    sign_in_page,
    server_error,
    credential_expired,
    page_token_expired,
    empty_with_more,
    repeated,
    token_repeated,
    shuffled,
)


def spoiled(site: Site, *, stride: int, issues: int) -> str:
    """14: each page in turn meets each fault; the copy equals that of an undisturbed run."""
    counts, digests = [], []
    for kind in ("cloud", "datacenter"):
        with (
            a_jira(site, "clean", issues=issues, kind=kind, lag=0) as (jira, clean),
            Gate(jira.url) as gate,
            small_pages(),
        ):
            gate.treat = meddler = Meddler(jira)
            point(clean, gate)
            disturbed = everything(jira, gate, meddler, clean, stride)
            digests.append(digest(clean))
            jira.control("touch", {"n": issues // 2, "seed": 1})
            changes(meddler, clean, disturbed)
            counts.append(2 * len(disturbed))
            digests.append(digest(clean))
    require(len(set(digests)) == 4, "The undisturbed runs are not four different pictures.")
    return f"{sum(counts)} spoiled pages, {len(FAULTS)} faults, data hashes {' '.join(digests)}"


@contextmanager
def small_pages() -> Iterator[None]:
    """Read few issues a page, wait briefly for answers and between attempts."""
    quick = partial(client.JiraClient, backoff=0.02)
    with (
        mock.patch.multiple(paging, CLOUD_PAGE=PAGE, DATACENTER_PAGE=PAGE, ID_PAGE=2 * PAGE),
        mock.patch.object(client, "TIMEOUT", (PATIENCE, PATIENCE)),
        mock.patch.object(services, "JiraClient", quick),
    ):
        yield


def point(connection: Connection, gate: Gate) -> None:
    Connection.objects.filter(pk=connection.pk).update(base_url=gate.url)
    connection.refresh_from_db()


def everything(
    jira: Jira, gate: Gate, meddler: Meddler, clean: Connection, stride: int
) -> list[tuple[Fault, int, Connection]]:
    """Do a full pass for each fault on each page; return the connections."""
    meddler.prepare(None)
    run(clean)
    pages, disturbed = meddler.met, []
    for fault in FAULTS:
        for nth in range(1, pages + 1, stride):
            connection = connect(jira, f"{fault.__name__[:30]}-{nth}".replace("_", "-"))
            point(connection, gate)
            disturb(meddler, fault, nth, connection, clean)
            disturbed.append((fault, nth, connection))
    return disturbed


def changes(
    meddler: Meddler, clean: Connection, disturbed: list[tuple[Fault, int, Connection]]
) -> None:
    """Let each of the connections read the same changes, with a fault on one of their pages."""
    meddler.prepare(None)
    run(clean)
    pages = meddler.met
    require(pages > 1, "The changes fit on one page.")
    for place, (fault, _, connection) in enumerate(disturbed):
        disturb(meddler, fault, 1 + place % pages, connection, clean)


def disturb(
    meddler: Meddler, fault: Fault, nth: int, connection: Connection, clean: Connection
) -> None:
    meddler.prepare(fault, nth)
    ended = run(connection)
    if fault is credential_expired:
        require(ended.status == SyncRun.Status.FAILED, "It went on without a credential.")
        meddler.prepare(None)
        ended = run(connection)
    name = f"{fault.__name__} on page {nth} of a {ended.mode} pass"
    require(ended.status == SyncRun.Status.SUCCEEDED, f"{name}: {ended.error}")
    same(picture(clean), picture(connection), f"the undisturbed copy, after {name}")


def run(connection: Connection) -> SyncRun:
    connection.refresh_from_db()
    return services.sync(connection=connection, trigger=SyncRun.Trigger.COMMAND)


def digest(connection: Connection) -> str:
    shown = repr(sorted(picture(connection).items()))
    return hashlib.sha256(shown.encode()).hexdigest()[:8]

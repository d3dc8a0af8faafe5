"""How long the hub's pages take: signed in, over one keep-alive connection to a real server."""

import http.client
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from intake.models import ProductRequest
from intake.views.listing import REQUESTS
from planning.models import Initiative
from prodops.people.models import User

WARM_UP, ROUNDS, A_ROUND = 20, 3, 20


@dataclass
class Page:
    """One thing to measure: `address(i)` is where request number `i` goes."""

    name: str
    address: Callable[[int], str]
    user: User | None = None
    target: str = ""
    port: int = 0
    process: int = 0
    p50: float = 0
    p95: float = 0
    cpu: float = 0
    kilobytes: float = 0
    queries: int | None = None
    rounds: list[list[float]] = field(default_factory=list)

    def headers(self) -> dict[str, str]:
        htmx = {"HX-Request": "true", "HX-Target": self.target} if self.target else {}
        return {"Accept-Encoding": "identity", **htmx}


def catalogue() -> list[Page]:
    """Return the pages of the table: a person of operations, a requester, an executive."""
    ops, requester, executive = (
        User.objects.filter(role=role).order_by("pk").first()
        for role in (User.Role.OPS, User.Role.REQUESTER, User.Role.EXECUTIVE)
    )
    return [
        *_intake(ops, requester),
        *_reporting(ops, executive),
        *_everywhere(ops),
    ]


def _intake(ops: User, requester: User) -> list[Page]:
    record = _records(ProductRequest, "intake:request")
    titles = list(ProductRequest.objects.order_by("?").values_list("title", flat=True)[:200])
    triage = reverse("intake:triage")
    drafts = [f"{reverse('intake:similar')}?title={quote(title)}" for title in titles]
    waiting = _records(ProductRequest.objects.awaiting_triage(), "intake:triage-request")
    mine, count = reverse("intake:mine"), len(drafts)
    return [
        *_requests(ops, [title.split()[-1] for title in titles]),
        Page("Request, record", record, ops),
        Page("Triage, first request", lambda i: triage, ops),
        Page("Triage, next request, partial", waiting, ops, "cockpit"),
        Page("Portal, requester", lambda i: reverse("intake:portal"), requester),
        Page("My requests, requester", lambda i: mine, requester),
        Page("Similar while typing, partial", lambda i: drafts[i % count], requester, "similar"),
    ]


def _requests(ops: User, words: list[str]) -> list[Page]:
    """The list of all requests, narrowed and sorted; `words` are rare ones of titles."""
    address = reverse("intake:requests")
    sorts = [f"sort={turned}{c.key}" for c in REQUESTS.columns if c.order for turned in ("", "-")]
    filters = ["state=accepted", "state=open", "kind=idea", "owner=none", "clock=late"]
    filters += ["clock=paused", "priority=P0", "arr=500", "theme=none", "team=none"]
    narrowed = {
        "partial": lambda i: f"page={i % 9 + 1}",
        "each filter, partial": lambda i: filters[i % len(filters)],
        "each order, partial": lambda i: sorts[i % len(sorts)],
        "search “export”, partial": lambda i: "q=export",
        "search a rare word, partial": lambda i: f"q={words[i % len(words)]}",
        "search no such word, partial": lambda i: "q=nowherebesides",
        "“export” by voices, partial": lambda i: "q=export&sort=-voices",
        "page 200, partial": lambda i: "page=200",
    }
    return [
        Page("Requests, list of 25", lambda i: address, ops),
        *(
            Page(f"Requests, {name}", lambda i, query=query: f"{address}?{query(i)}", ops, "list")
            for name, query in narrowed.items()
        ),
    ]


def _reporting(ops: User, executive: User) -> list[Page]:
    scorecard, dashboard = reverse("reporting:scorecard"), reverse("reporting:dashboard")
    drill = reverse("reporting:figure", args=["K7"])
    chart = reverse("reporting:chart", args=["delivery-cycle-time"])
    return [
        Page("Scorecard", lambda i: scorecard, executive),
        Page("Scorecard, partial", lambda i: scorecard, executive, "report"),
        Page("Scorecard, figure with its records", lambda i: drill, executive),
        Page("Dashboard", lambda i: dashboard, executive),
        Page("Dashboard, one chart's figure", lambda i: chart, executive),
        Page("Home, operations", lambda i: reverse("reporting:home"), ops),
        Page("Home, executive", lambda i: reverse("reporting:home"), executive),
    ]


def _everywhere(ops: User) -> list[Page]:
    search = reverse("audit:search")
    words = ["export", "REQ-142", "invoice", "carrier delay", "nothing like it"]
    changes, filters = reverse("audit:changes"), ["via=api", "via=admin", "table=people_team"]
    filters += ["table=intake_productrequest", "did=DELETE", "since=7", f"by={ops.pk}"]
    initiative = _records(Initiative, "planning:initiative")
    return [
        Page("Initiatives, list", lambda i: reverse("planning:initiatives"), ops),
        Page("Initiative, record", initiative, ops),
        Page("Launches, list", lambda i: reverse("launches:launches"), ops),
        Page("Change history", lambda i: changes, ops),
        Page("Change history, search, partial", lambda i: f"{changes}?q=carrier", ops, "list"),
        Page(
            "Change history, each filter, partial",
            lambda i: f"{changes}?{filters[i % len(filters)]}",
            ops,
            "list",
        ),
        Page(
            "Palette, partial",
            lambda i: f"{search}?q={quote(words[i % 5])}",
            ops,
            "palette-results",
        ),
        Page("Search, page", lambda i: f"{search}?q={quote(words[i % 5])}", ops),
    ]


def _records(rows, name: str) -> Callable[[int], str]:
    """Return addresses of records drawn from all over the table."""
    queryset = rows if hasattr(rows, "values_list") else rows.objects.all()
    keys = list(queryset.order_by("pk").values_list("pk", flat=True))
    drawn = random.Random(3).choices(keys, k=300)
    return lambda i: reverse(name, args=[drawn[i % len(drawn)]])


def measure(pages: list[Page], *, port: int, process: int) -> None:
    """Fill in times, bytes and queries of every page, the rounds of all pages interleaved."""
    clients = {user: _signed_in(user) for user in {page.user for page in pages if page.user}}
    for page in pages:
        page.port, page.process = page.port or port, page.process or process
        if page.user:
            page.queries = _count_queries(page, clients[page.user])
    for number in range(ROUNDS):
        for page in pages:
            cookie = clients[page.user].cookies["sessionid"].value if page.user else ""
            page.rounds.append(_round(page, cookie, number))
    for page in pages:
        page.p50 = statistics.median(statistics.median(times) for times in page.rounds)
        page.p95 = statistics.median(
            statistics.quantiles(times, n=20, method="inclusive")[18] for times in page.rounds
        )


def _signed_in(user: User) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    return client


def _count_queries(page: Page, client: Client) -> int:
    """Ask twice in this process and count the second time, when caches are warm."""
    client.get(page.address(0), headers=page.headers())
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(page.address(1), headers=page.headers())
    if answer.status_code != 200:
        raise SystemExit(f"{page.name}: {page.address(1)} answered {answer.status_code}.")
    return len(queries)


def _round(page: Page, cookie: str, number: int) -> list[float]:
    """Return the milliseconds of one round of answers, read to the end."""
    server = http.client.HTTPConnection("127.0.0.1", page.port, timeout=60)
    headers = {**page.headers(), "Cookie": f"sessionid={cookie}"}
    first = number * A_ROUND
    for place in range(WARM_UP if number == 0 else 2):
        _ask(server, page.address(first + place), headers)
    times, used = [], _cpu(page.process)
    for place in range(A_ROUND):
        began = time.perf_counter()
        length = _ask(server, page.address(first + place), headers)
        times.append(1000 * (time.perf_counter() - began))
        page.kilobytes = max(page.kilobytes, length / 1000)
    page.cpu += 1000 * (_cpu(page.process) - used) / (A_ROUND * ROUNDS)
    server.close()
    return times


def _cpu(master: int) -> float:
    """Return the seconds of processor time the web worker has used; 0 where Linux does not say."""
    used = 0
    for child in _read(f"/proc/{master}/task/{master}/children").split():
        for thread in Path(f"/proc/{child}/task").iterdir():
            used += int(_read(f"{thread}/schedstat").split()[0])
    return used / 1e9


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def _ask(server: http.client.HTTPConnection, address: str, headers: dict[str, str]) -> int:
    server.request("GET", address, headers=headers)
    answer = server.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{address} answered {answer.status}.")
    return len(body)

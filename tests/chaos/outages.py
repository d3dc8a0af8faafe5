"""Checks 7, 8, 20 and 21 of the list in docs/reliability.md: a server is away, pages go on."""

import contextlib
import signal
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import psycopg
import redis
import requests
from django.test import Client

from intake.models import ProductRequest, RequestKind
from prodops.audit.models import Comment, Thread
from prodops.embedded import places
from prodops.notifications.models import Mail
from prodops.people.models import User
from tests.chaos.people import UNSETTLED, await_mails, operator, people, post_mails
from tests.chaos.site import Site, await_true, fresh, require

CSRF = "c" * 32
COMMENTS_A_PERSON = 15  # the hub lets a person write twenty a minute
SECONDS_TO_RECOVER = 5


def browser(site: Site, user: User) -> requests.Session:
    """Return a session that is signed in."""
    client = Client()
    client.force_login(user)
    session = requests.Session()
    session.cookies.set("sessionid", client.cookies["sessionid"].value)
    session.cookies.set("csrftoken", CSRF)
    session.headers["Referer"] = site.url
    return session


def kind() -> RequestKind:
    defaults = {"name": "Idea", "acknowledge_hours": 8, "answer_hours": 24}
    return RequestKind.objects.get_or_create(slug="idea", defaults=defaults)[0]


@dataclass
class Journal:
    """What clients asked for and what they were answered: (moment, status, seconds, words)."""

    answers: list[tuple[float, int, float, str]] = field(default_factory=list)

    def ask(self, call: Callable[[], requests.Response], words: str = "") -> int:
        began, status = time.monotonic(), 0
        try:
            status = call().status_code
        except requests.RequestException as error:
            words = words or str(error)[:300]
        self.answers.append((time.monotonic(), status, time.monotonic() - began, words))
        return status

    def statuses(self, since: float = 0) -> set[int]:
        return {status for at, status, _, _ in self.answers if at >= since}

    def p95(self) -> float:
        return statistics.quantiles([seconds for _, _, seconds, _ in self.answers], n=20)[-1]


@contextlib.contextmanager
def visitors(*calls: Callable[[int], object]):
    """Let each of `calls` be made again and again by a thread of its own, with a count."""
    stop = threading.Event()

    def visit(call: Callable[[int], object]) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            call(number)
            time.sleep(0.02)

    threads = [threading.Thread(target=visit, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def broker(site: Site, *, kills: int, flushes: int, stops: int, seconds: float) -> str:
    """7: Valkey is killed, emptied and stopped; no job is lost, pages never fail."""
    site.add_web()
    site.add_beats()
    site.add_worker("lease=3")
    reader = browser(site, people(1)[0])
    pages = ("/intake/", "/notifications/", "/intake/requests/")

    def look(journal: Journal) -> Callable[[int], int]:
        return lambda n: journal.ask(lambda: reader.get(site.url + pages[n % 3], timeout=30))

    calm, storm = Journal(), Journal()
    with visitors(look(calm)):
        time.sleep(3)
    addresses = []
    with visitors(look(storm)):
        for deed in ["kill"] * kills + ["flush"] * flushes + ["stop"] * stops:
            addresses += post_mails(deed, 5)
            _hurt_valkey(site, deed, seconds, addresses)
            addresses += post_mails(deed, 5)
            time.sleep(0.5)
        shown = await_mails(site, addresses, seconds=60)
    odd = [answer for answer in storm.answers if answer[1] != 200]
    require(not odd, f"{len(odd)} of {len(storm.answers)} pages failed: {odd[:3]}")
    ratio = storm.p95() / calm.p95()
    return f"{shown}; {len(storm.answers)} pages, all 200, p95 {ratio:.1f} × that of calm"


def _hurt_valkey(site: Site, deed: str, seconds: float, addresses: list[str]) -> None:
    if deed == "kill":
        site.halt("valkey")
        addresses += post_mails("while-away", 5)
        site.start("valkey")
    elif deed == "flush":
        redis.from_url(places.redis_url(site.folder)).flushall()
    else:
        site.servers["valkey"].send_signal(signal.SIGSTOP)
        addresses += post_mails("while-silent", 2)
        time.sleep(seconds)
        site.servers["valkey"].send_signal(signal.SIGCONT)


def forms(site: Site, *, count: int, seconds: float) -> str:
    """8: the broker is away while forms are posted; each is accepted, each job runs later."""
    thread = _thread()
    site.add_web()
    authors = people(-(-count // COMMENTS_A_PERSON))
    sessions = [browser(site, author) for author in authors]
    journal = Journal()
    site.halt("valkey")
    away_since = time.monotonic()

    def post(number: int) -> int:
        data = {"csrfmiddlewaretoken": CSRF, "body": f"@operator see form {number}, please"}
        address = f"{site.url}/notifications/threads/{thread.pk}/comments/"
        session = sessions[number // COMMENTS_A_PERSON]
        return journal.ask(
            lambda: session.post(address, data, timeout=60, allow_redirects=False), str(number)
        )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(post, range(count)))
    time.sleep(max(0.0, seconds - (time.monotonic() - away_since)))
    site.start("valkey")
    site.add_beats()
    site.add_worker()
    require(journal.statuses() == {302}, f"Forms were answered {journal.statuses()}.")
    said = Comment.objects.filter(thread=thread)
    require(said.count() == count, f"{said.count()} of {count} comments are kept.")
    mails = Mail.objects.filter(
        key__in=[f"notification:{operator().pk}:mention:{c.pk}" for c in said]
    )
    require(mails.count() == count, f"{mails.count()} of {count} mails are kept.")
    took = await_true(lambda: not mails.filter(state__in=UNSETTLED).exists(), seconds=90)
    arrived = set(mails.values_list("state", flat=True))
    require(arrived == {Mail.State.SENT}, f"Mails ended as {arrived}.")
    return f"{count} forms accepted, p95 {journal.p95():.2f} s; all jobs done {took:.1f} s later"


def _thread() -> Thread:
    from django.utils import timezone

    from intake import services

    author = people(1)[0]
    made = services.submit(kind=kind(), title="Forms", author=author, by=author, at=timezone.now())
    return made.thread


def postgres(site: Site, *, restarts: int, clients: int) -> str:
    """20: Postgres is stopped at once and started under load; nothing acknowledged is lost."""
    site.add_web()
    sessions = [browser(site, user) for user in people(clients)]
    number_of_kind, journal = kind().pk, Journal()

    def write(who: int) -> Callable[[int], int]:
        def once(number: int) -> int:
            title = f"Journal {who} {number} {time.time_ns()}"
            data = {"csrfmiddlewaretoken": CSRF, "title": title, "kind": number_of_kind}
            data |= {"anyway": "1", "urgency": "normal"}
            address = f"{site.url}/intake/new/"
            call = lambda: sessions[who].post(  # noqa: E731
                address, data, timeout=30, allow_redirects=False
            )
            return journal.ask(call, title)

        return once

    outages = []
    with visitors(*(write(who) for who in range(clients))):
        for _ in range(restarts):
            time.sleep(1)
            began = time.monotonic()
            site.halt("postgres", signal.SIGQUIT)
            site.start("postgres")
            outages.append((began, time.monotonic() + SECONDS_TO_RECOVER))
            time.sleep(1)
        time.sleep(SECONDS_TO_RECOVER)
    fresh()
    late = [
        (at, status)
        for at, status, _, _ in journal.answers
        if status != 302 and not any(begin <= at <= end for begin, end in outages)
    ]
    require(not late, f"{len(late)} answers outside the outages: {late[:5]}")
    require(journal.statuses() <= {302, 503}, f"Forms were answered {journal.statuses()}.")
    kept = set(ProductRequest.objects.values_list("title", flat=True))
    acknowledged = {words for _, status, _, words in journal.answers if status == 302}
    require(acknowledged <= kept, f"{len(acknowledged - kept)} acknowledged writes are lost.")
    refused = sum(status != 302 for _, status, _, _ in journal.answers)
    return f"{restarts} restarts, {len(acknowledged)} writes kept, {refused} refused in outages"


def crowd(site: Site, *, clients: int, seconds: float) -> str:
    """21: a hundred clients queue; without a database connection they hear when to come back."""
    site.add_web()
    user = people(1)[0]
    sessions = [browser(site, user) for _ in range(clients)]
    queueing = Journal()
    with ThreadPoolExecutor(clients) as pool:
        list(
            pool.map(
                lambda one: queueing.ask(lambda: one.get(f"{site.url}/intake/", timeout=60)),
                sessions,
            )
        )
    require(queueing.statuses() == {200}, f"A crowd was answered {queueing.statuses()}.")
    site.rest()
    site.add_web()
    with _all_connections(site):
        began = time.monotonic()
        answer = sessions[0].get(f"{site.url}/intake/", timeout=30)
        waited = time.monotonic() - began
        require(answer.status_code == 503, f"Without a connection: {answer.status_code}.")
        require(int(answer.headers["Retry-After"]) <= 5, "It does not say when to come back.")
        require(waited <= 5, f"It took {waited:.1f} s to say so.")
        time.sleep(seconds)
    took = await_true(lambda: sessions[0].get(f"{site.url}/intake/").status_code == 200, seconds=5)
    fresh()
    slowest = max(seconds for _, _, seconds, _ in queueing.answers)
    return (
        f"{clients} at once all 200, the last after {slowest:.1f} s; without a connection 503"
        f" after {waited:.2f} s, well again {took:.2f} s later"
    )


@contextlib.contextmanager
def _all_connections(site: Site):
    """Hold every connection Postgres has left."""
    fresh()
    held: list[psycopg.Connection] = []
    try:
        while True:
            address = places.database_url(site.folder)
            held.append(psycopg.connect(address))
    except psycopg.OperationalError:
        yield
    finally:
        for one in held:
            one.close()

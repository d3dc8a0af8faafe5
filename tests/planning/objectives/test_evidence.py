"""What proves a check-in: which links are taken, who looks at them, and when they are broken."""

from datetime import timedelta

import pytest

from planning.models import EvidenceCheck
from planning.services import Refusal
from planning.services import evidence as proving
from prodops.integrations import visiting
from prodops.integrations.errors import AddressRefused
from prodops.integrations.visiting import Visit, check_link, visit
from prodops.notifications.models import Notification
from tests.factories import objectives, planning
from tests.integrations.test_addresses import HOSTS

AT = planning.AT + timedelta(days=3)
WIKI = "https://wiki.example.com/a%20page?of=returns#figures"
DAY = timedelta(days=1)


@pytest.fixture
def key_result(db):
    return objectives.key_result()


@pytest.fixture
def answers(monkeypatch):
    """What the web answers, one visit after the other; the visits are kept."""
    told = {"next": [], "asked": []}

    def look(url, *, allow_private):
        told["asked"].append((url, allow_private))
        return told["next"].pop(0)

    monkeypatch.setattr(proving, "visit", look)
    return told


def linked(key_result, url=WIKI, at=AT):
    return objectives.report(key_result, 40, at=at, evidence=url).evidence


def looked(evidence, answers, answer, at):
    answers["next"] = [answer]
    proving.check_evidence(evidence=evidence, clock=lambda: at)
    evidence.refresh_from_db()
    return evidence.state


@pytest.mark.parametrize("host", [host for host in HOSTS if "?" not in host])
def test_no_link_leads_inside(host):
    for scheme in ("https", "http"):
        with pytest.raises(AddressRefused):
            check_link(f"{scheme}://{host}/page?x=1", allow_private=False)


@pytest.mark.parametrize("url", ["ftp://example.com/", "file:///etc/passwd", "javascript:alert(1)"])
def test_only_web_pages_are_links(url):
    with pytest.raises(AddressRefused):
        check_link(url, allow_private=True)


@pytest.mark.parametrize("port", [22, 25, 6379, 65535])
def test_a_link_leads_to_ports_of_pages_alone(port):
    with pytest.raises(AddressRefused, match=f"not served at port {port}"):
        check_link(f"https://wiki.example.com:{port}/", allow_private=False)
    for usual in ("", ":443", ":8443"):
        assert check_link(f"https://wiki.example.com{usual}/", allow_private=False)


def test_a_redirect_to_another_port_is_refused(monkeypatch):
    def send(adapter, request, **kwargs):
        answer = visiting.requests.Response()
        answer.status_code, answer.url, answer.request = 302, request.url, request
        answer.headers["Location"] = "https://wiki.example.com:22/"
        answer.raw = type("Raw", (), {"release_conn": lambda self: None})()
        answer._content = b""
        return answer

    monkeypatch.setattr(visiting.PublicAddresses, "send", send)
    found = visit("https://wiki.example.com/", allow_private=False)
    assert not found.is_good
    assert "port 22" in found.note


def test_a_visit_reaches_nothing_inside_even_by_a_name(monkeypatch):
    inside = [(2, 1, 6, "", ("10.0.0.7", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: inside)
    found = visit("https://wiki.example.com/", allow_private=False)
    assert not found.is_good
    assert "private network" in found.note


def test_a_redirect_inside_is_refused(monkeypatch):
    """The adapter checks each hop's address as it connects, as it does the first."""
    hops = []

    def send(adapter, request, **kwargs):
        hops.append(request.url)
        if len(hops) == 1:
            answer = visiting.requests.Response()
            answer.status_code, answer.url, answer.request = 302, request.url, request
            answer.headers["Location"] = "http://169.254.169.254/latest/"
            answer.raw = type("Raw", (), {"release_conn": lambda self: None})()
            answer._content = b""
            return answer
        return original(adapter, request, **kwargs)

    original = visiting.PublicAddresses.send
    monkeypatch.setattr(visiting.PublicAddresses, "send", send)
    found = visit("https://wiki.example.com/", allow_private=False)
    assert len(hops) == 2
    assert not found.is_good
    assert "private network" in found.note


def test_a_page_of_the_hub_is_there_at_once(key_result, settings):
    objective = key_result.objective
    settings.SITE_URL = "https://hub.example.com"
    evidence = linked(key_result, f"https://hub.example.com{objective.get_absolute_url()}")
    assert evidence.url == objective.get_absolute_url()
    assert evidence.label == f"{objective.key} {objective.title}"
    assert (evidence.state, evidence.due_at) == ("good", None)


def test_what_a_page_of_the_hub_is_asked_for_stays(key_result, settings):
    settings.SITE_URL = "https://hub.example.com"
    asked = "/planning/initiatives/?q=returns#figures"
    assert linked(key_result, f"https://hub.example.com{asked}").url == asked
    assert linked(key_result, asked, at=AT + DAY).url == asked


@pytest.mark.parametrize(
    "url",
    [
        "/no/such/page/",
        "https://10.0.0.1/",
        "wiki",
        "//evil.example",
        "//evil.example/planning/initiatives/",
        "https://hub.example.com//evil.example/planning/initiatives/",
        "https://hub.example.com///evil.example/planning/initiatives/",
        "/\t/evil.example/planning/initiatives/",
        "/\n/evil.example/planning/initiatives/",
        "/\\evil.example/planning/initiatives/",
        "/planning/initiatives/?\u202e",
    ],
)
def test_what_cannot_be_looked_at_is_refused(key_result, settings, url):
    settings.SITE_URL = "https://hub.example.com"
    with pytest.raises(Refusal):
        linked(key_result, url)
    assert not key_result.check_ins.exists()


def test_a_link_is_looked_at_by_a_worker_after_the_commit(
    key_result, answers, django_capture_on_commit_callbacks
):
    answers["next"] = [Visit(200)]
    with django_capture_on_commit_callbacks() as callbacks:
        evidence = linked(key_result)
    assert evidence.state == "waiting"
    assert callbacks
    assert looked(evidence, answers, Visit(200), AT) == "good"
    assert answers["asked"] == [(WIKI, False)]
    assert evidence.due_at == AT + timedelta(days=7)


def test_broken_is_what_fails_and_a_day_later_fails_again(key_result, answers):
    evidence = linked(key_result)
    assert looked(evidence, answers, Visit(404), AT) == "doubtful"
    assert evidence.due_at == AT + DAY
    assert looked(evidence, answers, Visit(404), AT + DAY) == "broken"
    key_result.refresh_from_db()
    assert key_result.has_broken_evidence
    told = Notification.objects.get(title__contains="is gone")
    assert told.recipient == key_result.owner
    assert looked(evidence, answers, Visit(404), AT + 8 * DAY) == "broken"
    assert Notification.objects.filter(title__contains="is gone").count() == 1
    assert looked(evidence, answers, Visit(200), AT + 15 * DAY) == "good"
    assert EvidenceCheck.objects.count() == 4


def test_two_workers_look_once(key_result, answers):
    evidence = linked(key_result)
    answers["next"] = [Visit(200)]

    def second(url, **kwargs):
        proving.check_evidence(evidence=evidence, clock=lambda: AT)
        return Visit(200)

    proving.visit, kept = second, proving.visit
    try:
        proving.check_evidence(evidence=evidence, clock=lambda: AT)
    finally:
        proving.visit = kept
    assert EvidenceCheck.objects.count() == 1


def test_a_worker_that_died_is_followed_by_another(key_result, answers):
    evidence = linked(key_result)
    type(evidence).objects.update(claimed_until=AT + timedelta(minutes=5))
    answers["next"] = [Visit(200)]
    proving.check_evidence(evidence=evidence, clock=lambda: AT + timedelta(minutes=1))
    assert not EvidenceCheck.objects.exists()
    assert looked(evidence, answers, Visit(200), AT + timedelta(minutes=5)) == "good"


def test_an_old_link_is_left_alone(key_result, answers):
    evidence = linked(key_result)
    looked(evidence, answers, Visit(200), AT + timedelta(days=63))
    assert evidence.due_at is None


def test_newer_evidence_takes_the_place_of_what_broke(key_result, answers):
    old = linked(key_result)
    looked(old, answers, Visit(404), AT)
    new = linked(key_result, key_result.objective.get_absolute_url(), at=AT + timedelta(hours=2))
    looked(old, answers, Visit(404), AT + DAY)
    key_result.refresh_from_db()
    assert (new.state, key_result.evidence_state) == ("good", "good")

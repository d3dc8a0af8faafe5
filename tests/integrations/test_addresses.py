"""No way of writing an address leads the hub inside: nothing ever reaches the listener."""

import itertools
import socket
import threading
from datetime import UTC, datetime

import pytest
import requests

from prodops.integrations import services
from prodops.integrations.addresses import PublicAddresses, check_url
from prodops.integrations.amplitude.client import AmplitudeClient
from prodops.integrations.errors import AddressRefused, SourceError
from prodops.integrations.jira.client import JiraClient

PUBLIC = "93.184.216.34"
HOSTS = [
    *("127.0.0.1", "127.0.0.2", "127.1", "127.0.1", "127.255.255.254", "127.0.0.1."),
    *("0", "0.0.0.0", "00.0.0.0", "0x0", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1"),
    *("0177.0.0.1", "0177.1", "017700000001", "127.0.0.0x1", "0x7F.0x0.0x0.0x1", "0127.0.0.1"),
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::ffff:127.0.0.1]"),
    *("[::ffff:7f00:1]", "[::ffff:0:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"),
    *("[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]"),
    *("[fc00::1]", "[fd12:3456::1]", "[fec0::1]", "[ff02::1]", "[100::1]", "[3fff::1]"),
    *("169.254.169.254", "169.254.170.2", "0xa9fea9fe", "2852039166", "[fd00:ec2::254]"),
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1"),
    *("192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "10.1", "0xa.1"),
    *("localhost", "localhost.", "LOCALHOST", "x.localhost", "jira", "metadata.google.internal"),
    *("printer.local", "jira.intranet", "router.lan", "nas.home.arpa"),
    *("①②⑦.⓪.⓪.①", "１２７.０.０.１", "127。0。0。1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ"),
    *("user@127.0.0.1", "user:pw@example.com", "example.com@127.0.0.1", "127.0.0.1#@example.com"),
    *("127.0.0.1\\@example.com", "example.com\\@127.0.0.1", "%31%32%37.0.0.1", "127.0.0.1%00.com"),
    *("127.0.0.1\t", "127.0.0.\n1", " 127.0.0.1", "example.com?@127.0.0.1", "[::1", "[v1.x]"),
]


class Canary:
    """A listener on this machine, on IPv4 and IPv6, that counts who connects."""

    def __init__(self):
        self.sockets = [socket.create_server(("0.0.0.0", 0))]  # noqa: S104
        self.port = self.sockets[0].getsockname()[1]
        six = socket.socket(socket.AF_INET6)
        six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        six.bind(("::", self.port))
        six.listen()
        self.sockets.append(six)
        self.connected, self.answer = 0, b""
        for listener in self.sockets:
            threading.Thread(target=self.listen, args=(listener,), daemon=True).start()

    def listen(self, listener):
        while True:
            try:
                connected, _ = listener.accept()
            except OSError:
                return
            self.connected += 1
            with connected:
                if self.answer:
                    connected.recv(65_536)
                    connected.sendall(self.answer)


@pytest.fixture
def canary():
    listener = Canary()
    yield listener
    for each in listener.sockets:
        each.close()


def jira_client(url, **options):
    return JiraClient(
        base_url=url, username="bot@example.com", token="hush", is_cloud=True, attempts=1, **options
    )


def call(url):
    """Call the address in every way the hub has; nothing may come through."""
    amplitude = AmplitudeClient(base_url=url, api_key="a", secret_key="b", attempts=1)
    for attempt in (lambda: jira_client(url).myself(), amplitude.events):
        with pytest.raises((SourceError, OSError, ValueError, RuntimeError)):
            attempt()


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("host", HOSTS, ids=ascii)
def test_no_spelling_leads_inside(canary, host, scheme):
    before, sign, after = host.partition("#")
    url = f"{scheme}://{before}:{canary.port}{sign}{after}"
    with pytest.raises(AddressRefused):
        check_url(url, allow_private=False)
    call(url)
    assert canary.connected == 0


def test_the_list_is_long_enough():
    assert len(set(HOSTS)) >= 60


def test_the_listener_would_have_heard_it(canary):
    with pytest.raises(SourceError):
        jira_client(f"http://127.0.0.1:{canary.port}", allow_private=True).myself()
    assert canary.connected == 1


def answers(monkeypatch, *rounds):
    """Let names lead where each round says, the last round for ever; return the names asked for."""
    original, asked = socket.getaddrinfo, []
    coming = itertools.chain(rounds, itertools.repeat(rounds[-1]))

    def look_up(name, port, *args, **options):
        if name.endswith(".example.com"):
            asked.append(name)
            return [(2, 1, 6, "", (address, port)) for address in next(coming)]
        return original(name, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "rounds",
    [
        [["127.0.0.1"]],
        [[PUBLIC, "127.0.0.1"]],
        [["127.0.0.1", PUBLIC]],
        [["169.254.169.254"]],
        [["10.0.0.1", "10.0.0.2"]],
    ],
)
def test_a_name_with_an_answer_inside_is_refused(canary, monkeypatch, rounds):
    answers(monkeypatch, *rounds)
    session = requests.Session()
    session.mount("http://", PublicAddresses())
    with pytest.raises(AddressRefused, match=r"jira\.example\.com is inside"):
        session.get(f"http://jira.example.com:{canary.port}/", timeout=2)
    assert canary.connected == 0


def test_a_name_that_changes_its_answer_is_asked_once_and_held_to_it(canary, monkeypatch):
    asked = answers(monkeypatch, [PUBLIC], ["127.0.0.1"])
    reached = []

    def connect(address, *args, **options):
        reached.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    call(f"http://jira.example.com:{canary.port}")
    assert reached[0] == PUBLIC
    assert "127.0.0.1" not in reached
    assert canary.connected == 0
    assert asked[0] == "jira.example.com"


def test_a_name_nobody_knows_at_first_is_not_tried_again(canary, monkeypatch):
    rounds = iter([socket.gaierror(-2, "Name or service not known")])

    def look_up(name, port, *args, **options):
        for failure in rounds:
            raise failure
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    session = requests.Session()
    session.mount("http://", PublicAddresses())
    with pytest.raises(requests.exceptions.ConnectionError):
        session.get(f"http://jira.example.com:{canary.port}/", timeout=2)
    assert canary.connected == 0


def test_of_several_public_answers_the_next_is_tried(monkeypatch):
    answers(monkeypatch, [PUBLIC, "1.1.1.1"])
    reached = []

    def connect(address, *args, **options):
        reached.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    session = requests.Session()
    session.mount("https://", PublicAddresses())
    with pytest.raises(requests.exceptions.ConnectionError):
        session.get("https://jira.example.com/", timeout=2)
    assert reached == [PUBLIC, "1.1.1.1"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(canary, status):
    door = Canary()
    door.answer = (
        f"HTTP/1.1 {status} Elsewhere\r\nLocation: http://127.0.0.1:{canary.port}/\r\n"
        "Content-Length: 0\r\nConnection: close\r\n\r\n"
    ).encode()
    url = f"http://127.0.0.1:{door.port}"
    amplitude = AmplitudeClient(
        base_url=url, api_key="a", secret_key="b", attempts=1, allow_private=True
    )
    for attempt in (jira_client(url, allow_private=True).myself, amplitude.events):
        with pytest.raises(SourceError):
            attempt()
    assert (door.connected, canary.connected) == (2, 0)
    for each in door.sockets:
        each.close()


def test_a_proxy_of_the_machine_is_not_used(canary, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    answers(monkeypatch, ["127.0.0.1"])
    call("http://jira.example.com")
    assert canary.connected == 0


@pytest.mark.django_db
def test_an_address_saved_while_it_was_allowed_is_refused_later(canary, settings):
    settings.ALLOW_PRIVATE_URLS = True
    connection = services.save_connection(
        slug="inside",
        name="Inside",
        kind="jira_cloud",
        base_url=f"http://127.0.0.1:{canary.port}",
        username="bot@example.com",
        secret="hush",
        at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    settings.ALLOW_PRIVATE_URLS = False
    run = services.sync(connection=connection, trigger="command")
    assert (run.status, canary.connected) == ("failed", 0)
    assert "ALLOW_PRIVATE_URLS" in run.error

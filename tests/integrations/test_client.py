"""What the client makes of addresses, waits and answers."""

import socket
import threading
from types import SimpleNamespace

import pytest
import requests

from prodops.integrations.addresses import PublicAddresses, check_address, check_url
from prodops.integrations.errors import AddressRefused, LoginRefused, SourceError
from prodops.integrations.jira import client as client_module
from prodops.integrations.jira.client import JiraClient
from prodops.integrations.jira.paging import changed, quoted


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.1.2.3",
        "::1",
        "169.254.169.254",
        "100.64.0.1",
        "::ffff:10.0.0.1",
        "224.0.0.1",
        "0.0.0.0",
    ],
)
def test_inside_addresses_are_refused(host):
    with pytest.raises(AddressRefused):
        check_address(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "2606:4700::1111", "jira.example.com"])
def test_public_addresses_and_names_pass(host):
    check_address(host)


def test_an_operator_may_allow_private_addresses():
    assert (
        check_url("http://10.0.0.8:8080/jira/", allow_private=True) == "http://10.0.0.8:8080/jira"
    )


@pytest.fixture
def server():
    """A socket on this machine that answers every request with `server.answer` and keeps it."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept = SimpleNamespace(port=listener.getsockname()[1], received=[], answer=b"")

    def serve():
        while True:
            try:
                connected, _ = listener.accept()
            except OSError:
                return
            with connected:
                connected.settimeout(2)
                try:
                    kept.received.append(connected.recv(65536))
                    connected.sendall(kept.answer)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield kept
    listener.close()


def test_a_name_that_leads_inside_receives_not_a_byte(server):
    session = requests.Session()
    session.mount("http://", PublicAddresses())
    with pytest.raises(AddressRefused):
        session.get(f"http://localhost:{server.port}/")
    assert not any(server.received)


def test_a_refusal_does_not_tell_whether_the_port_answers(server):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        silent = closed.getsockname()[1]
    session = requests.Session()
    session.mount("http://", PublicAddresses())

    def refusal(port):
        with pytest.raises(AddressRefused) as refused:
            session.get(f"http://localhost:{port}/", timeout=2)
        return str(refused.value)

    assert refusal(server.port) == refusal(silent)
    assert "localhost is inside a private network" in refusal(silent)
    assert not server.received


def make_client(server, **options):
    return JiraClient(
        base_url=f"http://127.0.0.1:{server.port}",
        username="bot@example.com",
        token="hush-hush",
        is_cloud=True,
        allow_private=True,
        **{"sleep": lambda seconds: None, "attempts": 3, **options},
    )


def response(status, body=b"{}", **headers):
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    ("answer", "error", "calls"),
    [
        (response(302, Location="http://169.254.169.254/"), AddressRefused, 1),
        (response(401), LoginRefused, 1),
        (response(200, b"[]", X_Seraph_LoginReason="AUTHENTICATED_FAILED"), LoginRefused, 1),
        (response(200, b"<html>sign in</html>", Content_Type="text/html"), SourceError, 3),
        (response(200, b'{"a": [1, 2'), SourceError, 3),
        (response(503), SourceError, 3),
        (response(400, b'{"errorMessages": ["No."]}'), SourceError, 1),
        (response(403), SourceError, 1),
        (response(410), SourceError, 1),
        (b"", SourceError, 3),
    ],
)
def test_failures_are_ours_and_tell_no_secret(server, answer, error, calls):
    server.answer = answer
    client = make_client(server)
    with pytest.raises(error) as raised:
        client.myself()
    assert client.requests == calls
    assert "hush-hush" not in repr(raised.value) + str(raised.value.__cause__)
    assert "Authorization" not in str(raised.value)


def test_retry_after_is_honoured_and_a_long_one_is_left_to_later(server):
    waits = []
    client = make_client(server, sleep=waits.append)
    server.answer = response(429, Retry_After=7)
    with pytest.raises(SourceError):
        client.myself()
    assert len(waits) == 2
    assert all(7 <= wait <= 7 * 1.2 for wait in waits)

    server.answer = response(429, Retry_After=3600)
    with pytest.raises(client_module.SourceBusy) as raised:
        client.myself()
    assert raised.value.seconds == 3600


def test_retry_after_may_be_a_date(server):
    waits = []
    client = make_client(server, sleep=waits.append)
    server.answer = response(
        503, Retry_After="Mon, 02 Nov 2026 09:00:30 GMT", Date="Mon, 02 Nov 2026 09:00:00 GMT"
    )
    with pytest.raises(SourceError):
        client.myself()
    assert all(30 <= wait <= 36 for wait in waits)


def test_queries_quote_their_words():
    assert quoted('SE"T') == '"SET"'
    assert changed(["SET"], None) == 'project in ("SET") ORDER BY updated ASC, id ASC'

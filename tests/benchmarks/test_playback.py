"""The playback answers as the local Jira would, and asks it anew after whatever changes it."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from benchmarks.playback import Playback

LONG_AGO = "Thu, 01 Jan 2015 00:00:30 GMT"


class Source(BaseHTTPRequestHandler):
    """Counts what it is asked; every answer tells the count, so none is like another."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.asked.append((self.command, self.path, body))
        said = json.dumps({"count": len(self.server.asked), "words": "word " * 1000}).encode()
        self.send_response_only(404 if "missing" in self.path else 200)
        for name, value in {
            "Date": LONG_AGO,
            "Content-Type": "application/json",
            "Content-Length": str(len(said)),
            "X-Own": self.headers.get("Authorization") or "nobody",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *args):
        pass


@pytest.fixture
def source():
    with ThreadingHTTPServer(("127.0.0.1", 0), Source) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def url(source):
    with Playback(f"http://127.0.0.1:{source.server_port}") as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.url
        server.shutdown()


@pytest.fixture
def client():
    with requests.Session() as session:
        session.auth = ("bot", "token")
        yield session


def test_a_question_is_asked_once_and_its_answer_stays_the_same(source, url, client):
    first = client.get(f"{url}/rest/api/3/search/jql?jql=a&nextPageToken=1")
    again = client.get(f"{url}/rest/api/3/search/jql?jql=a&nextPageToken=1")
    assert again.content == first.content
    assert len(source.asked) == 1
    assert client.get(f"{url}/_playback/state").json() == {"played_back": 1, "passed_on": 1}
    assert (again.headers["X-Own"], again.status_code) == (first.headers["X-Own"], 200)
    assert first.headers["X-Own"].startswith("Basic ")


def test_what_is_played_back_is_packed_only_for_who_takes_it(url, client):
    client.get(f"{url}/rest/one")
    packed = client.get(f"{url}/rest/one")
    plain = client.get(f"{url}/rest/one", headers={"Accept-Encoding": "identity"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) < 500 < int(plain.headers["Content-Length"])
    assert packed.json() == plain.json()
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize("path", ["/rest/api/3/changelog/bulkfetch", "/rest/api/3/issue/bulkfetch"])
def test_a_reading_post_is_known_by_its_body(source, url, client, path):
    counts = [client.post(f"{url}{path}", json={"ids": ids}).json()["count"] for ids in (1, 2, 1)]
    assert counts == [1, 2, 1]


@pytest.mark.parametrize("change", ["/_sandbox/touch", "/rest/api/3/issue/CORE-1/transitions"])
def test_a_change_makes_it_forget(source, url, client, change):
    before = client.get(f"{url}/rest/one").json()
    assert client.get(f"{url}/rest/one").json() == before
    client.post(f"{url}{change}", json={"n": 1})
    assert ("POST", change, '{"n": 1}') in source.asked
    assert client.get(f"{url}/rest/one").json()["count"] > before["count"]


def test_failures_and_control_answers_are_not_kept(source, url, client):
    for path in ("/rest/missing", "/_sandbox/state"):
        answers = [client.get(f"{url}{path}") for _ in range(2)]
        assert answers[0].json() != answers[1].json()
    assert len(source.asked) == 4


def test_dates_are_those_of_the_source(url, client):
    for _ in range(2):
        assert client.get(f"{url}/rest/one").headers["Date"].startswith("Thu, 01 Jan 2015 00:00:3")

"""Plays back what a local Jira answered, so that a measurement is not one of the local Jira.

    python benchmarks/playback.py http://127.0.0.1:8081

The first time a question is passed on and its answer kept, compressed; the same question (method,
path, query and body) again gets the same bytes, which costs next to nothing. Whatever may change
something is passed on and makes it forget everything. Bodies go out compressed when the client
takes that, as from a real Jira; dates are those of the local Jira's clock.
`/_playback/state` counts what was played back and what was passed on.
"""

import argparse
import gzip
import http.client
import json
import socketserver
import threading
import time
from email.utils import formatdate, parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

READING_POSTS = ("bulkfetch", "approximate-count", "search/jql")
COUNTS, DROPPED = "/_playback/state", {"connection", "content-length", "date", "keep-alive"}
MINUTE = 60


class Question(NamedTuple):
    method: bytes
    target: bytes
    body: bytes

    @property
    def is_kept(self) -> bool:
        """Whether it only reads, and will be answered the same until something is changed."""
        path = self.target.partition(b"?")[0].decode()
        if path.startswith("/_sandbox/"):
            return False
        return self.method == b"GET" or path.endswith(READING_POSTS)

    @property
    def changes(self) -> bool:
        return self.method != b"GET" and not self.is_kept


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes
    is_packed: bool = False


class Playback(socketserver.ThreadingTCPServer):
    """The server: what it has heard so far, and how often it needed to ask."""

    daemon_threads = allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, source: str, *, port: int = 0):
        super().__init__(("127.0.0.1", port), Conversation)
        self.source = urlsplit(source).netloc
        self.heard: dict[Question, Answer] = {}
        self.counts = {"played_back": 0, "passed_on": 0}
        self.lock, self.age, self.ahead = threading.Lock(), 0, 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def count(self, name: str) -> None:
        with self.lock:
            self.counts[name] += 1

    def forget(self) -> None:
        """Forget all answers, and those under way."""
        with self.lock:
            self.heard.clear()
            self.age += 1

    def keep(self, question: Question, answer: Answer, *, age: int) -> None:
        """Keep an answer unless something was changed since it was asked for."""
        packed = answer._replace(body=gzip.compress(answer.body, 1), is_packed=True)
        with self.lock:
            if age == self.age:
                self.heard[question] = packed


class Conversation(socketserver.StreamRequestHandler):
    """One kept connection of a client, and the one to the local Jira that it needs."""

    disable_nagle_algorithm = True
    server: Playback

    def handle(self) -> None:
        self.upstream = http.client.HTTPConnection(self.server.source, timeout=2 * MINUTE)
        while line := self.rfile.readline(65_536).strip():
            headers = self._headers()
            method, target, _ = line.split(b" ", 2)
            body = self.rfile.read(int(headers.get(b"content-length", 0)))
            question = Question(method, target, body)
            self._answer(question, headers)
        self.upstream.close()

    def _headers(self) -> dict[bytes, bytes]:
        found = {}
        while line := self.rfile.readline(65_536).strip():
            name, _, value = line.partition(b":")
            found[name.strip().lower()] = value.strip()
        return found

    def _answer(self, question: Question, headers: dict[bytes, bytes]) -> None:
        takes_packed = b"gzip" in headers.get(b"accept-encoding", b"")
        if question.target == COUNTS.encode():
            self._send(Answer(200, {}, json.dumps(self.server.counts).encode()))
        elif kept := self.server.heard.get(question):
            self.server.count("played_back")
            self._send(kept if takes_packed else unpacked(kept))
        else:
            self._pass_on(question, headers)

    def _pass_on(self, question: Question, headers: dict[bytes, bytes]) -> None:
        self.server.count("passed_on")
        if question.changes:
            self.server.forget()
        age, answer = self.server.age, self._asked(question, headers)
        if question.changes:
            self.server.forget()
        self._send(answer)
        if question.is_kept and answer.status == 200:
            self.server.keep(question, answer, age=age)

    def _asked(self, question: Question, headers: dict[bytes, bytes]) -> Answer:
        """Ask the local Jira and note by how much its clock is ahead."""
        wanted = {"authorization", "accept", "content-type"}
        given = {n.decode(): v.decode() for n, v in headers.items() if n.decode() in wanted}
        target = question.target.decode()
        self.upstream.request(question.method.decode(), target, question.body or None, given)
        with self.upstream.getresponse() as answer:
            body = answer.read()
            told = {n: v for n, v in answer.getheaders() if n.lower() not in DROPPED}
            if date := answer.getheader("Date"):
                self.server.ahead = parsedate_to_datetime(date).timestamp() - time.time()
            return Answer(answer.status, told, body)

    def _send(self, answer: Answer) -> None:
        date = formatdate(time.time() + self.server.ahead, usegmt=True)
        lines = [f"HTTP/1.1 {answer.status} -", f"Date: {date}"]
        lines += [f"Content-Length: {len(answer.body)}"]
        lines += ["Content-Encoding: gzip"] if answer.is_packed else []
        lines += [f"{name}: {value}" for name, value in answer.headers.items()]
        self.connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + answer.body)


def unpacked(answer: Answer) -> Answer:
    return answer._replace(body=gzip.decompress(answer.body), is_packed=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", help="address of the local Jira")
    parser.add_argument("--port", type=int, default=0)
    chosen = parser.parse_args()
    with Playback(chosen.source, port=chosen.port) as server:
        print(f"playback listening on {server.url}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()

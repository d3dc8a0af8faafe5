"""A gate before the local Jira: it notes who came when, and may spoil an answer on the way."""

import contextlib
import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

KEPT_HEADERS = {"content-type", "date", "retry-after", "x-seraph-loginreason"}
DROP = struct.pack("ii", 1, 0)  # close with a reset


@dataclass
class Call:
    """One request, counted from 1, with the moments it came and was answered."""

    number: int
    path: str
    came: float
    left: float = 0.0
    told_to_wait: float = 0.0  # seconds

    @property
    def is_search(self) -> bool:
        return "/search" in self.path and "jql=" in self.path


class Answer(NamedTuple):
    """What goes back; `is_cut` resets the connection in the middle of the body."""

    status: int
    headers: dict[str, str]
    body: bytes
    is_cut: bool = False


Ask = Callable[[], Answer]
Treat = Callable[[Call, Ask], Answer]


class Gate:
    """Serves at `url` what `target` answers, as `treat(call, ask)` lets it through."""

    def __init__(self, target: str):
        self.target = urlsplit(target)
        self.calls: list[Call] = []
        self.treat: Treat = lambda call, ask: ask()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Gate":
        threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:  # noqa: N802
                with contextlib.suppress(OSError):
                    gate._serve(self)

            do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        with self._lock:
            call = Call(len(self.calls) + 1, unquote(handler.path), time.monotonic())
            self.calls.append(call)
        answer = self.treat(call, lambda: self._ask(handler, body))
        call.left = time.monotonic()
        self._send(handler, answer)

    def _ask(self, handler: BaseHTTPRequestHandler, body: bytes) -> Answer:
        """Hand the request on."""
        asking = http.client.HTTPConnection(self.target.hostname or "", self.target.port)
        try:
            headers = {name: value for name, value in handler.headers.items() if name != "Host"}
            asking.request(handler.command, handler.path, body or None, headers)
            said = asking.getresponse()
            kept = {n: value for n, value in said.getheaders() if n.lower() in KEPT_HEADERS}
            return Answer(said.status, kept, said.read())
        finally:
            asking.close()

    def _send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        handler.send_response_only(answer.status)
        headers = {"Content-Type": "application/json", **answer.headers}
        for name, value in (headers | {"Content-Length": str(len(answer.body))}).items():
            handler.send_header(name, value)
        handler.end_headers()
        if not answer.is_cut:
            handler.wfile.write(answer.body)
            return
        handler.wfile.write(answer.body[: len(answer.body) // 2])
        handler.wfile.flush()
        handler.close_connection = True
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, DROP)
        handler.connection.close()

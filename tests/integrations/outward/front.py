"""A door before the local Jira that adds what it lacks: create metadata, required fields, versions.

Paths and shapes are those of Jira's own description; everything else is passed on untouched.
"""

import json
import re
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RISK = {
    "fieldId": "customfield_10500",
    "key": "customfield_10500",
    "name": "Risk",
    "required": True,
    "hasDefaultValue": False,
    "schema": {"type": "option", "custom": "…:select", "customId": 10500},
    "allowedValues": [{"id": "1", "value": "Low"}, {"id": "2", "value": "High"}],
}
STANDARD = [
    {
        "fieldId": name,
        "name": name.title(),
        "required": name != "labels",
        "schema": {"type": "string"},
    }
    for name in ("summary", "labels")
]


class Front:
    """What the door adds, and what was asked of it."""

    def __init__(self, sandbox_url, *, fields=(), hides_required=False):
        self.sandbox, self.fields, self.hides_required = sandbox_url, list(fields), hides_required
        self.versions, self.asked, self.url, self.refusals = [], [], "", {}

    def answer(self, method, path, body):
        """Return (status, JSON) for what the door answers itself, None to pass it on."""
        self.asked.append((method, path.partition("?")[0], body))
        if told := self.refusals.pop((method, path.partition("?")[0]), None):
            return told
        if found := re.search(r"/issue/createmeta/(\w+)/issuetypes(/\w+)?", path):
            return self._meta(found[2])
        if method == "POST" and re.search(r"/rest/api/\d/issue$", path):
            return self._missing(body)
        if "/version" in path:
            return self._version(method, path, body)
        return None

    def _meta(self, kind):
        if not kind:
            return 200, {
                "issueTypes": [{"id": self.epic_type(), "name": "Epic", "hierarchyLevel": 1}]
            }
        shown = [] if self.hides_required else self.fields
        return 200, {"fields": [*STANDARD, *shown]}

    def epic_type(self):
        with urllib.request.urlopen(self._signed("/rest/api/2/issuetype")) as answer:
            types = json.load(answer)
        return next(each["id"] for each in types if each["name"] == "Epic")

    def _missing(self, body):
        """Refuse as Jira does when a required field is empty; the sandbox knows no such fields."""
        given = body["fields"]
        problems = {
            field["fieldId"]: f"{field['name']} is required."
            for field in self.fields
            if not given.get(field["fieldId"])
        }
        for field in self.fields:
            given.pop(field["fieldId"], None)
        return (400, {"errorMessages": [], "errors": problems}) if problems else None

    def _version(self, method, path, body):
        if method == "GET":
            return 200, self.versions
        if method == "POST":
            if any(each["name"] == body["name"] for each in self.versions):
                taken = "A version with this name already exists in this project."
                return 400, {"errorMessages": [], "errors": {"name": taken}}
            made = {"id": str(20_000 + len(self.versions)), "released": False, **body}
            self.versions.append(made)
            return 201, made
        held = next(each for each in self.versions if each["id"] == path.rpartition("/")[2])
        held.update(body)
        return 200, held

    def _signed(self, path, data=None, method="GET", headers=None):
        given = headers or {"Authorization": SIGNED}
        return urllib.request.Request(f"{self.sandbox}{path}", data, given, method=method)

    def passed_on(self, method, path, data, headers):
        """Let the sandbox answer; a connection it resets is reset here too."""
        kept = {
            name: headers[name]
            for name in ("Authorization", "Content-Type", "Accept")
            if name in headers
        }
        try:
            with urllib.request.urlopen(self._signed(path, data, method, kept)) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            return error.code, error.read(), dict(error.headers)


SIGNED = "Basic Ym90QGV4YW1wbGUuY29tOnNhbmRib3gtdG9rZW4tN1F4"  # bot@example.com and its token


@contextmanager
def opened(front):
    """Serve the door on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            size = int(self.headers.get("Content-Length") or 0)
            data = self.rfile.read(size) if size else None
            known = front.answer(self.command, self.path, body := json.loads(data) if data else {})
            if known:
                return self.reply(known[0], json.dumps(known[1]).encode(), {})
            data = json.dumps(body).encode() if data else None
            try:
                self.reply(*front.passed_on(self.command, self.path, data, self.headers))
            except (ConnectionError, urllib.error.URLError):
                self.connection.close()
                self.close_connection = True

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def reply(self, status, content, headers):
            self.send_response(status)
            for name in ("Retry-After", "X-Seraph-LoginReason", "Date"):
                if name in headers and name != "Date":
                    self.send_header(name, headers[name])
            self.send_header("Content-Type", headers.get("Content-Type", "application/json"))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    front.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield front
    finally:
        server.shutdown()
        server.server_close()

"""A Slack workspace, calls signed as Slack signs them, and a stand-in for its Web API."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode

from django.urls import reverse
from django.utils import timezone

from prodops.integrations.slack import outbox, services
from prodops.integrations.slack.receiving import sign

SIGNING, TOKEN = "a-signing-secret-of-slack", "xoxb-1234567890-token"


def workspace(base_url="https://slack.com/api", **fields):
    fields = {"name": "Northwind", "unknown_people": "refuse", "team_id": "T1", **fields}
    return services.save_workspace(
        base_url=base_url,
        bot_token=TOKEN,
        signing_secret=SIGNING,
        at=timezone.now(),
        **fields,
    )


def note(of, *, at, text="*REQ-1 was accepted*", key="k", user_id="U2", **fields):
    """Make a message to somebody, as if a worker were to send it."""
    made = outbox.queue_note(workspace=of, user_id=user_id, key=key, text=text, at=at)
    type(made).objects.filter(pk=made.pk).update(**fields) if fields else None
    return made


def call(client, of, body, *, secret=SIGNING, age=0, **headers):
    """Post a body to the workspace's address, signed `age` seconds ago."""
    body = body if isinstance(body, bytes) else urlencode(body).encode()
    signed_at = str(int(timezone.now().timestamp()) - age)
    given = {
        "X-Slack-Request-Timestamp": signed_at,
        "X-Slack-Signature": sign(body, signed_at, secret),
        **headers,
    }
    return client.post(
        reverse("intake:slack", args=[of.token]),
        body,
        content_type="application/x-www-form-urlencoded",
        headers=given,
    )


class FakeSlack:
    """Speaks the methods the hub uses and keeps what it was asked and told."""

    def __init__(self):
        self.asked, self.told, self.told_to = [], [], []
        self.people = {"U1": {"email": "sam@example.com", "real_name": "Sam Sales"}}
        self.failing, self.closing = {}, threading.Event()
        self.url = ""

    @property
    def api(self):
        return f"{self.url}/api"

    @property
    def response_url(self):
        return f"{self.url}/commands/T1/1/abc"

    def answer(self, path, headers, body):
        """Return status and JSON of one call."""
        method = path.removeprefix("/api/")
        if not path.startswith("/api/"):
            self.told.append(json.loads(body)["text"])
            return 200, {}
        given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.asked.append((method, given))
        if failure := self.failing.get(method):
            return failure
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return 200, {"ok": False, "error": "invalid_auth"}
        return 200, getattr(self, method.replace(".", "_"))(given)

    def auth_test(self, given):
        return {"ok": True, "team": "Northwind", "team_id": "T1"}

    def users_info(self, given):
        profile = self.people.get(given["user"])
        if profile is None:
            return {"ok": False, "error": "user_not_found"}
        return {"ok": True, "user": {"name": "sam", "profile": profile}}

    def chat_getPermalink(self, given):  # noqa: N802 - Slack's own name
        link = f"https://northwind.slack.com/archives/{given['channel']}/p{given['message_ts']}"
        return {"ok": True, "permalink": link}

    def views_open(self, given):
        return {"ok": True, "view": json.loads(given["view"])}

    def chat_postMessage(self, given):  # noqa: N802
        self.told.append(given["text"])
        self.told_to.append(given["channel"])
        return {"ok": True}


@contextmanager
def fake_slack():
    """Run the stand-in on a free port of this machine."""
    fake = FakeSlack()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):  # noqa: N802
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = fake.answer(self.path, self.headers, body)
            if answer == "never":
                fake.closing.wait(timeout=5)
                return
            status, said = answer
            sent = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield fake
    finally:
        fake.closing.set()
        server.shutdown()
        server.server_close()


def command(slack, text="Export all invoices\nof a year, at once", **fields):
    return {
        "command": "/request",
        "text": text,
        "user_id": "U1",
        "user_name": "sam",
        "team_id": "T1",
        "trigger_id": "1.2.abc",
        "response_url": slack.response_url,
        **fields,
    }


def interaction(slack, kind, **fields):
    told = {"type": kind, "user": {"id": "U1", "name": "sam"}, "team": {"id": "T1"}}
    return {"payload": json.dumps(told | {"trigger_id": "1.2.abc"} | fields)}


def shortcut(slack, text="The *export* of <https://a.example|depots> fails &amp; fails", **fields):
    return interaction(
        slack,
        "message_action",
        callback_id="file_request",
        channel={"id": "C7"},
        message={"ts": "1700.5", "text": text, "user": "U9"},
        response_url=slack.response_url,
        **fields,
    )


def submission(slack, **entered):
    values = {"title": "Export of depots", "body": "All of them", **entered}
    state = {name: {name: {"value": value}} for name, value in values.items()}
    for name, value in {"kind": "idea", "urgency": "high"}.items():
        state[name] = {name: {"selected_option": {"value": value}}}
    about = {"channel": "C7", "ts": "1700.5", "reply_to": slack.response_url}
    view = {"private_metadata": json.dumps(about), "state": {"values": state}}
    return interaction(slack, "view_submission", view=view)

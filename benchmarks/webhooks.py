"""How soon a call of Jira's is acknowledged: signed bodies of 20 kB sent to a real server."""

import hashlib
import hmac
import http.client
import json
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from django.utils import timezone

from prodops.integrations import secrets
from prodops.integrations.models import Connection, Webhook, WebhookDelivery

BAR = 100  # milliseconds, for 95 of 100 calls
CALLS, WARM_UP = 400, 20
SECRET = "only-for-this-measurement"  # noqa: S105


def measure(*, port: int) -> list[tuple[str, ...]]:
    """Return a row of the table for calls one after another, and for eight at once."""
    rows = []
    for together in (1, 8):
        times = _times(_webhook(), port, together)
        p95 = statistics.quantiles(times, n=20, method="inclusive")[18]
        verdict = "yes" if p95 <= BAR else "no"
        name = f"webhook call acknowledged, {together} at a time"
        rows.append((name, f"{statistics.median(times):.1f}", f"{p95:.1f}", str(BAR), verdict))
    WebhookDelivery.objects.filter(event="benchmark").delete()
    return rows


def _webhook() -> Webhook:
    """Return the webhook of a connection that is switched on but has nothing to apply."""
    defaults = {"name": "Measured", "kind": "jira_cloud", "base_url": "https://jira.example.com"}
    connection, _ = Connection.objects.get_or_create(slug="measured", defaults=defaults)
    sealed = {"sealed": secrets.seal(SECRET), "key_id": secrets.key_id()}
    return Webhook.objects.update_or_create(
        connection=connection, defaults=sealed | {"registered_at": timezone.now()}
    )[0]


def _times(webhook: Webhook, port: int, together: int) -> list[float]:
    """Return the milliseconds until each of the calls was acknowledged."""
    path = urlsplit(webhook.url).path
    bodies = [_body(f"{together}-{number}") for number in range(CALLS + WARM_UP)]
    shares = [bodies[place::together] for place in range(together)]
    with ThreadPoolExecutor(together) as pool:
        found = pool.map(lambda share: _caller(port, path, share), shares)
    times = [milliseconds for each in found for milliseconds in each]
    return times[WARM_UP:]


def _caller(port: int, path: str, bodies: list[bytes]) -> list[float]:
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times = []
    for body in bodies:
        signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature": f"sha256={signed}", "Content-Type": "application/json"}
        began = time.perf_counter()
        server.request("POST", path, body, headers)
        answer = server.getresponse()
        answer.read()
        times.append(1000 * (time.perf_counter() - began))
        if answer.status != 202:
            raise SystemExit(f"A signed call was answered {answer.status}.")
    server.close()
    return times


def _body(number: str) -> bytes:
    issue = {"id": "1", "key": "NONE-1", "fields": {"description": "words " * 3400}}
    now = int(time.time() * 1000)
    told = {"timestamp": now, "webhookEvent": "benchmark", "issue": issue, "number": number}
    return json.dumps(told).encode()

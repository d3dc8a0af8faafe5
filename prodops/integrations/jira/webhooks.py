"""Hearing from Jira: an address and a secret for it, and what is done when it calls.

A call is checked, kept as one row and acknowledged; `deliveries` does the rest. Nothing of the
body is believed but which issue it is about: the issue is read again.
"""

import hashlib
import hmac
import logging
import secrets as randomness
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
import redis
from django.core.cache import cache
from django.db import transaction
from django.db.models import F
from django.db.utils import IntegrityError

from prodops.integrations import secrets, services, tasks
from prodops.integrations.errors import SourceError
from prodops.integrations.jira.client import JiraClient
from prodops.integrations.jira.mapping import identity
from prodops.integrations.jira.paging import quoted
from prodops.integrations.jira.values import storable
from prodops.integrations.models import Connection, Webhook, WebhookDelivery
from prodops.integrations.models.webhook import KEPT_FOR
from prodops.people.models import User

logger = logging.getLogger(__name__)
EVENTS = ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted"]
PATH = "/rest/webhooks/1.0/webhook"
ATTEMPTS = 2  # somebody waits for the answer
CALLS_A_MINUTE, BAD_CALLS_A_MINUTE = 3000, 60
State = WebhookDelivery.State


class CallRefused(Exception):
    """The call is not Jira's, or too old to tell whether it came before."""


class TooManyCalls(Exception):
    """More than the hub takes in a minute; Jira tries again later."""


@dataclass
class Registration:
    """The webhook, and what a person must enter by hand when Jira did not take it from us."""

    webhook: Webhook
    secret: str
    refusal: str = ""


class Told(NamedTuple):
    """What a call is about."""

    event: str
    issue_id: str
    issue_key: str
    sent_at: datetime | None


def register(
    *, connection: Connection, by: User, at: datetime, is_by_hand: bool = False
) -> Registration:
    """Make a new secret and enter address and secret in Jira, in place of what stood there.

    Where Jira refuses, or with `is_by_hand`, the secret is returned for a person to enter.
    """
    secret = randomness.token_urlsafe(32)
    fields: dict[str, Any] = {"sealed": secrets.seal(secret), "key_id": secrets.key_id()}
    fields |= {
        "jira_id": "",
        "registered_at": at,
        "registered_by": by,
        "refused": 0,
        "refused_at": None,
    }
    webhook, _ = Webhook.objects.update_or_create(connection=connection, defaults=fields)
    if is_by_hand:
        return Registration(webhook, secret)
    try:
        webhook.jira_id = _enter(
            services.jira_client(connection, attempts=ATTEMPTS), webhook, secret
        )
    except SourceError as error:
        return Registration(webhook, secret, str(error))
    webhook.save(update_fields=["jira_id"])
    return Registration(webhook, secret="")


def unregister(*, webhook: Webhook) -> str:
    """Take the webhook out of Jira and of the hub; return what Jira said against it."""
    refusal = ""
    try:
        _leave(services.jira_client(webhook.connection, attempts=ATTEMPTS), webhook)
    except SourceError as error:
        refusal = str(error)
    webhook.delete()
    return refusal


def _enter(client: JiraClient, webhook: Webhook, secret: str) -> str:
    """Register with Jira and return its number of it."""
    _leave(client, webhook)
    projects = webhook.connection.projects
    chosen = f"project in ({', '.join(map(quoted, projects))})" if projects else ""
    order = {
        "name": "Prodops Hub",
        "url": webhook.url,
        "events": EVENTS,
        "filters": {"issue-related-events-section": chosen},
        "excludeBody": False,
        "secret": secret,
    }
    made = client.call("POST", PATH, order)
    return str(made.get("self") or "").rpartition("/")[2] if isinstance(made, dict) else ""


def _leave(client: JiraClient, webhook: Webhook) -> None:
    """Remove what is registered under this address, once or by mistake more often."""
    entered = client.call("GET", PATH)
    for hook in entered if isinstance(entered, list) else []:
        if isinstance(hook, dict) and hook.get("url") == webhook.url:
            client.call("DELETE", f"{PATH}/{str(hook.get('self')).rpartition('/')[2]}")


def receive(
    *, webhook: Webhook, body: bytes, signature: str, identifier: str, at: datetime
) -> bool:
    """Keep one call by a single insert and wake a worker; return whether it was new.

    Raises CallRefused when it is not signed with our secret or older than the calls we remember.
    """
    _limit(f"calls:{webhook.token}", CALLS_A_MINUTE, at)
    if not is_signed(body, signature, secrets.unseal(bytes(webhook.sealed))):
        _count_refusal(webhook, at)
        raise CallRefused("The signature is not that of the secret entered in Jira.")
    told = read_call(body)
    if told.sent_at and at - told.sent_at > KEPT_FOR:
        _count_refusal(webhook, at)
        raise CallRefused("The call is too old.")
    digest = hashlib.sha256(body).digest()
    return _keep(webhook.connection_id, told, identifier[:80] or digest.hex(), digest, at)


def _keep(connection_id: int, told: Told, identifier: str, digest: bytes, at: datetime) -> bool:
    settled = {} if told.issue_id else {"state": State.IGNORED, "settled_at": at}
    try:
        with transaction.atomic():
            WebhookDelivery.objects.create(
                connection_id=connection_id,
                identifier=storable(identifier),
                body_hash=digest,
                event=told.event,
                issue_id=told.issue_id,
                issue_key=told.issue_key,
                received_at=at,
                note="" if told.issue_id else "It names no issue.",
                **settled,
            )
            tasks.apply_deliveries.delay_on_commit(connection_id)
    except IntegrityError:
        return False  # here already: another attempt of Jira's, or somebody plays it again
    return True


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    """Compare in constant time `sha256=…` with the HMAC of the body as it came."""
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"sha256={wanted}".encode(), signature.strip().encode())


def read_call(body: bytes) -> Told:
    """Return what a call is about; whatever cannot be read is empty."""
    try:
        told: Any = orjson.loads(body)
    except orjson.JSONDecodeError:
        told = None
    told = told if isinstance(told, dict) else {}
    issue_id, key = identity(told.get("issue"))
    event, sent = told.get("webhookEvent"), told.get("timestamp")
    event = event if isinstance(event, str) else ""
    event, issue_id, key = storable([event[:80], issue_id, key])
    return Told(event, issue_id, key, _moment(sent))


def _moment(milliseconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _count_refusal(webhook: Webhook, at: datetime) -> None:
    _limit(f"bad calls:{webhook.token}", BAD_CALLS_A_MINUTE, at)
    Webhook.objects.filter(pk=webhook.pk).update(refused=F("refused") + 1, refused_at=at)


def _limit(name: str, most: int, at: datetime) -> None:
    """Raise TooManyCalls past `most` a minute; with the cache away nothing is limited."""
    key = f"webhook:{name.replace(' ', '-')}:{at:%d%H%M}"
    try:
        count = _counted(key)
    except redis.RedisError as error:
        logger.warning("Calls of a webhook are not counted: %s", type(error).__name__)
        return
    if count > most:
        raise TooManyCalls


def _counted(key: str) -> int:
    try:
        return cache.incr(key)
    except ValueError:  # the first of this minute
        cache.add(key, 0, timeout=120)
        return cache.incr(key)

"""Taking a call of Slack's: is it Slack's, is it new, what is it about."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.db import transaction
from django.db.models import F
from django.db.utils import IntegrityError

from prodops.integrations import secrets
from prodops.integrations.slack.models import Call, Workspace, WorkspaceSecret
from prodops.people.api.limits import counted

OLDEST = 300  # seconds
CALLS_A_MINUTE, BAD_CALLS_A_MINUTE = 1200, 60
MOST_TEXT = 20_000
Kind = Call.Kind


class CallRefused(Exception):
    """The call is not Slack's, too old, or was here before; the message says which."""


class Unreadable(Exception):
    """The call is Slack's, but not one of those we know."""


class TooManyCalls(Exception):
    """More than the hub takes in a minute."""


@dataclass
class Told:
    """What a call says: its kind, and what we need of it."""

    kind: str
    payload: dict[str, Any] = field(default_factory=dict)


def check(*, workspace: Workspace, body: bytes, signed_at: str, signature: str, at: datetime):
    """Raise CallRefused unless Slack signed this body within the last five minutes."""
    _limit(f"calls:{workspace.token}", CALLS_A_MINUTE, at)
    wanted = sign(body, signed_at, secret_of(workspace, WorkspaceSecret.Use.SIGNING))
    if not hmac.compare_digest(wanted.encode(), signature.strip().encode()):
        _refuse(workspace, at, "The signature is not that of the signing secret entered here.")
    if not signed_at.isdecimal() or abs(at.timestamp() - int(signed_at[:12])) > OLDEST:
        _refuse(workspace, at, "The call is more than five minutes old.")


def sign(body: bytes, signed_at: str, secret: str) -> str:
    """Return the signature Slack gives to a body, version 0."""
    said = b":".join([b"v0", signed_at.encode("utf-8", "surrogateescape"), body])
    return f"v0={hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()}"


def read(body: bytes) -> Told | None:
    """Return what a checked call says, None of Slack's own probes; raise Unreadable."""
    try:
        given = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100))
    except (UnicodeDecodeError, ValueError):
        raise Unreadable("The body cannot be read.") from None
    if given.get("ssl_check") == "1":
        return None
    if "payload" not in given:
        return _command(given)
    try:
        payload = orjson.loads(given["payload"])
    except orjson.JSONDecodeError:
        raise Unreadable("The payload is not JSON.") from None
    return _interaction(payload if isinstance(payload, dict) else {})


def _command(given: dict[str, str]) -> Told:
    if not given.get("command") or not given.get("user_id"):
        raise Unreadable("It is neither a command nor an interaction.")
    wanted = ("user_id", "user_name", "text", "response_url", "trigger_id", "team_id")
    return Told(Kind.COMMAND, {name: _text(given.get(name)) for name in wanted})


def _interaction(payload: dict[str, Any]) -> Told:
    user, team = _inner(payload, "user"), _inner(payload, "team")
    common = {
        "user_id": _text(user.get("id")),
        "user_name": _text(user.get("name") or user.get("username")),
        "team_id": _text(team.get("id")),
        "trigger_id": _text(payload.get("trigger_id")),
        "response_url": _text(payload.get("response_url")),
    }
    if payload.get("type") == "message_action":
        message = _inner(payload, "message")
        about = {"channel": _text(_inner(payload, "channel").get("id"))}
        about |= {"ts": _text(message.get("ts")), "text": _text(message.get("text"))}
        if about["channel"] and about["ts"] and common["user_id"]:
            return Told(Kind.SHORTCUT, common | about)
    if payload.get("type") == "view_submission" and common["user_id"]:
        return Told(Kind.SUBMISSION, common | _submitted(_inner(payload, "view")))
    raise Unreadable("The hub knows commands, message shortcuts and its own form.")


def _submitted(view: dict[str, Any]) -> dict[str, Any]:
    """Return what was entered into our form, by the names of its blocks, and what it was about."""
    values = _inner(_inner(view, "state"), "values")
    entered = {}
    for block, fields in values.items():
        value = next(iter(fields.values()), None) if isinstance(fields, dict) else None
        if isinstance(value, dict):
            entered[str(block)[:40]] = _value(value)
    try:
        about = orjson.loads(view.get("private_metadata") or "{}")
    except (orjson.JSONDecodeError, TypeError):
        about = {}
    about = about if isinstance(about, dict) else {}
    names = ("channel", "ts", "reply_to")
    return {"entered": entered, **{name: _text(about.get(name)) for name in names}}


def _value(value: dict[str, Any]) -> str:
    chosen = value.get("selected_option")
    return _text(chosen.get("value") if isinstance(chosen, dict) else value.get("value"))


def _inner(value: dict[str, Any], name: str) -> dict[str, Any]:
    inner = value.get(name)
    return inner if isinstance(inner, dict) else {}


def _text(value: Any) -> str:
    return value.replace("\x00", "")[:MOST_TEXT] if isinstance(value, str) else ""


def keep(*, workspace: Workspace, body: bytes, told: Told, at: datetime) -> Call | None:
    """Keep a call as one row; None when this very body was kept before."""
    try:
        with transaction.atomic():
            call = Call.objects.create(
                workspace=workspace,
                body_hash=hashlib.sha256(body).digest(),
                kind=told.kind,
                payload=told.payload,
                received_at=at,
            )
    except IntegrityError:
        return None
    Workspace.objects.filter(pk=workspace.pk).update(last_call_at=at)
    return call


def secret_of(workspace: Workspace, use: str) -> str:
    """Open a secret of the workspace; raises SecretUnreadable when no key opens it."""
    found = workspace.secrets.filter(use=use).first()
    if found is None:
        raise secrets.SecretUnreadable(f"Nobody has entered the {use} of {workspace} yet.")
    return secrets.unseal(bytes(found.sealed))


def _refuse(workspace: Workspace, at: datetime, words: str) -> None:
    _limit(f"bad:{workspace.token}", BAD_CALLS_A_MINUTE, at)
    Workspace.objects.filter(pk=workspace.pk).update(
        refused=F("refused") + 1, refused_at=at.astimezone(UTC)
    )
    raise CallRefused(words)


def _limit(name: str, most: int, at: datetime) -> None:
    """Raise TooManyCalls past `most` a minute; with the cache away each process counts alone."""
    if counted(f"slack:{name}:{at:%d%H%M}") > most:
        raise TooManyCalls

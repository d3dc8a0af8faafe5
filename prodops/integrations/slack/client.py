"""The only place that speaks HTTP to Slack: five methods of its Web API, and answers to calls."""

import re
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from urllib3.exceptions import MaxRetryError

from prodops.integrations.addresses import PublicAddresses, check_url, unreached
from prodops.integrations.errors import (
    AddressRefused,
    LoginRefused,
    SourceBusy,
    SourceError,
    SourceUnavailable,
)
from prodops.integrations.secrets import unsendable

TIMEOUT = (3, 8)
LARGEST_ANSWER = 1_000_000
WRONG_TOKEN = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"}
SLACKS_OWN = re.compile(r"(?:^|\.)slack(?:-gov)?\.com$")


class SlackRefused(SourceError):
    """Slack says no to this one thing; `code` is its word for why."""

    is_final = True

    def __init__(self, method: str, code: str):
        super().__init__(f"Slack refused {method}: {code}.")
        self.code = code


class Unheard(SourceUnavailable):
    """Slack was told, and its answer did not come: it may have done what was asked."""


class SlackClient:
    """A bot of one workspace."""

    def __init__(self, *, base_url: str, token: str, allow_private: bool = False):
        if unsendable(token):
            raise LoginRefused("The bot token holds a character that cannot be sent.")
        self.base_url = check_url(base_url, allow_private=allow_private)
        self.allow_private, self._token = allow_private, token
        self._session = requests.Session()
        self._session.trust_env = False
        if not allow_private:
            self._session.mount("https://", PublicAddresses())
            self._session.mount("http://", PublicAddresses())

    def whoami(self) -> tuple[str, str]:
        """Return the workspace's id and name."""
        told = self._call("auth.test")
        return str(told.get("team_id") or ""), str(told.get("team") or "")

    def person(self, user_id: str) -> tuple[str, str]:
        """Return a person's e-mail address ("" when Slack does not tell it) and name."""
        user = _inner(self._call("users.info", user=user_id), "user")
        profile = _inner(user, "profile")
        if user.get("is_bot") or user.get("deleted"):
            return "", str(user.get("name") or "")
        name = profile.get("real_name") or user.get("real_name") or user.get("name") or ""
        return str(profile.get("email") or "").strip(), str(name)

    def permalink(self, channel: str, message_at: str) -> str:
        told = self._call("chat.getPermalink", channel=channel, message_ts=message_at)
        link = str(told.get("permalink") or "")
        return link if urlsplit(link).scheme == "https" else ""

    def open_view(self, trigger_id: str, view: dict[str, Any]) -> None:
        self._call("views.open", trigger_id=trigger_id, view=orjson.dumps(view).decode())

    def tell(self, user_id: str, text: str) -> None:
        """Write to one person."""
        self._call("chat.postMessage", channel=user_id, text=text)

    def reply(self, address: str, text: str) -> None:
        """Answer a call at the address Slack gave with it, to the person who called only.

        Raises AddressRefused for an address that is not Slack's: no secret goes there, but a signed
        call must not make the hub call anything else either.
        """
        checked = check_url(address, allow_private=self.allow_private)
        host = (urlsplit(checked).hostname or "").lower()
        if not SLACKS_OWN.search(host) and host != urlsplit(self.base_url).hostname:
            raise AddressRefused(f"{host} is not Slack's.")
        self._post(address, json={"text": text, "response_type": "ephemeral"})

    def _call(self, method: str, **arguments: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        body = self._post(f"{self.base_url}/{method}", data=arguments, headers=headers)
        try:
            told = orjson.loads(body)
        except orjson.JSONDecodeError:
            told = None
        if not isinstance(told, dict):
            raise Unheard(f"Slack's answer to {method} cannot be read.")
        if told.get("ok") is not True:
            code = str(told.get("error") or "no reason given")[:100]
            if code in WRONG_TOKEN:
                raise LoginRefused(f"Slack does not take the bot token: {code}.")
            raise SlackRefused(method, code)
        return told

    def _post(self, address: str, **sent: Any) -> bytes:
        try:
            with self._session.post(
                address, timeout=TIMEOUT, allow_redirects=False, stream=True, **sent
            ) as response:
                body = response.raw.read(LARGEST_ANSWER, decode_content=True)
                status, wait = response.status_code, response.headers.get("Retry-After", "")
        except requests.exceptions.RequestException as error:
            kind = SourceUnavailable if _was_never_sent(error) else Unheard
            raise kind(f"Slack could not be reached: {unreached(error)}.") from None
        except Exception as error:  # urllib3's own, while the body is read
            raise Unheard(f"Slack's answer broke off ({type(error).__name__}).") from None
        if status == 429:
            seconds = int(wait) if wait.isdecimal() else 30
            raise SourceBusy("Slack asks us to wait.", float(seconds))
        if status >= 500:
            raise SourceUnavailable(f"Slack answered {status}.")
        if status >= 300:
            raise SlackRefused(urlsplit(address).path.rpartition("/")[2], f"status {status}")
        return body


def _was_never_sent(error: requests.exceptions.RequestException) -> bool:
    """Did it fail before a connection stood?"""
    cause = error.args[0] if error.args else None
    return isinstance(error, requests.exceptions.ConnectionError) and isinstance(
        cause, MaxRetryError
    )


def _inner(told: dict[str, Any], name: str) -> dict[str, Any]:
    inner = told.get(name)
    return inner if isinstance(inner, dict) else {}

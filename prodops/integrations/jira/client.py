"""Asking Jira: the only place that speaks HTTP to it. Answers come back as plain JSON."""

import random
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import requests
from jira import JIRA, JIRAError
from requests import Response

from prodops.integrations.addresses import PublicAddresses, unreached
from prodops.integrations.errors import (
    AddressRefused,
    LoginRefused,
    SourceBusy,
    SourceError,
    SourceUnavailable,
)
from prodops.integrations.jira.answers import Tally, parsed_body, parsed_date
from prodops.integrations.jira.pace import Pace
from prodops.integrations.secrets import unsendable

TIMEOUT = (5, 60)
LONGEST_WAIT = 60  # seconds to sleep in a worker; for longer the run pauses


class QueryRefused(SourceError):
    """Jira understood the request and will not answer it (400, 410)."""


class Forbidden(SourceError):
    """The account may not see this (403)."""


class Missing(SourceError):
    """There is none, or the account may not see it (404)."""


class JiraClient:
    """One signed-in conversation; counts its requests, retries and bytes. A thread has a twin."""

    def __init__(
        self,
        *,
        base_url: str,
        username: str,
        token: str,
        is_cloud: bool,
        allow_private: bool = False,
        attempts: int = 6,
        backoff: float = 0.5,
        sleep: Callable[[float], Any] | None = None,
        pace: Pace | None = None,
        tally: Tally | None = None,
    ):
        self.options = {name: value for name, value in locals().items() if name != "self"}
        if unsendable(username) or unsendable(token):
            raise LoginRefused("The account or the token holds a character that cannot be sent.")
        self.is_cloud, self.attempts, self.backoff = is_cloud, attempts, backoff
        self.tally = tally or Tally()
        self.sleep, self.pace = sleep or self.tally.stopped.wait, pace
        basic = (username, token) if username else None
        self._jira = JIRA(
            server=base_url,
            basic_auth=basic,
            token_auth=None if basic else token,
            timeout=TIMEOUT,
            max_retries=0,
            get_server_info=False,  # it works without a login, so it would prove nothing
            logging=False,  # the library logs headers and whole bodies
            options={"check_update": False, "rest_api_version": "3" if is_cloud else "2"},
        )
        self._jira.deploymentType = "Cloud" if is_cloud else "Server"
        session = self._jira._session
        session.trust_env = False  # no proxy and no .netrc of the machine
        session.hooks["response"].append(self._inspect)
        if not allow_private:
            session.mount("https://", PublicAddresses())
            session.mount("http://", PublicAddresses())

    def twin(self) -> "JiraClient":
        """Return another client of the same run, with a connection of its own."""
        return JiraClient(**self.options | {"tally": self.tally})

    def stop(self) -> None:
        """Let waiting requests and pauses of all twins end soon."""
        self.tally.stopped.set()

    @property
    def requests(self) -> int:
        return self.tally.requests

    @property
    def retries(self) -> int:
        return self.tally.retries

    @property
    def bytes(self) -> int:
        return self.tally.bytes

    @property
    def server_now(self) -> datetime | None:
        return self.tally.server_now

    # What is asked

    def myself(self) -> dict[str, Any]:
        """Return the account; the one call that fails for sure when the credential is bad."""
        return self._get("myself")

    def search(
        self,
        jql: str,
        *,
        fields: list[str],
        expand: str | None,
        size: int,
        at: Any,
        reconcile: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Return one page; `at` is the page token on Cloud and the offset on Data Center.

        Cloud shows the issues with the ids in `reconcile`, 50 at most, as they are this moment.
        """
        params = {"jql": jql, "maxResults": size, "fields": ",".join(fields)}
        params |= {"expand": expand} if expand else {}
        if not self.is_cloud:
            return self._get("search", params | {"startAt": at or 0})
        params |= {"nextPageToken": at} if at else {}
        params |= {"reconcileIssues": ",".join(reconcile)} if reconcile else {}
        return self._get("search/jql", params)

    def issue(
        self, id_or_key: str, *, fields: list[str], expand: str | None = None
    ) -> dict[str, Any]:
        """Return one issue; a moved one is found by its old key. Missing when there is none."""
        params = {"fields": ",".join(fields), **({"expand": expand} if expand else {})}
        return self._get(f"issue/{id_or_key}", params)

    def bulk_issues(
        self, ids: list[str], *, fields: list[str], expand: str | None = None
    ) -> list[dict[str, Any]]:
        """Return those of at most 100 issues that exist (Cloud only); this read is never stale."""
        body: dict[str, Any] = {"issueIdsOrKeys": ids, "fields": fields}
        answer = self._post("issue/bulkfetch", body | ({"expand": [expand]} if expand else {}))
        return answer.get("issues") or []

    def bulk_changelogs(self, ids: list[str], token: str | None) -> dict[str, Any]:
        """Return one page of the changelogs of at most 1,000 issues (Cloud only)."""
        body: dict[str, Any] = {"issueIdsOrKeys": ids, "maxResults": 10_000}
        return self._post("changelog/bulkfetch", body | ({"nextPageToken": token} if token else {}))

    def fields(self) -> list[dict[str, Any]]:
        return self._get("field")

    def statuses(self) -> list[dict[str, Any]]:
        return self._get("status")

    def issue_types(self) -> list[dict[str, Any]]:
        return self._get("issuetype")

    def projects(self) -> list[dict[str, Any]]:
        """Return every project the account may browse."""
        if not self.is_cloud:
            return self._get("project")
        found: list[dict[str, Any]] = []
        while True:
            page = self._get("project/search", {"startAt": len(found), "maxResults": 100})
            found += page.get("values") or []
            if page.get("isLast", True) or not page.get("values"):
                return found

    def boards(self, start: int) -> dict[str, Any]:
        return self._agile("board", {"startAt": start, "maxResults": 50})

    def board_configuration(self, board_id: Any) -> dict[str, Any]:
        return self._agile(f"board/{board_id}/configuration", {})

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Make a call the library has no function for; `path` begins at the root of the site."""
        url = self._jira._options["server"].rstrip("/") + path

        def send() -> Any:
            answer = self._jira._session.request(method, url, json=body)
            return answer.json() if answer.content else None

        return self._ask(send)

    # How it is asked

    def _get(self, path: str, params: dict[str, Any] | None = None) -> Any:
        return self._ask(lambda: self._jira._get_json(path, params=params))

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask(lambda: self._jira._get_json(path, params=body, use_post=True))

    def _agile(self, path: str, params: dict[str, Any]) -> Any:
        return self._ask(
            lambda: self._jira._get_json(path, params=params, base=self._jira.AGILE_BASE_URL)
        )

    def _ask(self, call: Callable[[], Any]) -> Any:
        """Make the call, again while the failure is one that passes."""
        for attempt in range(1, self.attempts + 1):
            self._keep_pace()
            self.tally.count(requests=1)
            answer, failure, retry_after = self._try(call)
            if failure is None:
                return answer
            if not failure.is_temporary or attempt == self.attempts:
                raise failure
            self._wait(attempt, failure, retry_after)
        raise AssertionError("attempts must be at least one")

    def _keep_pace(self) -> None:
        while True:
            if self.tally.stopped.is_set():
                raise SourceUnavailable("The run has stopped.")
            pause = self.pace.wait() if self.pace else 0
            if not pause:
                return
            self.sleep(pause)

    def _try(self, call: Callable[[], Any]) -> tuple[Any, SourceError | None, float | None]:
        """Return the answer, or what went wrong and how long Jira asks to wait."""
        try:
            return call(), None, None
        except SourceError as error:
            return None, error, None
        except JIRAError as error:
            return None, translated(error), wait_asked(error.response)
        except (requests.exceptions.SSLError, requests.exceptions.InvalidURL) as error:
            failure: SourceError = AddressRefused(
                f"No secure connection to Jira: {unreached(error)}."
            )
        except requests.exceptions.RequestException as error:
            failure = SourceUnavailable(f"Jira could not be reached: {unreached(error)}.")
        return None, failure, None

    def _wait(self, attempt: int, failure: SourceError, retry_after: float | None) -> None:
        if retry_after is not None and retry_after > LONGEST_WAIT:
            raise SourceBusy(f"Jira asks us to wait {retry_after:.0f} seconds.", retry_after)
        self.tally.count(retries=1)
        if retry_after is None:
            pause = random.uniform(0.5, 1.0) * min(30.0, self.backoff * 2**attempt)  # noqa: S311
        else:
            pause = retry_after * random.uniform(1.0, 1.15)  # noqa: S311 - jitter
            if self.pace:
                self.pace.hold(retry_after)
        self.sleep(pause)

    def _inspect(self, response: Response, **_: Any) -> None:
        """Look at each answer before the library does."""
        if response.is_redirect:
            raise AddressRefused("Jira redirects elsewhere; enter the address it leads to.")
        if "AUTHENTICATED_FAILED" in response.headers.get("X-Seraph-LoginReason", ""):
            raise LoginRefused("Jira refuses the credential; it may have expired.")
        self.tally.count(size=len(response.content))
        if sent_at := response.headers.get("Date"):
            self.tally.server_now = parsed_date(sent_at) or self.server_now
        if response.ok and response.content:
            body = parsed_body(response)
            response.json = lambda **_: body  # type: ignore[method-assign]


def wait_asked(response: Response | None) -> float | None:
    """Return the seconds of `Retry-After`, given as seconds or as a date."""
    asked = response.headers.get("Retry-After", "") if response is not None else ""
    if re.fullmatch(r"\d+(\.\d+)?", asked.strip()):
        return max(float(asked), 0.05)
    until = parsed_date(asked) if asked else None
    now = parsed_date(response.headers.get("Date", "")) if response is not None else None
    return max((until - (now or datetime.now(UTC))).total_seconds(), 0.05) if until else None


def translated(error: JIRAError) -> SourceError:
    """Turn the library's error into ours; its own text holds request headers and must not pass."""
    status, said = error.status_code or 0, " ".join((error.text or "").split())
    said = "" if said.startswith("<") else said[:300]
    if status == 401 or (status == 403 and "CAPTCHA" in said.upper()):
        return LoginRefused("Jira refuses the credential; it may have expired.")
    if status == 403:
        return Forbidden(f"The account may not see this. {said}".strip())
    if status == 404:
        return Missing(f"Jira knows no such thing. {said}".strip())
    if status == 410:
        return QueryRefused(
            "Jira removed this call; is the connection of the right kind, Cloud or Data Center?"
        )
    if status in {408, 425, 429} or status >= 500:
        return SourceUnavailable(f"Jira answered {status}. {said}".strip())
    return QueryRefused(f"Jira answered {status}. {said}".strip())

"""Asking Amplitude: the only place that speaks HTTP to it. Answers come back as plain JSON."""

import random
import time
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import IO, Any, Protocol

import requests

from prodops.integrations.addresses import PublicAddresses, unreached
from prodops.integrations.amplitude import answers
from prodops.integrations.amplitude.budget import MOST
from prodops.integrations.amplitude.models import Call
from prodops.integrations.amplitude.queries import Query
from prodops.integrations.errors import (
    AddressRefused,
    LoginRefused,
    SourceBusy,
    SourceError,
    SourceUnavailable,
)
from prodops.integrations.secrets import unsendable

TIMEOUT = (5, 60)
LONGEST_ANSWER = 120  # seconds for one answer, however slowly it drips
LARGEST_ANSWER = 64_000_000
LONGEST_URL = 30_000
TAXONOMY, QUERY = Call.Allowance.TAXONOMY, Call.Allowance.QUERY


class Purse(Protocol):
    """What a client asks before each call: see `budget.Budget`."""

    sleep: Callable[[float], None]

    def spend(self, cost: int, allowance: str) -> AbstractContextManager[None]: ...

    def left(self) -> int: ...


class NoBudget:
    """For a single question outside of any connection."""

    sleep: Callable[[float], None] = staticmethod(time.sleep)

    def spend(self, cost: int, allowance: str) -> AbstractContextManager[None]:
        return nullcontext()

    def left(self) -> int:
        return MOST


class AmplitudeClient:
    """One signed-in conversation; counts its requests, retries and bytes.

    `patience` is the most seconds it sleeps between two attempts; for longer SourceBusy is raised.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        secret_key: str,
        budget: Purse | None = None,
        allow_private: bool = False,
        attempts: int = 5,
        backoff: float = 0.5,
        patience: float = 60,
        sleep: Callable[[float], None] = time.sleep,
    ):
        if unsendable(api_key) or unsendable(secret_key):
            raise LoginRefused("A key holds a character that cannot be sent; enter both again.")
        self.base_url, self.budget = base_url.rstrip("/"), budget or NoBudget()
        self.attempts, self.backoff, self.patience, self.sleep = attempts, backoff, patience, sleep
        self.requests = self.retries = self.bytes = 0
        self.server_now: datetime | None = None
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no .netrc of the machine
        self._session.auth = (api_key, secret_key)
        if not allow_private:
            self._session.mount("https://", PublicAddresses())
            self._session.mount("http://", PublicAddresses())

    def rest_with(self, sleep: Callable[[float], None]) -> None:
        """Have all waiting done by `sleep`, which may show life meanwhile."""
        self.sleep = self.budget.sleep = sleep

    # What is asked

    def events(self) -> Any:
        """Return the events of the project, with how often each happened this week."""
        return self._json("/api/2/events/list")

    def taxonomy(self, subject: str) -> Any:
        """Return categories, events or properties of the plan: `category`, `event-property` …"""
        return self._json(f"/api/2/taxonomy/{subject}", allowance=TAXONOMY)

    def cohorts(self) -> Any:
        return self._json("/api/3/cohorts")

    def query(self, query: Query, *, attempts: int | None = None) -> Any:
        """Return the answer to a query as it came."""
        if sum(len(name) + len(value) for name, value in query.params) > LONGEST_URL:
            raise answers.QueryRefused("The query is too long for Amplitude; shorten its filters.")
        most = min(attempts or self.attempts, self.attempts)
        return self._ask(query.path, query.params, query.cost, QUERY, answers.parsed, attempts=most)

    def chart_csv(self, chart_id: str, cost: int) -> str:
        """Return a saved chart as CSV; plain, or wrapped in JSON."""
        body = self._ask(f"/api/3/chart/{chart_id}/csv", (), cost, QUERY, answers.csv_text)
        return str(body)

    def export(self, start: datetime, end: datetime, into: IO[bytes]) -> bool:
        """Write what arrived from one hour to another (UTC, both included) into a file, as a zip.

        Returns False when nothing arrived. Raises TimedOut when that is too much at once.
        """
        params = (("start", f"{start:%Y%m%dT%H}"), ("end", f"{end:%Y%m%dT%H}"))

        def read(response: requests.Response, body: bytes) -> bool:
            if not zipfile.is_zipfile(into):
                raise SourceUnavailable("Amplitude's export is not a whole zip.")
            return True

        try:
            return bool(self._ask("/api/2/export", params, 1, QUERY, read, into=into))
        except answers.Missing:
            return False

    # How it is asked

    def _json(self, path: str, *, allowance: str = QUERY) -> Any:
        return self._ask(path, (), 1, allowance, answers.parsed)

    def _ask(
        self,
        path: str,
        params: tuple[tuple[str, str], ...],
        cost: int,
        allowance: str,
        read: Callable[[requests.Response, bytes], Any],
        *,
        attempts: int | None = None,
        into: IO[bytes] | None = None,
    ) -> Any:
        """Make the call, again while the failure is one that passes; each attempt has its cost."""
        attempts = attempts or self.attempts
        for attempt in range(1, attempts + 1):
            with self.budget.spend(cost, allowance):
                self.requests += 1
                answer, failure, retry_after = self._try(path, params, read, into)
            if failure is None:
                return answer
            most = min(attempts, 2) if isinstance(failure, answers.TimedOut) else attempts
            if not failure.is_temporary or attempt >= most:
                raise failure
            self._wait(attempt, failure, retry_after)
        raise AssertionError("attempts must be at least one")

    def _try(
        self,
        path: str,
        params: tuple[tuple[str, str], ...],
        read: Callable[[requests.Response, bytes], Any],
        into: IO[bytes] | None,
    ) -> tuple[Any, SourceError | None, float | None]:
        """Return the answer, or what went wrong and how long Amplitude asks to wait."""
        retry_after = None
        try:
            with self._session.get(
                self.base_url + path,
                params=list(params),
                timeout=TIMEOUT,
                stream=True,
                allow_redirects=False,
            ) as response:
                self.server_now = answers.sent_at(response) or self.server_now
                retry_after = answers.wait_asked(response)
                body = self._body(response, into)
                answers.check(response, body)
                return read(response, body), None, None
        except SourceError as error:
            return None, error, retry_after
        except (requests.exceptions.SSLError, requests.exceptions.InvalidURL) as error:
            return (
                None,
                AddressRefused(f"No secure connection to Amplitude: {unreached(error)}."),
                None,
            )
        except requests.exceptions.RequestException as error:
            failure = SourceUnavailable(f"Amplitude could not be reached: {unreached(error)}.")
            return None, failure, None

    def _body(self, response: requests.Response, into: IO[bytes] | None) -> bytes:
        """Read the answer, up to a size and a time that no honest one needs, or into a file."""
        if into is not None and response.ok:
            into.seek(0)
            into.truncate()
            for chunk in response.iter_content(1_048_576):
                self.bytes += into.write(chunk)
            return b""
        body, give_up_at = bytearray(), time.monotonic() + LONGEST_ANSWER
        for chunk in response.iter_content(65_536):
            body += chunk
            self.bytes += len(chunk)
            if len(body) > LARGEST_ANSWER:
                raise answers.QueryRefused("Amplitude's answer is too large; ask for less at once.")
            if time.monotonic() > give_up_at:
                raise SourceUnavailable("Amplitude's answer came too slowly.")
        return bytes(body)

    def _wait(self, attempt: int, failure: SourceError, retry_after: float | None) -> None:
        if retry_after is None and isinstance(failure, answers.TooMany):
            retry_after = random.uniform(0.5, 1.0) * min(300.0, 60.0 * 2**attempt)  # noqa: S311
        if retry_after is not None and retry_after > self.patience:
            raise SourceBusy(f"{failure} It goes on in {retry_after:.0f} seconds.", retry_after)
        self.retries += 1
        if retry_after is not None:
            self.sleep(retry_after * random.uniform(1.0, 1.15))  # noqa: S311 - jitter
        else:
            self.sleep(random.uniform(0.5, 1.0) * min(30.0, self.backoff * 2**attempt))  # noqa: S311

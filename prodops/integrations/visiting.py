"""Looking whether a link somebody gave still leads somewhere; nothing of the page is read."""

import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests import exceptions

from prodops.integrations.addresses import PublicAddresses, check_host, check_url, unreached
from prodops.integrations.errors import AddressRefused

TIMEOUT = (3, 8)
MOST_REDIRECTS = 5
PORTS = {None, 80, 443, 8080, 8443}  # where pages are; nobody looks through others by our hand
HEADERS = {"User-Agent": "Prodops Hub (looks whether linked evidence is there)"}


class Visit(NamedTuple):
    """What a link answered: its HTTP status, or why there was no answer."""

    status: int | None
    note: str = ""

    @property
    def is_good(self) -> bool:
        return self.status is not None and self.status < 400


def check_link(url: str, *, allow_private: bool) -> str:
    """Return a link as it may be visited, with its path, ? and #; raises AddressRefused."""
    url = url.strip()
    if re.search(r"[\s\\\x00-\x1f\x7f]", url):
        raise AddressRefused(f"{url!r} is not a web address: it holds a space or a backslash.")
    try:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
    except ValueError as error:
        raise AddressRefused(f"{url!r} is not a web address.") from error
    check_url(origin, allow_private=True)
    if not allow_private:
        check_host(parts.hostname or "")
        _check_port(parts.port)
    return url


class _Pages(PublicAddresses):
    """Asks for pages at public addresses, wherever a redirect leads."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        _check_port(urlsplit(request.url or "").port)
        return super().send(request, *args, **options)


def _check_port(port: int | None) -> None:
    if port not in PORTS:
        raise AddressRefused(f"Pages are not served at port {port}: leave it out.")


def visit(url: str, *, allow_private: bool) -> Visit:
    """Ask for the page and hang up; redirects are followed, each to public addresses only."""
    with requests.Session() as session:
        session.trust_env = False
        session.max_redirects = MOST_REDIRECTS
        if not allow_private:
            session.mount("https://", _Pages())
            session.mount("http://", _Pages())
        try:
            check_link(url, allow_private=allow_private)
            with session.get(url, headers=HEADERS, timeout=TIMEOUT, stream=True) as answer:
                return Visit(answer.status_code)
        except AddressRefused as refusal:
            return Visit(None, str(refusal)[:200])
        except exceptions.TooManyRedirects:
            return Visit(None, "it redirects in circles")
        except exceptions.RequestException as error:
            return Visit(None, unreached(error))
        except ValueError:
            return Visit(None, "the address is not a web address")

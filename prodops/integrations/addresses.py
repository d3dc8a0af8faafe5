"""Which addresses the hub may call: public ones by https, unless ALLOW_PRIVATE_URLS is set."""

import ipaddress
import socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from prodops.integrations.errors import AddressRefused


def check_url(url: str, *, allow_private: bool) -> str:
    """Return `url` without its trailing slash; raise AddressRefused when it may not be called.

    Names are looked up at each call, not here: see `PublicAddresses`.
    """
    parts, host = _parts(url.strip())
    if parts.username or parts.password or parts.query or parts.fragment:
        raise AddressRefused("The address must hold no user name, password, ? or #.")
    if not allow_private:
        if parts.scheme != "https":
            raise AddressRefused(f"{url} must begin with https:// (or set ALLOW_PRIVATE_URLS=1).")
        if host == "localhost" or host.endswith((".localhost", ".internal")):
            raise AddressRefused(_inside(host))
        check_address(host)
    return url.strip().rstrip("/")


def _parts(url: str) -> tuple[SplitResult, str]:
    """Return an address in parts and its host; AddressRefused also for a port that is none."""
    try:
        parts = urlsplit(url)
        if parts.scheme in {"https", "http"} and parts.hostname and parts.port != 0:
            return parts, parts.hostname
    except ValueError:
        pass
    raise AddressRefused(
        f"{url!r} is not a web address; it should look like https://jira.example.com."
    )


def check_address(host: str, *, name: str = "") -> None:
    """Raise AddressRefused when `host` is an IP address inside some network; names pass.

    `name` is what led to the address and what the refusal speaks of.
    """
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    mapped = getattr(address, "ipv4_mapped", None)
    if not (mapped or address).is_global or address.is_multicast:
        raise AddressRefused(_inside(name or host))


def check_name(name: str, port: int | None) -> None:
    """Raise AddressRefused when `name` leads to an address inside some network.

    A name that cannot be looked up passes: connecting to it says what is wrong.
    """
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    for *_, address in found:
        check_address(str(address[0]), name=name)


def _inside(host: str) -> str:
    return f"{host} is inside a private network; set ALLOW_PRIVATE_URLS=1 if the hub may call it."


class _PublicHTTP(HTTPConnection):
    def _new_conn(self):
        check_name(self.host, self.port)
        return _checked(super()._new_conn(), self.host)


class _PublicHTTPS(HTTPSConnection):
    def _new_conn(self):
        check_name(self.host, self.port)
        return _checked(super()._new_conn(), self.host)


def _checked(connected: Any, name: str) -> Any:
    """Check where it really connected, before a byte is sent, so a changing name tricks nobody.

    The name was checked before the call, or whether the port answers would tell two refusals apart.
    """
    try:
        check_address(connected.getpeername()[0], name=name)
    except AddressRefused:
        connected.close()
        raise
    return connected


class _PublicHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PublicHTTP


class _PublicHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPS


class PublicAddresses(HTTPAdapter):
    """A requests adapter that talks to public addresses only."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = {"http": _PublicHTTPPool, "https": _PublicHTTPSPool}

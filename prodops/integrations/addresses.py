"""Which addresses the hub may call: public ones by https, unless ALLOW_PRIVATE_URLS is set."""

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from prodops.integrations.errors import AddressRefused


def check_url(url: str, *, allow_private: bool) -> str:
    """Return `url` without its trailing slash; raise AddressRefused when it may not be called.

    Names are looked up at each call, not here: see `PublicAddresses`.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in {"https", "http"} or not parts.hostname:
        raise AddressRefused(
            f"{url!r} is not a web address; it should look like https://jira.example.com."
        )
    if parts.username or parts.password or parts.query or parts.fragment:
        raise AddressRefused("The address must hold no user name, password, ? or #.")
    if not allow_private:
        if parts.scheme != "https":
            raise AddressRefused(f"{url} must begin with https:// (or set ALLOW_PRIVATE_URLS=1).")
        if parts.hostname == "localhost" or parts.hostname.endswith((".localhost", ".internal")):
            raise AddressRefused(_inside(parts.hostname))
        check_address(parts.hostname)
    return url.strip().rstrip("/")


def check_address(host: str) -> None:
    """Raise AddressRefused when `host` is an IP address inside some network; names pass."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    mapped = getattr(address, "ipv4_mapped", None)
    if not (mapped or address).is_global or address.is_multicast:
        raise AddressRefused(_inside(host))


def _inside(host: str) -> str:
    return f"{host} is inside a private network; set ALLOW_PRIVATE_URLS=1 if the hub may call it."


class _PublicHTTP(HTTPConnection):
    def _new_conn(self):
        connected = super()._new_conn()
        return _checked(connected)


class _PublicHTTPS(HTTPSConnection):
    def _new_conn(self):
        connected = super()._new_conn()
        return _checked(connected)


def _checked(connected: Any) -> Any:
    """Check where it really connected, before a byte is sent, so a changing name tricks nobody."""
    try:
        check_address(connected.getpeername()[0])
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

"""Which addresses the hub may call: public ones by https, unless ALLOW_PRIVATE_URLS is set."""

import ipaddress
import re
import socket
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from requests import exceptions
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from prodops.integrations.errors import AddressRefused

UNICAST = ipaddress.IPv6Network("2000::/3")
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")  # IPv4 as networks without it see it
ODD = [ipaddress.IPv6Network(net) for net in ("2002::/16", "2001::/23", "3fff::/20")]
LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa")


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
        check_host(host)
    return url.strip().rstrip("/")


def check_host(host: str) -> None:
    """Refuse names of this machine and its network, and every odd way to write an address."""
    plain = unicodedata.normalize("NFKC", host).rstrip(".").lower()
    check_address(plain, name=host)
    is_local = "." not in plain or plain.endswith(LOCAL_ENDINGS)
    if ":" not in plain and (is_local or _is_odd_number(plain)):
        raise AddressRefused(_inside(host))


def _is_odd_number(host: str) -> bool:
    """Say whether it is an address in another notation, such as 0x7f.1 or 2130706433."""
    try:
        return socket.inet_ntoa(socket.inet_aton(host)) != host
    except (OSError, UnicodeError):
        return False


def _parts(url: str) -> tuple[SplitResult, str]:
    """Return an address in parts and its host; AddressRefused also for a port that is none."""
    try:
        parts = urlsplit(url)
        is_plain = not re.search(r"[\s\\%\x00-\x20\x7f]|\[[^]:]*\]", url)
        host = parts.hostname or ""
        is_host = re.fullmatch(r"[\w.:-]+", host) is not None
        if parts.scheme in {"https", "http"} and is_host and parts.port != 0 and is_plain:
            return parts, host
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
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return
    if not _is_public(address):
        raise AddressRefused(_inside(name or host))


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Say whether it is on the internet; of IPv6, only what carries no IPv4 address in disguise."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    if address.ipv4_mapped:
        return _is_public(address.ipv4_mapped)
    if address in TRANSLATED:
        return _is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address.is_global and address in UNICAST and not any(address in net for net in ODD)


def checked_addresses(name: str, port: int | None) -> list[str]:
    """Return where `name` leads; AddressRefused when any of it is inside some network.

    Raises OSError or UnicodeError when it cannot be looked up.
    """
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    for address in addresses:
        check_address(address, name=name)
    return addresses


def unreached(error: exceptions.RequestException) -> str:
    """Say in words why no answer came; the error's own text holds addresses and objects."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, exceptions.SSLError):
        return "its certificate is not accepted"
    if isinstance(error, exceptions.InvalidURL | exceptions.InvalidSchema):
        return "the address is not a web address"
    if isinstance(reason, NameResolutionError):
        return "nobody knows this name"
    if isinstance(reason, NewConnectionError):
        return "nothing answers at this address"
    if isinstance(error, exceptions.Timeout) or isinstance(reason, ConnectTimeoutError):
        return "it did not answer in time"
    return "the connection broke off"


def _inside(host: str) -> str:
    return f"{host} is inside a private network; set ALLOW_PRIVATE_URLS=1 if the hub may call it."


def _connected(connection: Any, connect: Callable[[], Any]) -> Any:
    """Look the name up once, check every answer, and connect to those only.

    A name that changes its answer meanwhile cannot lead the call elsewhere. What the certificate
    is checked against stays the name.
    """
    name = connection._dns_host
    try:
        addresses = checked_addresses(connection.host, connection.port)
    except (OSError, UnicodeError) as error:
        failure = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise NameResolutionError(connection.host, connection, failure) from error
    try:
        for address in addresses[:-1]:
            try:
                connection._dns_host = address
                return connect()
            except (NewConnectionError, ConnectTimeoutError):
                continue
        connection._dns_host = addresses[-1]
        return connect()
    finally:
        connection._dns_host = name


class _PublicHTTP(HTTPConnection):
    def _new_conn(self):
        return _connected(self, super()._new_conn)


class _PublicHTTPS(HTTPSConnection):
    def _new_conn(self):
        return _connected(self, super()._new_conn)


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

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """A proxy would look the name up by itself, out of sight."""
        raise AddressRefused(f"The hub calls addresses by itself, not through {proxy}.")

"""The few words of IMAP the hub speaks, to addresses it may call.

The standard library's client: eight commands are used, and its socket can be opened to the very
address that was checked.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from prodops.integrations.addresses import check_host, checked_addresses
from prodops.integrations.errors import LoginRefused, SourceError, SourceUnavailable

SECONDS = 30
LARGEST_LITERAL = 64 << 20
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
BROKE_OFF = (OSError, imaplib.IMAP4.error)
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
ARRIVED = re.compile(rb'INTERNALDATE "([^"]+)"')


class MessageRefused(SourceError):
    """The server will not hand out one message; the others are read all the same."""


class _Pinned(imaplib.IMAP4):
    """A client that connects to a checked address only, and reads no endless answers."""

    allow_private = False

    def _create_socket(self, timeout):
        if self.allow_private:
            return socket.create_connection((self.host, self.port), timeout)
        check_host(self.host)
        last: OSError | None = None
        for address in checked_addresses(self.host, self.port):
            try:
                return socket.create_connection((address, self.port), timeout)
            except OSError as error:
                last = error
        raise last or OSError("no address")

    def read(self, size):
        if size > LARGEST_LITERAL:
            raise self.abort(f"an answer of {size} bytes")
        return super().read(size)


class _PinnedTLS(_Pinned):
    def _create_socket(self, timeout):
        plain = super()._create_socket(timeout)
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


class _PrivatePinned(_Pinned):
    allow_private = True


class _PrivatePinnedTLS(_PinnedTLS):
    allow_private = True


@dataclass(frozen=True)
class Size:
    """What the server says of a message before it is read."""

    bytes: int
    arrived_at: datetime | None


class Box:
    """An open folder; messages are named by their UID."""

    def __init__(self, connection: imaplib.IMAP4, folder: str):
        self.connection = connection
        # What a server can do it often tells only after the sign-in.
        self.can = _words(connection.capability()[1]).upper().split()
        self.uid_validity = self._select(folder)

    def uids(self, *, after: int, since: datetime) -> list[int]:
        """Return the messages that came after one, oldest first; `since` counts in days."""
        found = self._search("UID", f"{after + 1}:*", "SINCE", _day(since))
        return [uid for uid in found if uid > after]  # n:* always names the last one too

    def left_over(self, *, up_to: int, since: datetime, only_unseen: bool) -> list[int]:
        """Return the messages up to one that were not put away."""
        if not up_to:
            return []
        unseen = ["UNSEEN"] if only_unseen else []
        return self._search("UID", f"1:{up_to}", "SINCE", _day(since), *unseen)

    def size(self, uid: int) -> Size:
        parts = self._fetch(uid, "(RFC822.SIZE INTERNALDATE)")
        text = b" ".join(b"".join(each) if isinstance(each, tuple) else each for each in parts)
        size, arrived = SIZE.search(text), ARRIVED.search(text)
        return Size(int(size[1]) if size else 0, _moment(arrived[1]) if arrived else None)

    def content(self, uid: int, *, most: int = 0) -> bytes:
        """Return a message, or its first `most` bytes; reading it does not mark it as read."""
        cut = f"<0.{most}>" if most else ""
        for part in self._fetch(uid, f"(BODY.PEEK[]{cut})"):
            if isinstance(part, tuple) and len(part) > 1:
                return part[1]
        raise MessageRefused("The mail server did not hand out the message.")

    def put_away(self, uids: Sequence[int], folder: str) -> None:
        """Move messages into `folder`, or mark them as read where there is none or no way."""
        for start in range(0, len(uids), 100):
            chosen = ",".join(map(str, uids[start : start + 100]))
            self._uid("STORE", chosen, "+FLAGS.SILENT", r"(\Seen)")
            if not folder:
                continue
            if "MOVE" in self.can:
                self._uid("MOVE", chosen, _quoted(folder))
            elif "UIDPLUS" in self.can:
                self._uid("COPY", chosen, _quoted(folder))
                self._uid("STORE", chosen, "+FLAGS.SILENT", r"(\Deleted)")
                self._uid("EXPUNGE", chosen)

    def _select(self, folder: str) -> int:
        status, said = self.connection.select(_quoted(folder))
        if status != "OK":
            raise SourceError(f"There is no folder {folder}: {_words(said)}")
        known = self.connection.response("UIDVALIDITY")[1]
        return int(known[0]) if known and known[0] else 0

    def _search(self, *criteria: str) -> list[int]:
        found = self._uid("SEARCH", *criteria)
        return sorted({int(each) for line in found if line for each in line.split()})

    def _fetch(self, uid: int, items: str) -> list:
        try:
            return self._uid("FETCH", str(uid), items)
        except MessageRefused:
            raise
        except SourceUnavailable:
            raise
        except SourceError as error:
            raise MessageRefused(str(error)) from error

    def _uid(self, command: str, *words: str) -> list:
        status, said = self.connection.uid(command, *words)
        if status != "OK":
            raise SourceError(f"The mail server refused {command}: {_words(said)}")
        return [each for each in said if each is not None]


@contextmanager
def open_box(
    *,
    host: str,
    port: int,
    security: str,
    username: str,
    password: str,
    folder: str,
    allow_private: bool,
) -> Iterator[Box]:
    """Sign in, open the folder, and hang up at the end; raises SourceError with the reason."""
    with _in_words(host, port):
        connection = _connected(host, port, security, allow_private)
        try:
            _sign_in(connection, username, password)
            yield Box(connection, folder)
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                connection.logout()


def _connected(host: str, port: int, security: str, allow_private: bool) -> imaplib.IMAP4:
    if security == "none" and not allow_private:
        raise SourceError("Without TLS the password would be read on its way: choose TLS.")
    kinds: dict[tuple[bool, bool], type[imaplib.IMAP4]] = {
        (True, True): _PrivatePinnedTLS,
        (True, False): _PinnedTLS,
        (False, True): _PrivatePinned,
        (False, False): _Pinned,
    }
    connection = kinds[security == "tls", allow_private](host, port, timeout=SECONDS)
    if security == "starttls":
        connection.starttls(ssl.create_default_context())
    return connection


def _sign_in(connection: imaplib.IMAP4, username: str, password: str) -> None:
    try:
        connection.login(username, password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise LoginRefused(f"The mail server refused {username}: {_words(error.args)}") from None


@contextmanager
def _in_words(host: str, port: int) -> Iterator[None]:
    """Say in words what broke; the reason never holds the password."""
    where = f"{host}:{port}"
    try:
        yield
    except ssl.SSLError:
        raise SourceError(
            f"{where}: its certificate is not accepted, or it speaks no TLS."
        ) from None
    except socket.gaierror:
        raise SourceUnavailable(f"{where}: nobody knows this name.") from None
    except TimeoutError:
        raise SourceUnavailable(f"{where} did not answer in time.") from None
    except (OSError, UnicodeError):
        raise SourceUnavailable(f"{where}: nothing answers there, or it broke off.") from None
    except imaplib.IMAP4.error as error:
        raise SourceUnavailable(f"{where} broke off: {_words(error.args)}") from None


def _words(said: Sequence) -> str:
    text = b" ".join(each if isinstance(each, bytes) else str(each).encode() for each in said)
    return " ".join(text.decode("utf-8", "replace").split())[:300]


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _day(moment: datetime) -> str:
    return f"{moment.day}-{MONTHS[moment.month - 1]}-{moment.year}"


def _moment(text: bytes) -> datetime | None:
    """Read "22-Nov-2026 14:00:00 +0100"."""
    try:
        day, clock, zone = text.decode().split()
        number, month, year = day.split("-")
        place = MONTHS.index(month.title()) + 1
        return datetime.strptime(f"{year}-{place}-{number} {clock} {zone}", "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return None

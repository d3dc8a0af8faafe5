"""What a message says: pure functions over its bytes, which may be anything.

Headers are read with the tolerant policy and decoded here, because the strict one raises on what
real mail servers let through.
"""

import email
import email.policy
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import getaddresses

from prodops.integrations.mailbox import headers, html_text, quoting

MOST_PARTS = 500
MOST_PIECES = 20_000
MOST_LINES = 1_000_000
LONGEST_TEXT = 20_000
LONGEST_READ = 500_000
SMALL_INLINE = 12_000
MOST_OF_A_KEY = 180
ID = re.compile(r"<\s*([^<>\s]{1,250})\s*>")
COLON = r"\s*[:\uff1a]"
REPLY = r"(?:re|aw|antw|antwort|rép|sv|vs|odp)"
FORWARD = r"(?:fwd?|wg|tr|doorst)"
OUTSIDE = r"\[(?:ext|external|extern)\]"
PREFIX = re.compile(
    rf"^\s*(?:(?:{REPLY}|{FORWARD})(?:\[\d+\])?{COLON}|{OUTSIDE}:?)\s*", re.IGNORECASE
)
IS_REPLY = re.compile(rf"^\s*(?:{OUTSIDE}\s*)?{REPLY}(?:\[\d+\])?{COLON}", re.IGNORECASE)
IS_FORWARD = re.compile(rf"^\s*(?:{OUTSIDE}\s*)?{FORWARD}(?:\[\d+\])?{COLON}", re.IGNORECASE)


class Unreadable(Exception):
    """Nobody could make sense of the message; it is set aside with the reason."""


@dataclass(frozen=True)
class Enclosure:
    """A file that came along."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What one message says."""

    key: str
    answers_to: tuple[str, ...]
    sender: str
    sender_name: str
    subject: str
    is_reply: bool
    text: str
    enclosures: tuple[Enclosure, ...]
    automatic: str
    verdicts: tuple[tuple[str, dict[str, str]], ...]

    @property
    def title(self) -> str:
        """The subject without Re:, Fwd: and the like."""
        return clean_subject(self.subject)


def read(raw: bytes) -> Letter:
    """Return what a message says; raise Unreadable instead of anything else."""
    try:
        return _read(raw)
    except Unreadable:
        raise
    except Exception as error:  # whatever it was, one message may not stop the others
        raise Unreadable(f"It cannot be read ({type(error).__name__}).") from error


def identity(raw: bytes) -> tuple[str, str]:
    """Return key and essence: the Message-ID, or a digest; and a digest of who says what.

    The essence leaves out what changes on the way, so that a message delivered twice has one.
    """
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    try:
        message = email.message_from_bytes(head[:100_000] + b"\n\n", policy=email.policy.compat32)
        told = [str(message.get(name, "")) for name in ("From", "Subject", "Date")]
        named = ID.search("".join(filter(str.isprintable, str(message.get("Message-ID", "")))))
    except Exception:  # a header nobody can read names no message
        told, named = [], None
    essence = hashlib.sha256("\n".join(told).encode("utf-8", "replace") + body).hexdigest()
    key = named[1] if named else f"{hashlib.sha256(raw).hexdigest()}@nameless"
    return _short(key), essence


def headline(raw: bytes) -> tuple[str, str, str]:
    """Return address, name and subject as far as they can be read; for lists, never an error."""
    try:
        message = email.message_from_bytes(raw[:100_000], policy=email.policy.compat32)
        return (*headers.sender(message), headers.line(message, "Subject")[:300])
    except Exception:  # shown as a message without subject
        return "", "", ""


def clean_subject(subject: str) -> str:
    """Return a subject without the marks of answers and forwards."""
    before = None
    while subject != before:
        before, subject = subject, PREFIX.sub("", subject).strip()
    return subject


def _read(raw: bytes) -> Letter:
    _refuse_bombs(raw)
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    address, name = headers.sender(message)
    subject = headers.line(message, "Subject")
    parts = _leaves(message)
    is_reply = IS_REPLY.match(subject) is not None
    answers_to = _answers_to(message)
    is_answer = (is_reply or bool(answers_to)) and not IS_FORWARD.match(subject)
    return Letter(
        key=identity(raw)[0],
        answers_to=answers_to,
        sender=address,
        sender_name=name,
        subject=subject[:300],
        is_reply=is_reply,
        text=quoting.trim(_text(parts), keeps_quotes=not is_answer)[:LONGEST_TEXT],
        enclosures=tuple(_enclosures(parts)),
        automatic=headers.automatic(message),
        verdicts=tuple(headers.verdicts(message)),
    )


def _refuse_bombs(raw: bytes) -> None:
    """Refuse what would fill the memory: the parser keeps an object for each header and part.

    Reports of mail servers are parted by their blank lines.
    """
    if raw.count(b"\n") + raw.count(b"\r") > 2 * MOST_LINES:
        raise Unreadable(f"It has more than {MOST_LINES:,} lines.")
    ends = [b"\n--", b"\r--"]
    if b"delivery-status" in raw.lower():
        ends += [b"\n\n", b"\n\r\n", b"\r\r"]
    if sum(map(raw.count, ends)) > MOST_PIECES:
        raise Unreadable(f"It has more than {MOST_PIECES:,} parts.")


def _answers_to(message: Message) -> tuple[str, ...]:
    """Return the keys of the mails it answers, the nearest first."""
    nearest = ID.findall(headers.line(message, "In-Reply-To"))
    others = ID.findall(headers.line(message, "References"))
    return tuple(dict.fromkeys(map(_short, [*nearest, *reversed(others)])))[:100]


def _short(key: str) -> str:
    """Keep a Message-ID of odd length within the column, still its own."""
    if len(key) <= MOST_OF_A_KEY:
        return key
    return f"{key[:100]}#{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()}"


def _leaves(message: Message) -> list[Message]:
    """Return the parts that hold something; a message inside stays whole, as a file."""
    leaves: list[Message] = []
    waiting = [message]
    while waiting and len(leaves) < MOST_PARTS:
        part = waiting.pop(0)
        if part.get_content_type() == "message/rfc822" and part is not message:
            leaves.append(part)
        elif part.is_multipart():
            waiting[:0] = [each for each in part.get_payload() if isinstance(each, Message)]
        else:
            leaves.append(part)
    return leaves


def _is_file(part: Message) -> bool:
    is_text = part.get_content_type() in ("text/plain", "text/html")
    return not is_text or part.get_content_disposition() == "attachment" or _has_name(part)


def _has_name(part: Message) -> bool:
    return bool(part.get_filename() or part.get_param("name"))


def _text(parts: list[Message]) -> str:
    """Return the plain text, or what the HTML says where there is no plain text."""
    words = [part for part in parts if not _is_file(part)]
    plain = [part for part in words if part.get_content_type() == "text/plain"]
    text = "\n\n".join(filter(None, (_plain(part).strip() for part in plain)))
    if text.strip():
        return text
    pages = [part for part in words if part.get_content_type() == "text/html"]
    return "\n\n".join(html_text.render(_content_text(part)) for part in pages)


def _plain(part: Message) -> str:
    text = _content_text(part)
    if str(part.get_param("format", "")).lower() == "flowed":
        return quoting.unfold(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def _content_text(part: Message) -> str:
    content = _content(part)[:LONGEST_READ]
    try:
        charset = part.get_content_charset()
    except (LookupError, ValueError, TypeError):
        charset = None
    return (
        headers.decoded(content, charset)
        .replace("\x00", "")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
    )


def _content(part: Message) -> bytes:
    if part.get_content_type() == "message/rfc822":
        return _inner(part)
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _inside(part: Message) -> Message | None:
    """Return the message that a part of the kind message/rfc822 holds."""
    held = part.get_payload()
    first = held[0] if isinstance(held, list) and held else None
    return first if isinstance(first, Message) else None


def _inner(part: Message) -> bytes:
    """Return a message inside a message as it is; nothing when it cannot be written again."""
    held = _inside(part)
    try:
        return held.as_bytes() if held is not None else b""
    except Exception:  # whatever it holds, the message around it is read
        return b""


def _enclosures(parts: list[Message]) -> Iterator[Enclosure]:
    """Yield the files; small pictures inside the text are the logos of signatures."""
    for number, part in enumerate((each for each in parts if _is_file(each)), start=1):
        content = _content(part)
        is_inline = part.get_content_disposition() != "attachment" and part.get("Content-ID")
        if content and not (is_inline and len(content) < SMALL_INLINE):
            yield Enclosure(_name(part) or f"file-{number}", content)


def _name(part: Message) -> str:
    if part.get_content_type() == "message/rfc822":
        held = _inside(part)
        subject = headers.line(held, "Subject") if held is not None else ""
        return f"{subject[:80] or 'message'}.eml"
    return headers.decoded_words(str(part.get_filename() or ""))[:200]


def addressees(raw: bytes) -> list[str]:
    """Return whom a message is addressed to, lower case; nothing when that cannot be read."""
    try:
        message = email.message_from_bytes(raw[:100_000], policy=email.policy.compat32)
        told = [str(each) for name in ("To", "Cc") for each in message.get_all(name, [])]
        return [address.lower() for _, address in getaddresses(told) if address]
    except Exception:  # shown without them
        return []

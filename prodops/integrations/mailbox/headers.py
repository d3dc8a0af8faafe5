"""The headers of a message, whatever they hold: decoded, and what they tell of its sender."""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr

ROBOTS = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Autoresponder")
DOMAIN = re.compile(
    r"(?:header\.d|header\.i|header\.from|smtp\.mailfrom)=(?:\S*@)?([\w.-]+)", re.IGNORECASE
)


def line(message: Message, name: str) -> str:
    """Return a header as one line of text: decoded, without control characters."""
    value = message.get(name, "")
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError, TypeError):
        pieces = [(str(value), None)]
    text = "".join(
        decoded(piece, charset) if isinstance(piece, bytes) else piece for piece, charset in pieces
    )
    plain = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(plain.encode("utf-8", "replace").decode().split())


def sender(message: Message) -> tuple[str, str]:
    """Return address and name of who wrote it; no address where several might have."""
    told = _raw_line(message, "From")
    name, address = parseaddr(told)
    named = " ".join(decoded_words(name).split())[:200]
    others = {each.strip().lower() for _, each in getaddresses([told]) if "@" in each}
    address = address.strip().lower()
    is_one = re.fullmatch(r"[^@\s<>\"]{1,64}@[^@\s<>\"]{1,180}", address) is not None
    is_alone = len(message.get_all("From", [])) == 1 and others <= {address}
    return (address if is_one and is_alone else "", named)


def automatic(message: Message) -> str:
    """Say why nobody wrote this by hand; empty for a person's letter."""
    submitted = line(message, "Auto-Submitted").lower().partition(";")[0].strip()
    precedence = line(message, "Precedence").lower()
    if message.get_content_type() in ("multipart/report", "message/delivery-status"):
        return "It is a report of a mail server about another mail."
    if line(message, "Return-Path").replace(" ", "") == "<>":
        return "It came back: it has no sender to return it to."
    if re.match(r"(mailer-daemon|postmaster)@", sender(message)[0]):
        return "It came from a mail server, not from a person."
    if submitted not in ("", "no"):
        return f"It was sent by a machine (Auto-Submitted: {submitted[:40]})."
    for name in ROBOTS:
        if line(message, name).lower() not in ("", "no", "none", "false"):
            return f"It was sent by a machine ({name})."
    if precedence in ("bulk", "junk", "list", "auto_reply"):
        return f"It was sent to many (Precedence: {precedence})."
    if "List-Id" in message or "List-Unsubscribe" in message:
        return "It was sent to a mailing list."
    return ""


def verdicts(message: Message) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (server, {method: result}) of each Authentication-Results header, newest first."""
    for value in message.get_all("Authentication-Results", []):
        server, _, results = _bare(str(value)).partition(";")
        found: dict[str, str] = {}
        for method, result, rest in re.findall(
            r"\b(spf|dkim|dmarc)\s*=\s*(\w+)([^;]*)", results, re.IGNORECASE
        ):
            name, domain = method.lower(), DOMAIN.search(rest)
            if found.get(name) != "pass":
                found[name] = result.lower()
                found[f"{name}-domain"] = domain[1].lower() if domain else ""
        yield (server.split() or [""])[0].lower(), found


def _bare(text: str) -> str:
    """Return a header without comments and quoted strings: what a sender chose stands in these."""
    kept: list[str] = []
    depth, is_quoted, is_escaped = 0, False, False
    for each in text:
        if is_escaped:
            is_escaped = False
        elif each == "\\" and (depth or is_quoted):
            is_escaped = True
        elif each == '"' and not depth:
            is_quoted = not is_quoted
        elif each in "()" and not is_quoted:
            depth = max(0, depth + (1 if each == "(" else -1))
            kept.append(" ")
        elif not (depth or is_quoted):
            kept.append(each)
    return "".join(kept)


def decoded_words(text: str) -> str:
    message = Message()
    message["Name"] = text
    return line(message, "Name")


def decoded(content: bytes, charset: str | None) -> str:
    """Decode as declared; else as UTF-8, which other charsets rarely are by chance; else Latin."""
    for name in (charset, "utf-8"):
        try:
            return content.decode(name or "utf-8")
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _raw_line(message: Message, name: str) -> str:
    """Return a header as it came: a decoded word in it may not pass for an address."""
    value = message.get(name, "")
    if not isinstance(value, str):  # eight-bit letters: nothing to decode
        return line(message, name)
    return " ".join("".join(each if each.isprintable() else " " for each in value).split())

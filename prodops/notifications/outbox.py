"""Mail without a mail server: each message becomes an .eml file under DATA_DIR/outbox."""

import contextlib
import email
import email.policy
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend

NAME = re.compile(r"[0-9a-f]{24}")
NEWEST = 200


@dataclass(frozen=True)
class Letter:
    """One message of the outbox as a page shows it."""

    name: str
    to: str
    subject: str
    written_at: datetime
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()


class EmailBackend(BaseEmailBackend):
    """Writes messages whole or not at all; the same Message-ID is the same file."""

    def send_messages(self, email_messages):
        settings.OUTBOX_DIR.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            written = message.message()
            name = hashlib.sha256(written["Message-ID"].encode()).hexdigest()[:24]
            _write(settings.OUTBOX_DIR / f"{name}.eml", written.as_bytes(linesep="\r\n"))
        return len(email_messages)


def is_used() -> bool:
    """Is mail written to files because no mail server is set?"""
    return f"{__name__}.EmailBackend" == settings.EMAIL_BACKEND


def letters() -> list[Letter]:
    """Return the newest 200 messages, newest first, without their text."""
    if not settings.OUTBOX_DIR.is_dir():
        return []
    files = sorted(settings.OUTBOX_DIR.glob("*.eml"), key=_written_at, reverse=True)
    return [_read(file) for file in files[:NEWEST]]


def letter(name: str) -> Letter | None:
    """Return one message with headers and its text part, or None when there is none."""
    file = settings.OUTBOX_DIR / f"{name}.eml"
    if not NAME.fullmatch(name) or not file.is_file():
        return None
    return _read(file, whole=True)


def _write(path: Path, content: bytes):
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise


def _read(file: Path, *, whole=False) -> Letter:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = message.get_body(preferencelist=("plain",)) if whole else None
    return Letter(
        name=file.stem,
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        written_at=datetime.fromtimestamp(_written_at(file), UTC),
        text=body.get_content() if body else "",
        headers=tuple((key, str(value)) for key, value in message.items()) if whole else (),
    )


def _written_at(file: Path) -> float:
    return file.stat().st_mtime

"""Credentials at rest: sealed with the first key of CREDENTIALS_KEYS, opened with any of them.

A key may be any long text; the encryption key is derived from it. To rotate, put the new key in
front, run `manage.py rotate_credentials`, then drop the old one.

What was sealed or opened in this process is known to `conceal`, which takes it out of log lines
and tracebacks, should it ever get there.
"""

import base64
import hashlib
import html
import logging
import unicodedata
from functools import lru_cache
from urllib.parse import quote

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from prodops.integrations.errors import SourceError

CONCEALED = "********"
SHORTEST = 6  # shorter ones would black out half of every line
MOST_KNOWN = 1000
_known: dict[str, None] = {}


class SecretUnreadable(SourceError):
    """No key of CREDENTIALS_KEYS opens this secret."""

    is_final = True


def seal(text: str) -> bytes:
    """Encrypt `text` with the first key."""
    _remember(text)
    return _box().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """Decrypt what any of the keys sealed; raise SecretUnreadable otherwise."""
    try:
        text = _box().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise SecretUnreadable(
            "The stored credential cannot be opened: CREDENTIALS_KEYS lacks the key it was sealed"
            " with. Add that key back, or enter the credential again."
        ) from None
    _remember(text)
    return text


def unsendable(text: str) -> str:
    """Name the first character no HTTP header can carry, as one pasted along unseen; or empty."""
    for position, character in enumerate(text, 1):
        if not character.isprintable() or ord(character) > 0xFF:
            return f"{unicodedata.name(character, 'a control character')}, number {position}"
    return ""


def reseal(sealed: bytes) -> bytes:
    """Seal again with the first key, without opening it to anybody."""
    try:
        return _box().rotate(bytes(sealed))
    except InvalidToken:
        raise SecretUnreadable("No key of CREDENTIALS_KEYS opens the credential.") from None


def key_id() -> str:
    """Name the first key without telling it (12 hex digits)."""
    return hashlib.sha256(_derived(settings.CREDENTIALS_KEYS[0])).hexdigest()[:12]


def conceal(text: str) -> str:
    """Take every secret this process knows out of a text, in the forms it is written in."""
    for secret in list(_known):
        if secret in text or any(form in text for form in _written(secret)):
            for form in (secret, *_written(secret)):
                text = text.replace(form, CONCEALED)
    return text


class Concealing(logging.Filter):
    """Takes secrets out of log records."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        told = conceal(said)
        if told != said:
            record.msg, record.args = told, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = conceal(logging.Formatter().formatException(record.exc_info))
        return True


class HiddenVariables(SafeExceptionReporterFilter):
    """Hides values by their names on every error page, with DEBUG on too."""

    def is_active(self, request):
        return True

    def get_post_parameters(self, request):
        return self.cleanse_setting("", dict(request.POST)) if request else {}

    def get_traceback_frame_variables(self, request, tb_frame):
        return [
            (name, self.cleanse_setting(name, value)) for name, value in tb_frame.f_locals.items()
        ]


class ConcealingReporter(ExceptionReporter):
    """Takes secrets out of error pages and error mails, wherever they stand."""

    def get_traceback_html(self):
        return conceal(super().get_traceback_html())

    def get_traceback_text(self):
        return conceal(super().get_traceback_text())


def _remember(text: str) -> None:
    if len(text) >= SHORTEST and text not in _known:
        _known[text] = None
        if len(_known) > MOST_KNOWN:
            del _known[next(iter(_known))]


@lru_cache(maxsize=256)
def _written(secret: str) -> tuple[str, ...]:
    """Return the other forms of a secret: escaped for a page or an address, or quoted."""
    return tuple({html.escape(secret), quote(secret, safe=""), repr(secret)[1:-1]} - {secret})


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in settings.CREDENTIALS_KEYS])


@lru_cache(maxsize=16)
def _derived(key: str) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"prodops credentials 1")
    return base64.urlsafe_b64encode(derive.derive(key.encode()))

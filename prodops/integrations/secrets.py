"""Credentials at rest: sealed with the first key of CREDENTIALS_KEYS, opened with any of them.

A key may be any long text; the encryption key is derived from it. To rotate, put the new key in
front, run `manage.py rotate_credentials`, then drop the old one.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from prodops.integrations.errors import SourceError


class SecretUnreadable(SourceError):
    """No key of CREDENTIALS_KEYS opens this secret."""

    is_final = True


def seal(text: str) -> bytes:
    """Encrypt `text` with the first key."""
    return _box().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    """Decrypt what any of the keys sealed; raise SecretUnreadable otherwise."""
    try:
        return _box().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise SecretUnreadable(
            "The stored credential cannot be opened: CREDENTIALS_KEYS lacks the key it was sealed"
            " with. Add that key back, or enter the credential again."
        ) from None


def reseal(sealed: bytes) -> bytes:
    """Seal again with the first key."""
    return seal(unseal(sealed))


def key_id() -> str:
    """Name the first key without telling it (12 hex digits)."""
    return hashlib.sha256(_derived(settings.CREDENTIALS_KEYS[0])).hexdigest()[:12]


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in settings.CREDENTIALS_KEYS])


def _derived(key: str) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"prodops credentials 1")
    return base64.urlsafe_b64encode(derive.derive(key.encode()))

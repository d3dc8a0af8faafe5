"""Seal what somebody votes until the round is revealed, so that no row anywhere tells it.

The key comes from those that seal credentials; a ballot opens only for its own round and person,
and all ballots have one length. Error pages leave out variables called secret_…: what holds a vote
is called so.
"""

import base64
import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

LENGTH = 2048  # twelve criteria with names of 40 letters and values of 17 digits fit

Votes = Mapping[str, Decimal | None]


class BallotUnreadable(Exception):
    """No key we have opens this ballot, or it belongs to another person or round."""


def seal(secret_votes: Votes, *, round_id: int, user_id: int) -> bytes:
    """Close the votes, criterion → value or None for “don't know”, of one person in one round."""
    secret_words = {name: None if one is None else str(one) for name, one in secret_votes.items()}
    secret_text = json.dumps([round_id, user_id, secret_words]).ljust(LENGTH)
    if len(secret_text) > LENGTH:
        raise ValueError("These are more votes than fit on a ballot.")
    return _box().encrypt(secret_text.encode())


def unseal(sealed: bytes, *, round_id: int, user_id: int) -> dict[str, Decimal | None]:
    """Open a ballot of this person in this round. Raises BallotUnreadable."""
    try:
        *of, secret_words = json.loads(_box().decrypt(bytes(sealed)))
        if of != [round_id, user_id]:
            raise BallotUnreadable("This ballot belongs to somebody else.")
        return {name: None if one is None else Decimal(one) for name, one in secret_words.items()}
    except (InvalidToken, ValueError, InvalidOperation):
        raise BallotUnreadable("This ballot was sealed with a key that is gone.") from None


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in settings.CREDENTIALS_KEYS])


def _derived(key: str) -> bytes:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"prodops ballots 1")
    return base64.urlsafe_b64encode(derive.derive(key.encode()))

"""What a person was shown as similar, so that they may back it; numbers alone open nothing."""

from django.core import signing

from intake.models import ProductRequest
from prodops.people.models import User

SALT = "intake.introduced"
GOOD_FOR = 24 * 60 * 60


def introduce(product_request: ProductRequest, user: User) -> str:
    """Return the word by which `user` shows that this was suggested to them; good for a day."""
    return signing.dumps([product_request.pk, user.pk], salt=SALT)


def was_introduced(word: str, key: int, user: User) -> bool:
    """Was the request with this primary key suggested to this very person within the last day?"""
    try:
        return signing.loads(word, salt=SALT, max_age=GOOD_FOR) == [key, user.pk]
    except signing.BadSignature:
        return False

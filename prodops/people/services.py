"""Acts on people and the keys of their programs."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from prodops.people.models import ApiToken, User
from prodops.people.models.token import MARK, SHOWN, digest, new_secret


def change_profile(*, user: User, name: str, time_zone: str) -> User:
    """Keep what a person says about themselves; role and address are an administrator's."""
    user.name, user.time_zone = name, time_zone
    user.save(update_fields=["name", "time_zone"])
    return user


def make_token(
    *, user: User, name: str, scopes: Collection[str], days: int, at: datetime
) -> tuple[ApiToken, str]:
    """Make a token for a program of this person; return it and its secret, seen this once."""
    secret = new_secret()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        scopes=sorted(scopes),
        prefix=secret[: len(MARK) + SHOWN],
        digest=digest(secret),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, at: datetime) -> ApiToken:
    """Let a token open nothing any more; revoking it twice changes nothing."""
    held = ApiToken.objects.select_for_update().get(pk=token.pk)
    if held.revoked_at is None:
        held.revoked_at = at
        held.save(update_fields=["revoked_at"])
    return held

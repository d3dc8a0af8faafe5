"""Acts on people."""

from prodops.people.models import User


def change_profile(*, user: User, name: str, time_zone: str) -> User:
    """Keep what a person says about themselves; role and address are an administrator's."""
    user.name, user.time_zone = name, time_zone
    user.save(update_fields=["name", "time_zone"])
    return user

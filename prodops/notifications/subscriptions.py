"""Who hears of what, and how: choices, defaults, and the link that turns a kind off."""

from collections.abc import Iterable, Mapping

from django.core import signing
from django.urls import reverse

from prodops.notifications.models import Channel, Kind, Preference, default_channel
from prodops.people.models import User

SALT = "prodops.notifications.unsubscribe"
DIGEST = "digest"


class BadLink(Exception):
    """The link to turn mails off was cut short or changed."""


def channels(users: Iterable[User], kind: str) -> dict[int, str]:
    """Return user pk → channel for one kind, in one query."""
    pks = [user.pk for user in users]
    chosen = Preference.objects.filter(user__in=pks, kind=kind).values_list("user_id", "channel")
    return dict.fromkeys(pks, default_channel(kind)) | dict(chosen)


def choices_of(user: User) -> dict[str, str]:
    """Return kind → channel of one person, every kind included."""
    chosen = dict(user.preferences.values_list("kind", "channel"))
    return {kind: chosen.get(kind, default_channel(kind)) for kind in Kind.values}


def choose(*, user: User, choices: Mapping[str, str]) -> None:
    """Keep how a person wants to hear of each kind given."""
    Preference.objects.bulk_create(
        [Preference(user=user, kind=kind, channel=channel) for kind, channel in choices.items()],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["channel"],
    )


def unsubscribe_path(user: User, kind: str) -> str:
    """Return the address that turns `kind` off ("digest": all in it), signed in or not."""
    token = signing.dumps({"user": user.pk, "kind": str(kind)}, salt=SALT)
    return reverse("notifications:unsubscribe", args=[token])


def read_link(token: str) -> tuple[User, str]:
    """Return the person and kind of a link; raise BadLink when it isn't one of ours."""
    try:
        meant = signing.loads(token, salt=SALT)
        return User.objects.get(pk=meant["user"]), meant["kind"]
    except (signing.BadSignature, User.DoesNotExist) as error:
        raise BadLink("This link is incomplete. Copy it whole from the mail.") from error


def turn_off(*, user: User, kind: str) -> None:
    """Keep mails of one kind, or of the whole digest, away from a person."""
    kinds = [kind]
    if kind == DIGEST:
        kinds = [each for each, channel in choices_of(user).items() if channel == Channel.DIGEST]
    choose(user=user, choices=dict.fromkeys(kinds, Channel.OFF))

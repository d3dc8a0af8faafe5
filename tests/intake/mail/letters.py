"""Letters, and what became of them."""

import base64
from datetime import timedelta

from intake import services
from prodops.notifications.models import Channel, Kind, Preference
from prodops.notifications.services import delivery
from tests.factories.mail import ARRIVED, inbound, wire

AT = ARRIVED + timedelta(minutes=1)
HUB = "requests@hub.example.com"


def take_in(raw, *, at=AT, **fields):
    kept = inbound(raw, **fields)
    services.take_in_waiting(at=at)
    kept.refresh_from_db()
    return kept


def with_file(name, content, text="See the picture", **headers):
    encoded = base64.b64encode(content).decode()
    body = (
        f"--x\nContent-Type: text/plain; charset=utf-8\n\n{text}\n--x\n"
        f'Content-Type: application/octet-stream; name="{name}"\n'
        f"Content-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n{encoded}\n--x--\n"
    )
    return wire(body, head='Content-Type: multipart/mixed; boundary="x"', **headers)


def mailed(user, *, at=AT):
    """Return the mails to a person as the server gets them."""
    return [delivery.compose(each).message() for each in user.mails.order_by("pk")]


def instant(*users):
    Preference.objects.bulk_create(
        Preference(user=user, kind=kind, channel=Channel.INSTANT)
        for user in users
        for kind in (Kind.REQUEST, Kind.COMMENT, Kind.TRIAGE)
    )

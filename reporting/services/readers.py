"""Who gets the readout."""

from django.db import transaction

from prodops.people.models import User
from reporting.models import Reader


@transaction.atomic
def add_reader(*, email: str, name: str, time_zone: str) -> Reader:
    """Put someone on the list, or back on it; a person of the hub is recognised by the address.

    Someone whose address changed is on the list once, with the new one.
    """
    address = email.strip().lower()
    user = User.objects.filter(email__iexact=address).first()
    if user is not None:
        Reader.objects.filter(user=user).exclude(email=address).update(user=None, is_active=False)
    reader, _ = Reader.objects.update_or_create(
        email=address,
        defaults={"name": name, "time_zone": time_zone, "user": user, "is_active": True},
    )
    return reader


def remove_reader(*, reader: Reader) -> None:
    """Take someone off the list; what they were sent stays in the record."""
    Reader.objects.filter(pk=reader.pk).update(is_active=False)

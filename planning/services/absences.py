"""When people are away, and how much of their week a team has: what people-weeks are counted from.

Why somebody is away is never asked. The history of the rows says who changed what.
"""

from datetime import date

from django.db import transaction

from intake.services import Refusal
from planning.services.records import lock
from prodops.people.models import Absence, Membership, User


@transaction.atomic
def add_absence(*, user: User, from_on: date, until_on: date, share: int) -> Absence:
    """Say that a person is away from the first day to the last, for `share` per cent of it."""
    lock(user)
    _refuse_twice(Absence(user=user, from_on=from_on, until_on=until_on))
    return Absence.objects.create(user=user, from_on=from_on, until_on=until_on, share=share)


@transaction.atomic
def change_absence(*, absence: Absence, from_on: date, until_on: date, share: int) -> Absence:
    """Say that it is other days, or another part of them."""
    lock(absence.user)
    lock(absence)
    absence.from_on, absence.until_on, absence.share = from_on, until_on, share
    _refuse_twice(absence)
    absence.save(update_fields=["from_on", "until_on", "share"])
    return absence


def remove_absence(*, absence: Absence) -> None:
    """Take an absence back; the person is there."""
    Absence.objects.filter(pk=absence.pk).delete()


@transaction.atomic
def change_membership(
    *, membership: Membership, share: int, from_on: date | None, until_on: date | None
) -> Membership:
    """Say how much of a week a person works for a team, and in which days."""
    lock(membership)
    membership.share, membership.from_on, membership.until_on = share, from_on, until_on
    membership.save(update_fields=["share", "from_on", "until_on"])
    return membership


def _refuse_twice(absence: Absence) -> None:
    days = {"from_on": absence.from_on, "until_on": absence.until_on}
    same = Absence.objects.filter(user=absence.user, **days).exclude(pk=absence.pk)
    if same.exists():
        raise Refusal(f"{absence.user} is away on these days already; change that instead.")

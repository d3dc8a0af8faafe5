"""Who and what the checks find on the site: people, a schedule in a hurry, jobs to count."""

import itertools

from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from prodops.notifications.models import Mail
from prodops.notifications.services import queue_mail
from prodops.people.models import User
from prodops.schedule import write_schedule
from tests.chaos.site import Site, await_true, require

NUMBERS = itertools.count(1)
SWEEPERS = (
    "Heartbeat",
    "Sync due connections",
    "Sweep the mail queue",
    "Sweep what Jira told",
    "Send readouts",
)
UNSETTLED = [Mail.State.QUEUED, Mail.State.SENDING]
WHY = ("attempts", "next_attempt_at", "error")


def settle_in() -> None:
    """Make the operator and a schedule whose sweepers come every second."""
    User.objects.create_user("operator@example.com", name="Olga Operator", role=User.Role.OPS)
    write_schedule(timezone.now())
    second, _ = IntervalSchedule.objects.get_or_create(every=1, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.exclude(name__in=SWEEPERS).update(enabled=False)
    PeriodicTask.objects.filter(name__in=SWEEPERS).update(interval=second, crontab=None)
    PeriodicTasks.update_changed()


def operator() -> User:
    return User.objects.get(email="operator@example.com")


def people(count: int) -> list[User]:
    """Make contributors nobody has met yet."""
    numbers = [next(NUMBERS) for _ in range(count)]
    return [
        User.objects.create_user(f"c{n}@example.com", name=f"Person C{n}", role="contributor")
        for n in numbers
    ]


def post_mails(name: str, count: int) -> list[str]:
    """Queue mails to `count` addresses and return them."""
    addresses = [f"{name}-{next(NUMBERS)}@example.com" for _ in range(count)]
    for to in addresses:
        queue_mail(key=to, to=to, subject="S", text="T", at=timezone.now())
    return addresses


def await_mails(site: Site, addresses: list[str], *, seconds: float = 90) -> str:
    """Wait until each mail has ended and hold that none is lost or doubled; return how it went."""
    mails = Mail.objects.filter(key__in=addresses)
    require(mails.count() == len(addresses), "A mail that was queued is not in the database.")
    left = mails.filter(state__in=UNSETTLED)
    took = await_true(
        lambda: not left.exists(),
        lambda: f"Left: {list(left.values('to', 'state', *WHY))}",
        seconds,
    )
    ends = {mail.to: mail.state for mail in mails}
    arrived = {to: site.letters.taken[to] for to in addresses}
    require(max(arrived.values()) <= 1, "A mail arrived twice.")
    for to, state in ends.items():
        fits = {Mail.State.SENT: arrived[to] == 1, Mail.State.UNKNOWN: True}
        require(fits.get(Mail.State(state), arrived[to] == 0), f"{to} is {state}, which is wrong.")
    unknown = sum(state == Mail.State.UNKNOWN for state in ends.values())
    failed = sum(state == Mail.State.FAILED for state in ends.values())
    return f"{len(addresses)} mails settled in {took:.1f} s, {unknown} unknown, {failed} failed"

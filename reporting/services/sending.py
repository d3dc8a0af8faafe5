"""Sending a readout: composed once, then one mail a reader, whoever clicks and however often."""

import base64
import logging
from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from prodops.audit import services as audit
from prodops.notifications import services as notifications
from prodops.notifications.models import Kind, Mail, MailBody
from prodops.notifications.services.mail import Address, make_body
from prodops.notifications.subscriptions import unsubscribe_path
from prodops.people.models import User
from reporting import letters, tasks
from reporting.charts import png
from reporting.models import Delivery, Edition, EditionChart, Reader
from reporting.services.refusals import Refusal

logger = logging.getLogger(__name__)
MORNING = time(8)
FIRST_MORNING = ZoneInfo("Pacific/Kiritimati")  # where a day begins before it does elsewhere


def compose(*, edition: Edition, with_pictures: bool = True) -> MailBody:
    """Return the mail of an approved edition, made once: pictures, HTML and text.

    Without a browser to draw with, or without `with_pictures`, the charts become tables and the
    edition's log says so.
    """
    if edition.body is not None:
        return edition.body
    if edition.is_draft:
        raise Refusal(f"The readout of {edition} is a draft; approve it first.")
    log = _draw_pictures(edition) if with_pictures else "The charts are tables in this edition."
    subject, text, html = letters.compose(edition, as_mail=True)
    images = {
        chart.slug: base64.b64encode(chart.png).decode()
        for chart in edition.charts.all()
        if chart.png
    }
    with transaction.atomic():
        held = Edition.objects.select_for_update().get(pk=edition.pk)
        if held.body is None:
            held.body = make_body(subject=subject, text=text, html=html, images=images)
            held.log = log
            held.save(update_fields=["body", "log"])
    edition.body, edition.log = held.body, held.log
    return held.body


def _draw_pictures(edition: Edition) -> str:
    """Draw what has no picture yet, and return how it went; what fails twice stays a table."""
    charts = list(edition.charts.filter(png=None).order_by("position"))
    for drawn, chart in enumerate(charts):
        try:
            chart.png = _picture(chart)
        except png.NotDrawn as error:
            logger.warning("The readout of %s carries tables for pictures: %s", edition, error)
            left = "The charts are" if not drawn else f"{len(charts) - drawn} of the charts are"
            return f"{left} tables in this edition: {error}"
        chart.save(update_fields=["png"])
    return f"{edition.charts.exclude(png=None).count()} charts drawn."


def _picture(chart: EditionChart) -> bytes:
    """Return a chart's picture; a browser that fails is tried once more."""
    try:
        return png.png(chart.figure)
    except png.NoChromium:
        raise
    except png.NotDrawn:
        return png.png(chart.figure)


def send_due(*, at: datetime) -> int:
    """Send every approved edition whose morning has come, zone by zone; return new mails.

    One that fails holds none of the others back.
    """
    sent = 0
    for edition in Edition.objects.due(timezone.localdate(at, FIRST_MORNING)):
        readers = None if edition.asked_at else _awake(edition, at)
        by = edition.asked_by if edition.asked_at else None
        try:
            sent += send(edition=edition, at=at, by=by, readers=readers)
        except Exception:
            logger.exception("The readout of %s was not sent; the next sweep tries again.", edition)
    return sent


@transaction.atomic
def ask_to_send(*, edition: Edition, by: User, at: datetime) -> None:
    """Have a worker send an approved edition to the whole list now; refused for a draft."""
    held = Edition.objects.select_for_update().get(pk=edition.pk)
    if held.is_draft:
        raise Refusal("Approve the readout before you send it.")
    held.state, held.asked_at, held.asked_by = Edition.State.APPROVED, at, by
    held.save(update_fields=["state", "asked_at", "asked_by"])
    tasks.send_due_readouts.delay_on_commit()


def _awake(edition: Edition, at: datetime) -> list[Reader]:
    """Keep the readers for whom it is eight in the morning of the day, or later."""
    assert edition.send_on is not None
    return [
        reader
        for reader in Reader.objects.active().order_by("pk")
        if at >= datetime.combine(edition.send_on, MORNING, ZoneInfo(reader.time_zone))
    ]


def send(
    *, edition: Edition, at: datetime, by: User | None, readers: Iterable[Reader] | None = None
) -> int:
    """Queue a mail to each reader who has none of this edition yet; return how many are new.

    `readers` None means the whole list. Safe to repeat and to run twice at once: a delivery is a
    unique row, a mail has a unique key.
    """
    body = compose(edition=edition)
    chosen = list(Reader.objects.active().order_by("pk") if readers is None else readers)
    with transaction.atomic():
        edition = (
            Edition.objects.select_for_update(of=("self",))
            .select_related("thread")
            .get(pk=edition.pk)
        )
        known = set(edition.deliveries.values_list("reader", flat=True))
        fresh = [reader for reader in chosen if reader.pk not in known]
        if fresh:
            _queue(edition, body, fresh, at)
            _record(edition, len(fresh), by=by, at=at)
        _finish(edition, at)
    return len(fresh)


def _queue(edition: Edition, body: MailBody, readers: list[Reader], at: datetime) -> None:
    keys = {reader.pk: f"readout:{edition.slug}:{reader.email.lower()}" for reader in readers}
    notifications.queue_mails(
        body=body,
        addresses=[
            Address(
                key=keys[reader.pk],
                to=reader.email,
                recipient=reader.user,
                unsubscribe_path=unsubscribe_path(reader.user, Kind.READOUT) if reader.user else "",
            )
            for reader in Reader.objects.filter(pk__in=keys).select_related("user").order_by("pk")
        ],
        at=at,
    )
    mails = dict(Mail.objects.filter(key__in=keys.values()).values_list("key", "pk"))
    Delivery.objects.bulk_create(
        Delivery(edition=edition, reader=reader, mail_id=mails[keys[reader.pk]], at=at)
        for reader in readers
    )


def _record(edition: Edition, count: int, *, by: User | None, at: datetime) -> None:
    people = "1 person" if count == 1 else f"{count} people"
    audit.record(
        "readout.sent", thread=edition.thread, summary=f"sent it to {people}", by=by, at=at
    )


def _finish(edition: Edition, at: datetime) -> None:
    """Call the edition sent once nobody on the list is without it."""
    waiting = Reader.objects.active().exclude(deliveries__edition=edition)
    if edition.state == Edition.State.APPROVED and not waiting.exists():
        edition.state, edition.sent_at = Edition.State.SENT, edition.sent_at or at
        edition.asked_at = None
        edition.save(update_fields=["state", "sent_at", "asked_at"])

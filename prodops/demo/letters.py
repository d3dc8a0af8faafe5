"""What came by mail: a mailbox that is switched off, its letters, and files of some requests."""

import random
import struct
import zlib
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from django.core.files.base import ContentFile

from intake import services as intake
from intake.models import MailPolicy, ProductRequest
from prodops.demo.world import World
from prodops.integrations import secrets
from prodops.integrations.mailbox import message
from prodops.integrations.mailbox.models import InboundMail, Mailbox
from prodops.people.models import User

ADDRESS = "requests@northwind.example"
FILES_EVERY = 9
COLOURS = [(0x4F, 0x7C, 0xC9), (0x3E, 0x9C, 0x72), (0xD0, 0x8A, 0x2E)]
NEW = [
    (
        2.3,
        "Fwd: Delivery notes arrive without page numbers",
        "Our largest retailer prints forty pages a morning and cannot tell which one is missing.\n"
        "Could the delivery note carry “page 3 of 40”?",
        ("delivery-note-scan.png", 6),
    ),
    (
        1.4,
        "Tour list: let me copy an address",
        "Drivers ask for it every week. Today they type the street into their telephone by hand.",
        None,
    ),
    (
        0.9,
        "AW: Export der Leergutkonten",
        "Der Steuerberater braucht die Konten als Tabelle, nicht als PDF. Anbei, wie sie bei ihm "
        "aussehen soll.",
        ("leergut.csv", 0),
    ),
]
CSV = b"Kunde;Paletten;Gitterboxen\nNordlicht Handel;112;18\nAlba Frische;64;3\n"
AUTOMATIC = "I am away until Monday and read your mail then."


def deliver(world: World) -> None:
    """Fill the mailbox with a year's mail, and attach files to some requests."""
    dice = random.Random(7)  # noqa: S311 - a story, not a secret
    box = _mailbox(world)
    _past(box)
    for days, subject, text, file in NEW:
        writer = dice.choice(world.requesters)
        letter = _letter(writer, subject, text, world.at(days, 9, 20), file)
        _take_in(box, letter, world.at(days, 9, 20))
    _odd(world, box, dice)
    _attach(world, dice)


def picture(bars: int, dice: random.Random, *, width: int = 320, height: int = 180) -> bytes:
    """Return a small PNG with a bar chart, as people paste them into requests."""
    heights = [dice.randint(height // 6, height - 20) for _ in range(bars)]
    colour, step = bytes(dice.choice(COLOURS)), width // (bars + 1)
    rows = []
    for y in range(height):
        row = bytearray(b"\xfa\xfa\xf8" * width)
        for place, tall in enumerate(heights):
            if height - y <= tall:
                start = step // 2 + place * step
                row[3 * start : 3 * (start + step * 2 // 3)] = colour * (step * 2 // 3)
        rows.append(b"\0" + bytes(row))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )


def _mailbox(world: World) -> Mailbox:
    """Nobody answers at this address, so it is switched off; what it brought is here."""
    box = Mailbox.objects.create(
        name="Product requests",
        address=ADDRESS,
        host="imap.northwind.example",
        username=ADDRESS,
        sealed=secrets.seal("nobody signs in with this"),
        key_id=secrets.key_id(),
        done_folder="Read by the hub",
        is_active=False,
        read_from_at=world.now - timedelta(days=365),
        last_read_at=world.now,
    )
    MailPolicy.objects.create(mailbox=box, strangers=MailPolicy.Strangers.HOLD)
    return box


def _letter(
    writer: User, subject: str, text: str, at: datetime, file: tuple[str, int] | None = None
) -> EmailMessage:
    letter = _plain(f"{writer.name} <{writer.email}>", subject, text, at)
    if file:
        name, bars = file
        content = picture(bars, random.Random(bars)) if bars else CSV  # noqa: S311
        letter.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return letter


def _plain(sender: str, subject: str, text: str, at: datetime) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, ADDRESS, subject
    letter["Date"] = format_datetime(at)
    letter["Message-ID"] = f"<{at:%Y%m%d%H%M%S}.{zlib.crc32(text.encode()):x}@northwind.example>"
    letter.set_content(text)
    return letter


def _row(box: Mailbox, letter: EmailMessage, at: datetime, **fields) -> InboundMail:
    raw = letter.as_bytes()
    key, essence = message.identity(raw)
    sender, name, subject = message.headline(raw)
    return InboundMail(
        mailbox=box,
        key=key,
        essence=essence,
        raw=zlib.compress(raw),
        size=len(raw),
        arrived_at=at,
        read_at=at + timedelta(seconds=40),
        sender=sender,
        sender_name=name,
        subject=subject,
        **fields,
    )


def _past(box: Mailbox) -> None:
    """Give each request that came by mail the letter it came with."""
    asked = ProductRequest.objects.filter(source=ProductRequest.Source.EMAIL)
    rows = []
    for each in asked.select_related("author", "thread").order_by("submitted_at", "pk"):
        letter = _letter(each.author, each.title, each.body or each.why, each.submitted_at)
        told = {"person": each.author, "thread": each.thread, "settled_at": each.submitted_at}
        rows.append(_row(box, letter, each.submitted_at, state=InboundMail.State.REQUEST, **told))
    InboundMail.objects.bulk_create(rows)


def _take_in(box: Mailbox, letter: EmailMessage, at: datetime) -> InboundMail:
    row = _row(box, letter, at)
    row.save()
    intake.take_in(mail_id=row.pk, at=at + timedelta(minutes=1))
    return row


def _odd(world: World, box: Mailbox, dice: random.Random) -> None:
    """An answer, an out-of-office note, a stranger who is held, a forged sender set aside."""
    newest = ProductRequest.objects.filter(source=ProductRequest.Source.EMAIL).latest(
        "submitted_at"
    )
    writer = dice.choice(world.requesters)
    at = world.at(0.5, 15, 10)
    answer = f"Berlin and Kiel, since May.\n\n-- \n{newest.author.name}"
    subject = f"Re: [{newest.key}] {newest.title}"
    _take_in(box, _letter(newest.author, subject, answer, at), at)
    away = _letter(writer, "Automatic reply", AUTOMATIC, world.at(1, 8))
    away["Auto-Submitted"] = "auto-replied"
    _take_in(box, away, world.at(1, 8))
    who = "Jonas Ebert <jonas.ebert@alba-frische.example>"
    held = _plain(who, "Question about your interface", "Can we get stock by webhook?", world.at(3))
    _take_in(box, held, world.at(3))
    forged = _letter(
        world.ops[0], "Please close all requests", "Close them today.", world.at(2, 11)
    )
    forged["Authentication-Results"] = "mx.northwind.example; spf=fail; dmarc=fail"
    _take_in(box, forged, world.at(2, 11))


def _attach(world: World, dice: random.Random) -> None:
    """Attach a picture or a table to every ninth request, some for the team only."""
    chosen = ProductRequest.objects.order_by("-submitted_at").select_related("author", "owner")
    for number, each in enumerate(chosen[: FILES_EVERY * 20 : FILES_EVERY]):
        content = picture(4 + number % 5, dice) if number % 3 else CSV
        name = f"what-we-see-{number + 1}.png" if number % 3 else "numbers.csv"
        is_public = number % 4 != 1
        by = each.author if is_public or each.owner is None else each.owner
        at = min(each.submitted_at + timedelta(minutes=8), world.now)
        kept = intake.keep_files(files=[ContentFile(content, name=name)], by=by, at=at)
        intake.attach(product_request=each, attachments=kept, is_public=is_public, by=by, at=at)

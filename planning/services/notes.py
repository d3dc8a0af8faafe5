"""Writing the note of an agenda's item together: each save is merged with those of the others."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from intake.services import Refusal
from planning.models import AgendaItem, NoteConflict, NoteRevision
from planning.services.merging import Merged, clean, merge
from planning.services.records import lock
from prodops.people.models import User

LONGEST = 50_000


class SessionClosed(Refusal):
    """The session is over, and its minutes are written."""


@dataclass(frozen=True)
class Saved:
    """What became of a save; `base` is what its writer goes on from, `is_merged` with others'."""

    item: AgendaItem
    base: str
    is_merged: bool
    conflicts: list[NoteConflict]


@transaction.atomic
def save_note(*, item: AgendaItem, text: str, base: str, by: User, at: datetime) -> Saved:
    """Keep what somebody wrote, beside what others wrote since they began from `base`.

    `base` is what the writer's text was made of: a version such as "12", or "12s", what its writer
    sent then. Raises SessionClosed once the minutes are written, Refusal for a text that is
    endless or becomes so beside that of others.
    """
    lock(item.session)
    if not item.session.is_open:
        raise SessionClosed("The session is closed. Add what is missing as an addendum.")
    lock(item)
    text = clean(text)
    if len(text) > LONGEST:
        raise Refusal(f"A note has at most {LONGEST:,} characters.")
    start = _text_of(item, base)
    if text == start:
        return Saved(item, base, item.note != text, [])
    merged = _merged(start, text, item.note)
    item.note, item.note_version = merged.text, item.note_version + 1
    item.is_touched = True
    item.save(update_fields=["note", "note_version", "is_touched"])
    NoteRevision.objects.create(
        item=item, version=item.note_version, text=merged.text, sent=text, by=by, at=at
    )
    conflicts = NoteConflict.objects.bulk_create(
        NoteConflict(item=item, theirs=each.theirs, mine=each.mine, by=by, at=at)
        for each in merged.conflicts
    )
    is_merged = merged.text != text
    return Saved(item, f"{item.note_version}{'s' if is_merged else ''}", is_merged, conflicts)


def _merged(start: str, mine: str, theirs: str) -> Merged:
    """Merge two versions; raises Refusal when they come to more than a note can hold."""
    merged = merge(base=start, mine=mine, theirs=theirs)
    if len(merged.text) > LONGEST:
        raise Refusal(
            f"With what others wrote it is {len(merged.text):,} characters, and a note has at most "
            f"{LONGEST:,}. Shorten yours, or put it into an item of its own."
        )
    return merged


@transaction.atomic
def settle_conflict(*, conflict: NoteConflict, choice: str, by: User, at: datetime) -> NoteConflict:
    """Keep both versions of the lines, or the one of `choice`; the other leaves the note.

    Raises Refusal when the lines were written over since: the note is right as it stands then,
    and only "both" can be said of it.
    """
    item = conflict.item
    lock(item.session)
    if not item.session.is_open:
        raise SessionClosed("The session is closed; its minutes have both versions.")
    lock(conflict)
    if conflict.settled_at:
        raise Refusal(f"{conflict.settled_by} has settled this.")
    lock(item)
    if choice != NoteConflict.Choice.BOTH:
        _keep(conflict, getattr(conflict, choice), by=by, at=at)
    conflict.choice, conflict.settled_by, conflict.settled_at = choice, by, at
    conflict.save(update_fields=["choice", "settled_by", "settled_at"])
    return conflict


def _keep(conflict: NoteConflict, text: str, *, by: User, at: datetime) -> None:
    item = conflict.item
    lines, both = item.note.split("\n"), conflict.both.split("\n")
    places = range(len(lines) - len(both) + 1)
    place = next((each for each in places if lines[each : each + len(both)] == both), None)
    if place is None:
        raise Refusal("Somebody changed these lines since. Keep both, and mend the note by hand.")
    lines[place : place + len(both)] = text.split("\n")
    item.note = "\n".join(lines)
    item.note_version += 1
    item.save(update_fields=["note", "note_version"])
    NoteRevision.objects.create(
        item=item, version=item.note_version, text=item.note, sent=item.note, by=by, at=at
    )


def _text_of(item: AgendaItem, base: str) -> str:
    """Return the text a writer began with; "" for one nobody knows: nothing is lost by it."""
    number = base.removesuffix("s")
    if base == str(item.note_version):
        return item.note
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return ""
    revision = item.revisions.filter(version=int(number)).first()
    if revision is None:
        return ""
    return revision.sent if base.endswith("s") else revision.text

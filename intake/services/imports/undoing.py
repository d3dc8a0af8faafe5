"""Taking a whole import back: what nobody touched goes as if it had never been."""

import itertools
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pgtrigger
from django.db import transaction
from django.db.models import Count, QuerySet

from intake import tasks
from intake.models import Import, Imported, ProductRequest, TicketLink
from intake.models.importing import NAMES
from intake.services.imports.keeping import hold
from intake.services.imports.progress import keep_going, settle
from intake.services.imports.standing import record_model, unused, with_standing
from intake.services.imports.theming import tell_taken
from intake.services.merging import queue_up
from intake.services.ranking import count_words
from intake.services.states import Refusal
from intake.services.tickets import detach_ticket
from intake.services.voices import carry_voices
from prodops.audit.models import AppendOnly, Thread
from prodops.people.models import User

AT_ONCE = 500
SHOWN = 200
UNMERGED = {"product_request__merged_into": None}
State = Import.State
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Preview:
    """What taking an import back would do.

    `free` records go; `changed` ones go if chosen, `held` ones stay; `names` says how many
    accounts, people and the like go with them. The lists hold the first two hundred.
    """

    free: int
    changed: list[Any]
    held: list[Any]
    changed_count: int
    held_count: int
    names: dict[str, int]


def preview_undo(*, importing: Import) -> Preview:
    """Say what `start_undo` would do, without doing it."""
    rows = with_standing(importing).select_related("thread").order_by("pk")
    held = rows.filter(is_held=True)
    changed = rows.filter(is_held=False, was_changed=True)
    total = Imported.objects.filter(importing=importing, **_of_records(importing)).count()
    held_count, changed_count = held.count(), changed.count()
    made = Imported.objects.filter(importing=importing)
    return Preview(
        free=total - held_count - changed_count,
        changed=list(changed[:SHOWN]),
        held=list(held[:SHOWN]),
        changed_count=changed_count,
        held_count=held_count,
        names=_count_names(made),
    )


def _of_records(importing: Import) -> dict[str, bool]:
    return {f"{'ticket' if importing.is_of_tickets else 'product_request'}__isnull": False}


def _count_names(made: Any) -> dict[str, int]:
    counted = made.aggregate(**{name: Count(name) for name in NAMES})
    return {name: number for name, number in counted.items() if number}


@transaction.atomic
def start_undo(*, importing: Import, chosen: Collection[int], by: User, at: datetime) -> Import:
    """Wake a worker that takes an import back; `chosen` are changed records that go as well.

    Raises Refusal when somebody takes it back already, or when there is nothing to take.
    """
    importing = hold(importing)
    if importing.state == State.UNDOING:
        raise Refusal(f"{importing.undone_by} takes this import back already.")
    if importing.state == State.UNDONE and not importing.kept:
        raise Refusal(f"{importing.undone_by} took this import back already.")
    if importing.state not in (State.DONE, State.UNDONE, State.FAILED):
        raise Refusal(f"The file is {importing.get_state_display().lower()}.")
    importing.state, importing.chosen = State.UNDOING, sorted(chosen)
    importing.undone_by, importing.undone_at = by, at
    importing.done = importing.passed = importing.attempts = 0
    importing.lease_until = importing.token = importing.finished_at = None
    importing.save()
    tasks.run_import.delay_on_commit(importing.pk)
    return importing


def take_back(importing: Import, clock: Clock) -> None:
    """Take an import back, a batch a transaction; begun again it goes on with what is left.

    Merged requests go before those they went into, and names last.
    """
    made = Imported.objects.filter(importing=importing, **_of_records(importing))
    total = made.count()
    merged = made.none() if importing.is_of_tickets else made.exclude(**UNMERGED)
    for keys in itertools.chain(_keys(merged), _keys(made)):
        with transaction.atomic():
            _take_batch(importing, keys, clock())
            keep_going(importing, clock(), done=total - made.count())
    for name in reversed(NAMES):
        _take_names(importing, name, clock)
    if not importing.is_of_tickets:
        count_words()
    settle(importing, State.UNDONE, clock(), kept=made.count(), done=total)


def _keys(rows: QuerySet) -> Iterator[list[int]]:
    """Yield the keys of rows in batches, each read only when the one before is through."""
    last = 0
    while keys := list(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]
    ):
        last = keys[-1]
        yield keys


def _take_batch(importing: Import, keys: list[int], at: datetime) -> None:
    """Delete what may go of some records, with the story of each."""
    queue_up()
    model = record_model(importing)
    ours = model._default_manager.filter(imported__in=keys).order_by("pk")
    held = list(ours.select_for_update(of=("self",)).values_list("pk", flat=True))
    rows = with_standing(importing).filter(pk__in=held)
    going = [each for each in rows if _may_go(each, set(importing.chosen))]
    if model is ProductRequest:
        going = _without_parents(going)
    elif importing.undone_by:
        _take_voices(going, by=importing.undone_by, at=at)
    parents = {each.merged_into_id for each in going if getattr(each, "merged_into_id", None)}
    tell_taken(going, by=importing.undone_by, at=at)
    with pgtrigger.ignore(*_history()):
        model._default_manager.filter(pk__in=[each.pk for each in going]).delete()
        Thread.objects.filter(pk__in=[each.thread_id for each in going]).delete()
    for parent in ProductRequest.objects.filter(pk__in=parents).order_by("pk"):
        carry_voices(parent)


def _take_voices(tickets: list[Any], *, by: User, at: datetime) -> None:
    """Take tickets off the requests they are evidence for, with the voices they brought there."""
    links = TicketLink.objects.filter(ticket__in=tickets).order_by("pk")
    for pk in links.values_list("pk", flat=True):  # each may have inherited the voice of the last
        detach_ticket(link=TicketLink.objects.get(pk=pk), by=by, at=at)


def _may_go(record: Any, chosen: Collection[int]) -> bool:
    return not record.is_held and (not record.was_changed or record.pk in chosen)


def _without_parents(going: list[Any]) -> list[Any]:
    """Leave out requests into which something is merged that stays."""
    keys = {each.pk for each in going}
    children = ProductRequest.objects.filter(merged_into__in=keys).exclude(pk__in=keys)
    wanted = set(children.values_list("merged_into", flat=True))
    return [each for each in going if each.pk not in wanted]


def _history() -> list[str]:
    """Return the triggers that keep history from being deleted; here it goes with its record."""
    return [
        f"{model._meta.label}:{trigger.name}"
        for model, trigger in pgtrigger.registered()
        if isinstance(trigger, AppendOnly)
    ]


def _take_names(importing: Import, name: str, clock: Clock) -> None:
    """Delete the accounts, people and the like it made that nothing uses any more."""
    model: Any = Imported._meta.get_field(name).related_model
    while keys := list(unused(model, importing).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            model._default_manager.filter(pk__in=keys).delete()
            keep_going(importing, clock())

"""Attaching what was said to themes, taking it away, and bringing it back."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from intake.models import ProductRequest, Quote, SupportTicket, Theme, ThemeQuote
from intake.models.passages import Source, passages
from intake.models.quote import LONGEST_QUOTE, Part
from intake.services.states import Refusal
from intake.services.themes import queue_up
from prodops.audit import services as audit
from prodops.people.models import User
from prodops.ui import marking

SHOWN_WORDS = 120


class NotThere(Refusal):
    """The words do not stand in the request or ticket."""


@transaction.atomic
def attach_quote(
    *,
    product_request: ProductRequest,
    themes: Iterable[Theme],
    by: User,
    at: datetime,
    words: str = "",
    part: str = "",
    near: int = 0,
) -> list[ThemeQuote]:
    """Let a passage of a request, or without `words` all of it, speak for each of the themes.

    `part` ("body", "comment:12", "answer:3") and `near` say where the words were read; without
    them they are looked for everywhere, the comments last. What speaks for a theme already stays
    as it is; returns the new links. Raises NotThere when the request does not have these words,
    Refusal for a theme that is archived.
    """
    queue_up()
    living = _living(themes)
    product_request.refresh_from_db(fields=["title", "body", "why"])
    found = _find(product_request, words, part, near)
    return _attach(product_request, found, living, by=by, at=at)


@transaction.atomic
def attach_ticket(
    *,
    ticket: SupportTicket,
    themes: Iterable[Theme],
    by: User,
    at: datetime,
    words: str = "",
    part: str = "",
    near: int = 0,
) -> list[ThemeQuote]:
    """Let a support ticket, or a passage of it, speak for themes, as `attach_quote` does."""
    queue_up()
    living = _living(themes)
    ticket.refresh_from_db(fields=["subject", "text", "conversation"])
    return _attach(ticket, _find(ticket, words, part, near), living, by=by, at=at)


@transaction.atomic
def remove_quote(*, link: ThemeQuote, by: User, at: datetime) -> ThemeQuote:
    """Take a quote away from a theme. Raises Refusal when somebody did so first."""
    queue_up()
    link.refresh_from_db()
    if link.removed_at:
        raise Refusal(f"{link.removed_by} took this quote away already.")
    same = link.quote.links.live().filter(theme=link.theme)
    for each in same:
        each.removed_at, each.removed_by = at, by
        each.save(update_fields=["removed_at", "removed_by"])
    link.refresh_from_db()
    _record("theme.unquoted", link, "took away", by=by, at=at)
    name = link.theme.name
    _record_on_source(link.quote, f"took {_name(link.quote)} away from {name}", by=by, at=at)
    return link


@transaction.atomic
def take_tickets_off(
    *, tickets: Iterable[SupportTicket], themes: Iterable[Theme], by: User, at: datetime
) -> int:
    """Take away all that these tickets say for these themes; return how many tickets said any."""
    queue_up()
    links = ThemeQuote.objects.live().filter(ticket__in=list(tickets), theme__in=list(themes))
    found = list(links.select_related("theme__thread", "quote__ticket__thread").order_by("pk"))
    for link in found:
        link.refresh_from_db(fields=["removed_at"])
        if link.removed_at is None:
            remove_quote(link=link, by=by, at=at)
    return len({link.ticket_id for link in found})


@transaction.atomic
def restore_quote(*, link: ThemeQuote, by: User, at: datetime) -> ThemeQuote:
    """Bring back what was taken away with `link`. Raises Refusal when it is there again."""
    queue_up()
    link.refresh_from_db()
    if link.removed_at is None or link.quote.links.live().filter(theme=link.theme).exists():
        raise Refusal(f"The quote speaks for {link.theme} already.")
    together = link.quote.links.filter(
        theme=link.theme, removed_at=link.removed_at, removed_by=link.removed_by
    )
    for each in together:
        each.removed_at, each.removed_by = None, None
        each.save(update_fields=["removed_at", "removed_by"])
    link.refresh_from_db()
    _record("theme.quoted", link, "brought back", by=by, at=at)
    _record_on_source(
        link.quote, f"brought {_name(link.quote)} back to {link.theme.name}", by=by, at=at
    )
    return link


@transaction.atomic
def take_back(*, link: ThemeQuote, by: User, at: datetime) -> list[ThemeQuote]:
    """Undo an attachment: all the links a person made with `link` in one go."""
    queue_up()
    together = link.quote.links.live().filter(by=link.by, at=link.at).select_related("theme")
    found = [remove_quote(link=each, by=by, at=at) for each in together.order_by("pk")]
    if not found:
        raise Refusal("The quote was taken away meanwhile.")
    return found


def _living(themes: Iterable[Theme]) -> Sequence[Theme]:
    """Return the themes that live on, each once; raise Refusal for an archived one."""
    keys = [theme.pk for theme in themes]
    rows = Theme.objects.filter(pk__in=keys).select_related("merged_into__thread", "thread")
    living = list({each.living.pk: each.living for each in rows.order_by("pk")}.values())
    archived = next((each for each in living if not each.is_active), None)
    if archived:
        raise Refusal(f"“{archived}” is archived. Take it into use first.")
    if not living:
        raise Refusal("Choose a theme.")
    return living


def _attach(
    source: Source, found: dict, living: Iterable[Theme], *, by: User, at: datetime
) -> list[ThemeQuote]:
    """Make the links a quote lacks, and tell of them where it was said and at the themes."""
    is_ticket = isinstance(source, SupportTicket)
    of = {"ticket": source} if is_ticket else {"product_request": source}
    told = {"by": by, "at": at}
    quote = Quote.objects.get_or_create(**of, **found, defaults=told)[0]
    known = set(quote.links.live().values_list("theme", flat=True))
    links = [
        ThemeQuote.objects.create(quote=quote, **of, attached_to=each, theme=each, **told)
        for each in living
        if each.pk not in known
    ]
    for link in links:
        _record("theme.quoted", link, "attached", by=by, at=at)
    if links:
        names = ", ".join(link.theme.name for link in links)
        _record_on_source(quote, f"attached {_name(quote)} to {names}", by=by, at=at)
    return links


def _find(source: Source, words: str, part: str, near: int) -> dict:
    """Return what tells a passage, or the whole record, from others; see `find_words`."""
    if words.strip():
        return find_words(source, words, part=part, near=near)
    whole = {"part": Part.WHOLE, "start": None, "end": None, "text": ""}
    return {**whole, "field_id": None, "comment_id": None}


def find_words(source: Source, words: str, *, part: str = "", near: int = 0) -> dict:
    """Return place, start, end and text of words in a record; raise NotThere when it has none."""
    if len(words) > LONGEST_QUOTE:
        raise NotThere(f"A quote has at most {LONGEST_QUOTE:,} characters.")
    for passage in passages(source):
        if part and passage.name != part:
            continue
        span = marking.find(passage.words, words, near=near)
        if span:
            start, end = span
            where = {"field_id": None, "comment_id": None, **passage.where}
            return {**where, "start": start, "end": end, "text": passage.words[start:end]}
    raise NotThere(f"{source.key} does not say that. Copy the words as they stand there.")


def _name(quote: Quote) -> str:
    return f"“{_short(quote.text)}”" if quote.text else "all of it"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= SHOWN_WORDS else words[: SHOWN_WORDS - 1].rstrip() + "…"


def _record(verb: str, link: ThemeQuote, did: str, *, by: User, at: datetime) -> None:
    quote, key = link.quote, link.quote.source_key
    what = f"“{_short(quote.text)}” of {key}" if quote.text else f"all of {key}"
    audit.record(verb, thread=link.theme.thread, summary=f"{did} {what}", by=by, at=at)


def _record_on_source(quote: Quote, summary: str, *, by: User, at: datetime) -> None:
    """Tell it where it was said; never to a requester, who is not to know of themes."""
    verb = "ticket.themed" if quote.ticket_id else "request.themed"
    audit.record(verb, thread=quote.source.thread, summary=summary, by=by, at=at)

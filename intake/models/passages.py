"""The texts of a request or a ticket, as people read them, and what of them is quoted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject

from intake.models.form import PROSE, FormAnswer, FormField
from intake.models.product_request import ProductRequest
from intake.models.quote import Part, Quote, ThemeQuote
from intake.models.support import SupportTicket
from intake.models.theme import Theme
from prodops.audit.models import Comment
from prodops.people.models import User
from prodops.ui import marking

Source = ProductRequest | SupportTicket
OF_TICKETS = {Part.TITLE: "subject", Part.BODY: "text", Part.TALK: "conversation"}


@dataclass(frozen=True)
class Passage:
    """One text of a record: where it stands (fields of a `Quote`) and its words."""

    where: dict[str, Any]
    words: str
    label: str

    @property
    def name(self) -> str:
        """As pages and forms name it: "body", "comment:12", "answer:3"."""
        number = self.where.get("comment_id") or self.where.get("field_id")
        return f"{self.where['part']}:{number}" if number else self.where["part"]


def read_part(source: Source, part: str) -> str:
    """Return the words of title, body or why as people read them; `Quote.start` counts in these."""
    if isinstance(source, SupportTicket):
        return getattr(source, OF_TICKETS[Part(part)])
    text = getattr(source, part)
    return text if part == Part.TITLE else marking.words(text)


def passages(source: Source) -> Iterator[Passage]:
    """Yield all texts of a record that can be quoted: its own, the answers, then the comments.

    Comments are read whether internal or not: what they say is for insiders, as themes are.
    """
    second = Part.TALK if isinstance(source, SupportTicket) else Part.WHY
    for part in (Part.BODY, second, Part.TITLE):
        yield Passage({"part": part.value}, read_part(source, part), part.label)
    if isinstance(source, SupportTicket):
        return
    answers = source.answers.filter(field__type__in=PROSE).select_related("field")
    for answer in answers.order_by("field__position", "field"):
        where = {"part": Part.ANSWER.value, "field_id": answer.field_id}
        yield Passage(where, answer.words, str(answer.field))
    for comment in source.thread.comments.select_related("by").order_by("at", "pk"):
        where = {"part": Part.COMMENT.value, "comment_id": comment.pk}
        label = f"{'Comment' if comment.is_public else 'Internal comment'} of {comment.by}"
        yield Passage(where, marking.words(comment.body), label)


@dataclass
class Shown:
    """A quote of a record, where its words stand now, and its links, one a theme."""

    quote: Quote
    span: tuple[int, int] | None
    links: list[ThemeQuote] = field(default_factory=list)

    @property
    def is_gone(self):
        """The text has changed since: the words stand nowhere in it."""
        return self.span is None and not self.quote.is_whole

    @property
    def mark(self) -> marking.Span:
        """What to mark in its text; needs a span."""
        assert self.span is not None
        names = dict.fromkeys(str(link.theme) for link in self.links)
        return marking.Span(*self.span, self.quote.pk, ", ".join(names))


def told_of_requests() -> ArraySubquery:
    """Return what `read_quotes` needs, to annotate requests with as `quoted` in their own query."""
    return _told(product_request=OuterRef("pk"))


def told_of_tickets() -> ArraySubquery:
    """Return the same for tickets."""
    return _told(ticket=OuterRef("pk"))


def _told(**of) -> ArraySubquery:
    same = {"product_request": OuterRef("product_request"), "field": OuterRef("quote__field")}
    answer = FormAnswer.objects.filter(**same).values("value")[:1]
    told = JSONObject(
        link="pk",
        quote="quote_id",
        part="quote__part",
        start="quote__start",
        end="quote__end",
        text="quote__text",
        theme="theme_id",
        name="theme__name",
        by="by__name",
        field="quote__field_id",
        asked="quote__field__label",
        comment="quote__comment_id",
        is_public="quote__comment__is_public",
        speaker="quote__comment__by__name",
        said=Coalesce("quote__comment__body", Subquery(answer)),
    )
    links = ThemeQuote.objects.live().filter(**of)
    return ArraySubquery(links.order_by("theme__name", "at", "pk").values(told=told))


def read_quotes(source: Source) -> list[Shown]:
    """Return what of a record speaks for themes, in the order of its texts.

    It asks the database unless the record is annotated with `told_of_requests` or
    `told_of_tickets` as `quoted`.
    """
    told = getattr(source, "quoted", None)
    if told is None:
        is_ticket = isinstance(source, SupportTicket)
        same = type(source)._default_manager.filter(pk=source.pk)
        wanted = told_of_tickets() if is_ticket else told_of_requests()
        told = same.values_list(wanted, flat=True).get()
    shown: dict[int, Shown] = {}
    words: dict[str, str] = {}
    for row in told:
        link = _as_link(row, source)
        quote = link.quote
        if quote.pk not in shown:
            shown[quote.pk] = Shown(quote, _stands(quote, source, row["said"], words))
        one = shown[quote.pk]
        if link.theme_id not in {each.theme_id for each in one.links}:
            one.links.append(link)
    return sorted(shown.values(), key=_order)


def marks_of_comments(thread, user) -> dict[int, list[marking.Span]]:
    """Return what of a story's comments is quoted, by comment; nothing for a requester."""
    links = ThemeQuote.objects.visible_to(user).live().filter(quote__comment__thread=thread)
    shown: dict[int, Shown] = {}
    for link in links.select_related("quote__comment", "theme").order_by("theme__name", "pk"):
        quote = link.quote
        if quote.pk not in shown:
            shown[quote.pk] = Shown(quote, quote.locate(marking.words(quote.comment.body)))
        shown[quote.pk].links.append(link)
    return comment_marks(shown.values())


def comment_marks(quotes: Iterable[Shown]) -> dict[int, list[marking.Span]]:
    """Return the marks of each comment that is among what some quotes are of."""
    found: dict[int, list[marking.Span]] = {}
    for one in quotes:
        if one.quote.comment_id and one.span:
            found.setdefault(one.quote.comment_id, []).append(one.mark)
    return found


def _order(one: Shown):
    quote = one.quote
    number = quote.comment_id or quote.field_id or 0
    return list(Part).index(Part(quote.part)), number, quote.start or 0, quote.pk


def _as_link(row: dict, source: Source) -> ThemeQuote:
    place = {name: row[name] for name in ("part", "start", "end", "text")}
    quote = Quote(pk=row["quote"], **place)
    if isinstance(source, SupportTicket):
        quote.ticket = source
    else:
        quote.product_request = source
    if row["comment"]:
        speaker = User(name=row["speaker"])
        quote.comment = Comment(pk=row["comment"], is_public=row["is_public"], by=speaker)
    if row["field"]:
        quote.field = FormField(pk=row["field"], label=row["asked"])
    theme = Theme(pk=row["theme"], name=row["name"])
    return ThemeQuote(pk=row["link"], quote=quote, theme=theme, by=User(name=row["by"]))


def _stands(
    quote: Quote, source: Source, said: str | None, words: dict[str, str]
) -> tuple[int, int] | None:
    """Return where the words stand; `words` keeps each text, so that it is read once."""
    if quote.is_whole:
        return None
    key = f"{quote.part}:{quote.comment_id or quote.field_id or ''}"
    if key not in words:
        words[key] = _text(quote, source, said)
    return quote.locate(words[key])


def _text(quote: Quote, source: Source, said: str | None) -> str:
    if quote.part == Part.COMMENT:
        return marking.words(said or "")
    return said or "" if quote.part == Part.ANSWER else read_part(source, quote.part)

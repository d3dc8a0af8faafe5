"""The column of themes: which ones a cell names, and what was imported put to them."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from difflib import get_close_matches

from intake.models import ProductRequest, Quote, SupportTicket, Theme, ThemeQuote
from intake.models.quote import Part
from intake.services.imports.choices import plain_word
from intake.services.imports.problems import Wrong
from intake.services.themes import queue_up
from prodops.audit import services as audit
from prodops.audit.models import Event
from prodops.people.models import User

MOST_THEMES = 50
BETWEEN_STEPS = re.compile(r"\s*[>›]\s*")
BETWEEN_THEMES = re.compile(r"[;\n]")
CURE = "Make the theme first, or take it out of the cell."
Record = ProductRequest | SupportTicket


@dataclass
class Themes:
    """The themes a file may name, by name and by path; those that were merged lead on."""

    known: dict[str, Theme] = field(default_factory=dict)
    archived: set[str] = field(default_factory=set)
    paths: dict[str, str] = field(default_factory=dict)
    nearest: dict[str, str] = field(default_factory=dict)

    def read(self, cell: str) -> list[Theme]:
        """Return the themes of “Billing > Invoices; Export”, each once. Raises Wrong."""
        whole = self.known.get(_plain(cell))
        names = [cell] if whole else [each for each in BETWEEN_THEMES.split(cell) if each.strip()]
        if len(names) > MOST_THEMES:
            raise Wrong(f"It names more than {MOST_THEMES} themes.", "Leave some out.")
        return list({each.pk: each for each in map(self._find, names)}.values())

    def _find(self, name: str) -> Theme:
        plain = _plain(name)
        if plain in self.known:
            return self.known[plain]
        said = " > ".join(BETWEEN_STEPS.split(name.strip()))[:80]
        if plain in self.archived:
            raise Wrong(f"The theme “{said}” is archived.", "Take it into use first.")
        near = self._nearest(plain)
        raise Wrong(
            f"There is no theme “{said}”.", f"Did you mean “{near}”? {CURE}" if near else CURE
        )

    def _nearest(self, plain: str) -> str:
        """Return the path of the theme that is written most like it; "" where none is."""
        if plain not in self.nearest:
            names = (plain.rpartition(" > ")[2], plain)
            found = [each for name in names for each in get_close_matches(name, self.paths, n=1)]
            self.nearest[plain] = self.paths[found[0]] if found else ""
        return self.nearest[plain]


def read_themes() -> Themes:
    """Return what a cell can name: a theme alone, or below any of the groups it stands in."""
    themes = Themes()
    rows = Theme.objects.in_order().select_related("merged_into")
    for theme in sorted(rows, key=lambda each: (not each.is_active, each.pk)):
        steps = [*theme.path, theme.name]
        for first in range(len(steps)):
            name = _plain(" > ".join(steps[first:]))
            if theme.living.is_active:
                themes.known.setdefault(name, theme.living)
            else:
                themes.archived.add(name)
            if theme.is_active:
                themes.paths.setdefault(name, " > ".join(steps))
    return themes


def _plain(name: str) -> str:
    return " > ".join(plain_word(step) for step in BETWEEN_STEPS.split(name.strip()))


def attach_imported(
    named: Sequence[tuple[Record, list[Theme]]], *, by: User | None, at: datetime
) -> None:
    """Let records of a batch, each as a whole, speak for the themes their rows name.

    A theme's story tells of the batch in one line. Nothing is written without a person.
    """
    named = [(record, themes) for record, themes in named if themes]
    if by is None or not named:
        return
    queue_up()
    quotes = Quote.objects.bulk_create(
        Quote(**_of(record), part=Part.WHOLE, by=by, at=at) for record, _ in named
    )
    ThemeQuote.objects.bulk_create(
        ThemeQuote(quote=quote, **_of(record), attached_to=theme, theme=theme, by=by, at=at)
        for quote, (record, themes) in zip(quotes, named, strict=True)
        for theme in themes
    )
    Event.objects.bulk_create(_event(record, themes, by=by, at=at) for record, themes in named)
    noun = "ticket" if isinstance(named[0][0], SupportTicket) else "request"
    counted = Counter(theme.pk for _, themes in named for theme in themes)
    _tell(counted, "theme.quoted", f"attached {{}} imported {noun}", by=by, at=at)


def tell_taken(records: Sequence[Record], *, by: User | None, at: datetime) -> None:
    """Tell the themes that records which spoke for them are about to go with their import."""
    is_ticket = bool(records) and isinstance(records[0], SupportTicket)
    name, noun = ("ticket", "ticket") if is_ticket else ("product_request", "request")
    links = ThemeQuote.objects.live().filter(**{f"{name}__in": records})
    counted = Counter(pk for pk, _ in links.values_list("theme", name).distinct())
    _tell(counted, "theme.unquoted", f"took back {{}} imported {noun}", by=by, at=at)


def _of(record: Record) -> dict[str, Record]:
    return {"ticket" if isinstance(record, SupportTicket) else "product_request": record}


def _event(record: Record, themes: list[Theme], *, by: User, at: datetime) -> Event:
    verb = "ticket.themed" if isinstance(record, SupportTicket) else "request.themed"
    summary = f"attached all of it to {', '.join(theme.name for theme in themes)}"
    return Event(thread=record.thread, verb=verb, summary=summary[:500], by=by, at=at)


def _tell(counted: Counter[int], verb: str, summary: str, *, by: User | None, at: datetime) -> None:
    for theme in Theme.objects.filter(pk__in=counted).select_related("thread").order_by("pk"):
        number = counted[theme.pk]
        words = summary.format(number) + ("" if number == 1 else "s")
        audit.record(verb, thread=theme.thread, summary=words, by=by, at=at)

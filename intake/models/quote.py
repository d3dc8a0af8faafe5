"""What somebody wrote, word for word, and the themes it speaks for."""

from dataclasses import dataclass, field

import pgtrigger
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject, Length

from intake.models.product_request import ProductRequest
from intake.models.theme import Theme
from prodops.audit.models import Recorded
from prodops.people.models import User
from prodops.people.permissions import is_insider
from prodops.ui import marking

LONGEST_QUOTE = 2_000
# FOR SHARE: whoever merges the theme at this moment waits, or is waited for.
LIVING_THEME = pgtrigger.Trigger(
    name="living_theme",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("attached_to_id", "quote_id"),
    func="""
        SELECT product_request_id INTO NEW.product_request_id
        FROM intake_quote WHERE id = NEW.quote_id;
        SELECT coalesce(merged_into_id, id) INTO NEW.theme_id
        FROM intake_theme WHERE id = NEW.attached_to_id FOR SHARE;
        RETURN NEW;
    """,
)


class Part(models.TextChoices):
    """Where in a request the words stand; `whole` is the request without any words."""

    TITLE = "title", "Title"
    BODY = "body", "Text"
    WHY = "why", "Why it matters"
    WHOLE = "whole", "The whole request"


def read_part(product_request, part: str) -> str:
    """Return the words of one part as people read them; `Quote.start` counts in these."""
    text = getattr(product_request, part)
    return text if part == Part.TITLE else marking.words(text)


class Quote(models.Model):
    """A passage of a request: its words, and where they stood in the text then."""

    product_request = models.ForeignKey(ProductRequest, models.CASCADE, related_name="quotes")
    part = models.CharField(max_length=5, choices=Part)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField(blank=True, max_length=LONGEST_QUOTE)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.UniqueConstraint(
                fields=["product_request", "part", "start", "end", "text"],
                nulls_distinct=False,
                name="quote_once",
            ),
            models.CheckConstraint(
                condition=Q(part="whole", start=None, end=None, text="")
                | (
                    Q(part__in=["title", "body", "why"])
                    & ~Q(text="")
                    & Q(end=F("start") + Length("text"))
                ),
                name="quote_is_as_long_as_its_words",
            ),
        ]

    def __str__(self):
        return f"“{self.text}”" if self.text else f"All of REQ-{self.product_request_id}"

    @property
    def is_whole(self):
        return self.part == Part.WHOLE

    def locate(self, words: str) -> tuple[int, int] | None:
        """Return where the quote stands in a part's words now; None when they are gone."""
        if words[self.start : self.end] == self.text:
            return self.start, self.end
        return marking.find(words, self.text, near=self.start)


class ThemeQuoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def live(self):
        return self.filter(removed_at=None)

    def once(self):
        """Keep one row a quote and theme, the earliest: two themes that were merged had it both."""
        first = self.order_by("quote", "theme", "at", "pk").distinct("quote", "theme")
        return self.model._default_manager.filter(pk__in=first.values("pk"))

    def for_display(self):
        return self.select_related("theme", "by").order_by("theme__name", "at", "pk")

    def for_rows(self):
        """With quote, request and account, as lists show them, newest first."""
        related = ("quote", "product_request__account", "product_request__author")
        return self.for_display().select_related(*related).order_by("-at", "-pk")


class ThemeQuote(models.Model):
    """A quote speaks for a theme; taken away, the row stays so that it can come back.

    `attached_to` is the theme somebody chose, `theme` the one that lives on: triggers keep it, so
    a merge carries each quote over and an undone one takes exactly these back. They keep the
    quote's `product_request` here too: a theme is weighed without reading the quotes.
    """

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="links")
    attached_to = models.ForeignKey(Theme, models.PROTECT, related_name="own_links")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="links")
    product_request = models.ForeignKey(ProductRequest, models.CASCADE, related_name="theme_links")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="theme_quotes")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ThemeQuoteQuerySet.as_manager()

    class Meta:
        triggers = [Recorded(), LIVING_THEME]
        constraints = [
            models.UniqueConstraint(
                fields=["attached_to", "quote"],
                condition=Q(removed_at=None),
                name="theme_quote_once",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="theme_quote_removed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["theme", "-at"], condition=Q(removed_at=None), name="theme_quote_live"
            ),
            models.Index(
                fields=["theme", "product_request"],
                condition=Q(removed_at=None),
                name="theme_quote_by_request",
            ),
        ]

    def __str__(self):
        return f"{self.quote} for {self.theme}"


@dataclass
class Shown:
    """A quote of a request, where its words stand now, and its links, one a theme."""

    quote: Quote
    span: tuple[int, int] | None
    links: list[ThemeQuote] = field(default_factory=list)

    @property
    def is_gone(self):
        """The text has changed since: the words stand nowhere in it."""
        return self.span is None and not self.quote.is_whole


def told_of_requests() -> ArraySubquery:
    """Return what `read_quotes` needs, to annotate requests with as `quoted` in their own query."""
    links = ThemeQuote.objects.live().filter(product_request=OuterRef("pk"))
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
    )
    return ArraySubquery(links.order_by("theme__name", "at", "pk").values(told=told))


def read_quotes(product_request) -> list[Shown]:
    """Return what of a request speaks for themes, in the order of the text.

    It asks the database unless the request is annotated with `told_of_requests`.
    """
    told = getattr(product_request, "quoted", None)
    if told is None:
        same = ProductRequest.objects.filter(pk=product_request.pk)
        told = same.values_list(told_of_requests(), flat=True).get()
    shown: dict[int, Shown] = {}
    words: dict[str, str] = {}
    for row in told:
        link = _as_link(row, product_request)
        quote = link.quote
        if quote.pk not in shown:
            shown[quote.pk] = Shown(quote, _stands(quote, product_request, words))
        one = shown[quote.pk]
        if link.theme_id not in {each.theme_id for each in one.links}:
            one.links.append(link)
    order = list(Part)
    return sorted(
        shown.values(),
        key=lambda one: (order.index(one.quote.part), one.quote.start or 0, one.quote.pk),
    )


def _as_link(row: dict, product_request) -> ThemeQuote:
    place = {name: row[name] for name in ("part", "start", "end", "text")}
    quote = Quote(pk=row["quote"], product_request=product_request, **place)
    theme = Theme(pk=row["theme"], name=row["name"])
    return ThemeQuote(pk=row["link"], quote=quote, theme=theme, by=User(name=row["by"]))


def _stands(quote: Quote, product_request, words: dict[str, str]) -> tuple[int, int] | None:
    if quote.is_whole:
        return None
    if quote.part not in words:
        words[quote.part] = read_part(product_request, quote.part)
    return quote.locate(words[quote.part])

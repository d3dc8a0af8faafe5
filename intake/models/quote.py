"""What somebody said, word for word, and the themes it speaks for."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5, Coalesce, Length
from django.urls import reverse

from intake.models.form import FormField
from intake.models.product_request import ProductRequest
from intake.models.support import SupportTicket
from intake.models.theme import Theme
from prodops.audit.models import Comment, Recorded
from prodops.people.permissions import is_insider
from prodops.ui import marking

LONGEST_QUOTE = 2_000
OF_ONE_RECORD = Q(product_request__isnull=False, ticket=None) | Q(
    product_request=None, ticket__isnull=False
)
# FOR SHARE: whoever merges the theme at this moment waits, or is waited for.
LIVING_THEME = pgtrigger.Trigger(
    name="living_theme",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("attached_to_id", "quote_id"),
    func="""
        SELECT product_request_id, ticket_id INTO NEW.product_request_id, NEW.ticket_id
        FROM intake_quote WHERE id = NEW.quote_id;
        SELECT coalesce(merged_into_id, id) INTO NEW.theme_id
        FROM intake_theme WHERE id = NEW.attached_to_id FOR SHARE;
        RETURN NEW;
    """,
)
OWN_COMMENT = pgtrigger.Trigger(
    name="own_comment",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("comment_id", "product_request_id"),
    condition=pgtrigger.Q(new__comment__isnull=False),
    func="""
        IF NOT EXISTS (
            SELECT 1 FROM audit_comment JOIN intake_productrequest USING (thread_id)
            WHERE audit_comment.id = NEW.comment_id
            AND intake_productrequest.id = NEW.product_request_id
        ) THEN
            RAISE EXCEPTION 'a quote of a comment belongs to the request it was written on';
        END IF;
        RETURN NEW;
    """,
)


class Part(models.TextChoices):
    """Where in a record the words stand; `whole` is the record without any words."""

    TITLE = "title", "Title"
    BODY = "body", "Text"
    TALK = "talk", "Conversation"
    WHY = "why", "Why it matters"
    ANSWER = "answer", "Answer"
    COMMENT = "comment", "Comment"
    WHOLE = "whole", "All of it"


class Quote(models.Model):
    """A passage of a request or a ticket: its words, and where they stood in the text then."""

    product_request = models.ForeignKey(
        ProductRequest, models.CASCADE, null=True, blank=True, related_name="quotes"
    )
    ticket = models.ForeignKey(
        SupportTicket, models.CASCADE, null=True, blank=True, related_name="quotes"
    )
    part = models.CharField(max_length=7, choices=Part)
    field = models.ForeignKey(
        FormField,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="quotes",
        help_text="The question, where an answer is quoted.",
    )
    comment = models.ForeignKey(
        Comment, models.CASCADE, null=True, blank=True, related_name="quotes"
    )
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    text = models.TextField(blank=True, max_length=LONGEST_QUOTE)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        triggers = [Recorded(), OWN_COMMENT]
        constraints = [
            # MD5: two thousand characters may be longer than an index takes.
            models.UniqueConstraint(
                *("product_request", "ticket", "part", "field", "comment", "start", "end"),
                MD5("text"),
                nulls_distinct=False,
                name="quote_once",
            ),
            models.CheckConstraint(condition=OF_ONE_RECORD, name="quote_of_one_record"),
            models.CheckConstraint(
                condition=Q(part="answer", field__isnull=False, comment=None, ticket=None)
                | Q(part="comment", comment__isnull=False, field=None, ticket=None)
                | Q(part__in=["title", "body", "whole"], field=None, comment=None)
                | Q(part="why", field=None, comment=None, ticket=None)
                | Q(part="talk", field=None, comment=None, product_request=None),
                name="quote_names_its_place",
            ),
            models.CheckConstraint(
                condition=Q(part="whole", start=None, end=None, text="")
                | (
                    Q(part__in=["title", "body", "talk", "why", "answer", "comment"])
                    & ~Q(text="")
                    & Q(end=F("start") + Length("text"))
                ),
                name="quote_is_as_long_as_its_words",
            ),
        ]

    def __str__(self):
        return f"“{self.text}”" if self.text else f"All of {self.source_key}"

    def get_absolute_url(self):
        """Where it stands on the page of its request or ticket."""
        name = "request" if self.product_request_id else "ticket"
        page = reverse(f"intake:{name}", args=[self.product_request_id or self.ticket_id])
        return f"{page}#quote-{self.pk}"

    @property
    def source(self):
        """The request or ticket it was said in."""
        return self.product_request or self.ticket

    @property
    def source_key(self):
        if self.product_request_id:
            return f"REQ-{self.product_request_id}"
        return f"TKT-{self.ticket_id}"

    @property
    def is_whole(self):
        return self.part == Part.WHOLE

    @property
    def is_internal(self):
        """Said among colleagues: it goes to nobody outside."""
        return self.part == Part.COMMENT and not self.comment.is_public

    @property
    def place(self):
        """Where it was said, in words; "" for the text of a request or a ticket itself."""
        if self.part == Part.ANSWER:
            return f"Answer to “{self.field}”"
        if self.part == Part.COMMENT:
            return "Internal comment" if self.is_internal else "Comment"
        if self.part == Part.TALK:
            return "Conversation"
        return ""

    def locate(self, words: str) -> tuple[int, int] | None:
        """Return where the quote stands in a part's words now; None when they are gone."""
        if words[self.start : self.end] == self.text:
            return self.start, self.end
        return marking.find(words, self.text, near=self.start)


class ThemeQuoteQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Only for insiders, and so are the internal comments that are quoted among them."""
        return self if is_insider(user) else self.none()

    def live(self):
        return self.filter(removed_at=None)

    def of_requests(self):
        return self.filter(product_request__isnull=False)

    def of_tickets(self):
        return self.filter(ticket__isnull=False)

    def once(self):
        """Keep one row a quote and theme, the earliest: two themes that were merged had it both."""
        first = self.order_by("quote", "theme", "at", "pk").distinct("quote", "theme")
        return self.model._default_manager.filter(pk__in=first.values("pk"))

    def for_display(self):
        return self.select_related("theme", "by").order_by("theme__name", "at", "pk")

    def for_rows(self):
        """With quote, what it was said in and by whom, as lists show them, newest first.

        Annotates `said_title` and `said_account`, by which a list is sorted.
        """
        related = (
            *("quote__comment__by", "quote__field", "ticket__account", "ticket__person"),
            *("product_request__account", "product_request__author"),
        )
        return (
            self.for_display()
            .select_related(*related)
            .annotate(
                said_title=Coalesce("product_request__title", "ticket__subject"),
                said_account=Coalesce("product_request__account__name", "ticket__account__name"),
            )
            .order_by("-at", "-pk")
        )


class ThemeQuote(models.Model):
    """A quote speaks for a theme; taken away, the row stays so that it can come back.

    `attached_to` is the theme somebody chose, `theme` the one that lives on: triggers keep it, so
    a merge carries each quote over and an undone one takes exactly these back. They keep the
    quote's `product_request` or `ticket` here too: a theme is weighed without reading the quotes.
    """

    quote = models.ForeignKey(Quote, models.CASCADE, related_name="links")
    attached_to = models.ForeignKey(Theme, models.PROTECT, related_name="own_links")
    theme = models.ForeignKey(Theme, models.PROTECT, related_name="links")
    product_request = models.ForeignKey(
        ProductRequest, models.CASCADE, null=True, blank=True, related_name="theme_links"
    )
    ticket = models.ForeignKey(
        SupportTicket, models.CASCADE, null=True, blank=True, related_name="theme_links"
    )
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
            models.CheckConstraint(condition=OF_ONE_RECORD, name="theme_quote_of_one_record"),
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
            models.Index(
                fields=["theme", "ticket"],
                condition=Q(removed_at=None, ticket__isnull=False),
                name="theme_quote_by_ticket",
            ),
        ]

    def __str__(self):
        return f"{self.quote} for {self.theme}"

    @property
    def source(self):
        return self.product_request or self.ticket

    @property
    def account(self):
        return self.source.account

    @property
    def speaker(self):
        """Whose words they are: a person, or a name where that is all; needs `for_rows`."""
        if self.quote.comment:
            return self.quote.comment.by
        if self.ticket:
            return self.ticket.person or self.ticket.who
        return self.product_request.author

"""How themes look in the text of a request."""

from django import template
from django.utils.html import escape
from django.utils.safestring import mark_safe

from intake.models.quote import Part
from prodops.ui import markdown as markdown_text
from prodops.ui import marking

register = template.Library()


@register.simple_tag
def marked(product_request, part, quotes):
    """One part of a request as HTML, with what speaks for themes marked; see `read_quotes`."""
    text = getattr(product_request, part)
    html = escape(text) if part == Part.TITLE else markdown_text.render(text)
    spans = [
        marking.Span(*one.span, one.quote.pk, ", ".join(str(link.theme) for link in one.links))
        for one in quotes or []
        if one.quote.part == part and one.span
    ]
    return mark_safe(marking.mark(html, spans)) if spans else html  # noqa: S308 (was sanitised)


@register.simple_tag
def growth(theme):
    """A theme's growth against the quarter before, in words: "+3"."""
    return f"{theme.growth:+d}" if theme.growth else "0"

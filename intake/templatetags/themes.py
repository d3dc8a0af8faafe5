"""How themes look in the texts of requests and tickets."""

from django import template
from django.utils.html import escape, format_html_join
from django.utils.safestring import mark_safe

from intake.models import SupportTicket
from intake.models.passages import read_part
from intake.models.quote import Part
from prodops.ui import markdown as markdown_text
from prodops.ui import marking

register = template.Library()


@register.simple_tag
def marked(source, part, quotes):
    """One part of a request or ticket as HTML, with what is quoted marked; see `read_quotes`."""
    if isinstance(source, SupportTicket):
        html = escape(read_part(source, part))
    else:
        text = getattr(source, part)
        html = escape(text) if part == Part.TITLE else markdown_text.render(text)
    return _mark(html, [one for one in quotes or [] if one.quote.part == part])


@register.simple_tag
def marked_answer(answer, quotes):
    """What was answered to one question as HTML, with what is quoted marked."""
    own = [one for one in quotes or [] if one.quote.field_id == answer.field_id]
    return _mark(escape(answer.words), own)


@register.simple_tag
def growth(standing):
    """A theme's growth against the quarter before, in words: "+3"."""
    return f"{standing.growth:+d}" if standing.growth else "0"


@register.simple_tag
def trend_bars(trend):
    """The bars of a small chart, made at once: a list has hundreds of them."""
    last = trend.bars[-1]
    return format_html_join(
        "",
        '<rect class="trend__bar{}{}" x="{}" y="{}" width="{}" height="{}">'
        "<title>{}</title></rect>",
        (
            (
                " trend__bar--partial" if bar is last else "",
                "" if bar.count else " trend__bar--none",
                *(bar.x, bar.y, trend.bar_width, bar.height, bar.words),
            )
            for bar in trend.bars
        ),
    )


def _mark(html, quotes):
    spans = [one.mark for one in quotes if one.span]
    return mark_safe(marking.mark(html, spans)) if spans else html  # noqa: S308 (was sanitised)

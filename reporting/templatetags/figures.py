"""How figures are written on pages."""

from datetime import datetime

from django import template
from django.utils.html import format_html

from prodops.ui.templatetags import ui
from reporting import words
from reporting.metrics.evidence import Link

register = template.Library()

TONES = {"good": "positive", "watch": "caution", "bad": "negative"}


@register.filter
def amount(kept, definition):
    """A kept value with its unit, or why there is none."""
    return words.value(kept, definition)


@register.filter
def bare(given, unit):
    """A number as precise as its unit deserves, without the unit."""
    return words.number(given, unit)


@register.filter
def unit(given, unit):
    """The unit that belongs to this number: "day" to 1."""
    return words.unit_of(given, unit)


@register.filter
def signed(given, unit):
    return words.change(given, unit)


@register.filter
def target(definition):
    return words.target(definition)


@register.filter
def rests_on(kept):
    return words.rests_on(kept)


@register.filter
def left_out(kept):
    return words.excluded(kept)


@register.filter
def beside(kept):
    """The numbers that belong beside a value, as (label, amount)."""
    return words.companions(kept)


@register.filter
def by_class(kept):
    """The classes of service of a value, as (name, n, median, 85th percentile)."""
    return words.classes(kept)


@register.filter
def tone(status):
    """The badge's tone for good, watch, bad or unknown."""
    return TONES.get(status, "unknown")


@register.simple_tag
def cell(value, column, decimals):
    """One cell of the rows behind a figure: a link, a date, text or a number of its column."""
    if value is None:
        return "–"
    if isinstance(value, Link):
        return (
            format_html('<a href="{}">{}</a>', value.url, value.label) if value.url else value.label
        )
    if isinstance(value, datetime):
        return ui.day(value)
    if isinstance(value, int | float):
        places = decimals.get(column)
        return f"{value:,g}" if places is None else f"{value:,.{places}f}"
    return value

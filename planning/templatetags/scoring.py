"""Small questions the scoring pages ask of what their views give them."""

from decimal import Decimal

from django import template

from planning.models import scoring

register = template.Library()


@register.filter
def at(found, key):
    """The entry of a dict under a key, None when there is none."""
    return found.get(key)


@register.filter
def voted(present):
    """How many of those present have voted."""
    return sum(has_voted for _, has_voted in present)


@register.filter
def plain(value):
    """A value of a scale as it was written, with two decimals at most."""
    return "" if value is None else scoring.plain(round(Decimal(value), 2))

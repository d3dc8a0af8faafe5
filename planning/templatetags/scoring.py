"""Small questions the scoring pages ask of what their views give them."""

from django import template

register = template.Library()


@register.filter
def at(found, key):
    """The entry of a dict under a key, None when there is none."""
    return found.get(key)


@register.filter
def voted(present):
    """How many of those present have voted."""
    return sum(has_voted for _, has_voted in present)

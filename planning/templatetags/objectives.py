"""Values of key results in templates."""

from django import template

from planning.services import words

register = template.Library()


@register.filter
def said(value, unit=""):
    """Return a value with its unit: "42 %"."""
    return words.with_unit(value, unit)


@register.filter
def measured(key_result):
    """Return from where to where: "12 → 20 %"."""
    return words.measured(key_result)


@register.filter
def is_stale(key_result, at):
    return key_result.is_stale(at)

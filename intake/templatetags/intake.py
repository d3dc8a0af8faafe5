"""How a request's state and clock look."""

from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from intake.services import introduce
from prodops.ui.templatetags.ui import badge

register = template.Library()
register.filter("introduced_to", introduce)


@register.simple_tag
def state_badge(product_request):
    return badge(product_request.get_state_display(), product_request.tone)


@register.simple_tag
def request_link(product_request):
    """The title as a link to its record, the key before it."""
    return format_html(
        '<a class="row__link" href="{}"><span class="row__key">{}</span>{}</a>',
        _address(product_request.pk),
        product_request.key,
        product_request.title,
    )


@lru_cache(maxsize=4096)
def _address(pk):
    return reverse("intake:request", args=[pk])


@register.simple_tag
def clock(product_request):
    """The clock that runs out first as a badge, the exact moment on hover; nothing once decided."""
    running = product_request.clock(timezone.now())
    if running is None:
        return ""
    return badge(running.words, running.tone, f"{moment(running.due_at)}. {running.title}")


@register.filter
def moment(value):
    """A moment to hold us to: "Thu 26 Nov, 12:00"."""
    return "" if value is None else _moment(value, timezone.get_current_timezone())


@lru_cache(maxsize=4096)
def _moment(value, zone):
    local = value.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b, %H:%M}"


@register.simple_tag
def promise(product_request, user):
    """When we answer, for who asked: by when, that we are late, or whom we wait for."""
    if product_request.paused_since:
        who = "you" if product_request.author_id == user.pk else product_request.author
        return f"Paused while we wait for {who}"
    due_at = product_request.answer_due_at
    if due_at < timezone.now():
        return f"We meant to answer by {moment(due_at)} and are late"
    return f"We answer by {moment(due_at)}"


@register.filter
def money(amount):
    """ARR in short: "120k", "1.4m"."""
    if not amount:
        return "–"
    if amount >= 1_000_000:
        return f"{amount / 1_000_000:.1f}m"
    return f"{amount / 1000:,.0f}k"

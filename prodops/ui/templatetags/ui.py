"""Template tags every page shares; they are built in, so no page loads them."""

import datetime
import functools

from django import template
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from heroicons.templatetags.heroicons import heroicon_outline

from prodops.ui import markdown as markdown_text
from prodops.ui import marking, navigation, toasts, words

register = template.Library()

TONES = ("neutral", "accent", "positive", "caution", "negative", "unknown")
# A list makes the same few hundred pieces again and again. Typed, because a safe text equals one
# that is still to be escaped.
kept = functools.lru_cache(maxsize=4096, typed=True)


@register.simple_tag
@kept
def icon(name, label="", size=18):
    """A heroicons outline; silent to screen readers unless `label` names it."""
    named = {"role": "img", "aria_label": label} if label else {}
    hidden = "false" if label else "true"
    return heroicon_outline(name, size=size, aria_hidden=hidden, **named, **{"class": "icon"})


@register.simple_tag
@kept
def badge(text, tone="neutral", title=""):
    """A state as a word with a shape; the tone gives shape and colour."""
    tone = tone if tone in TONES else "neutral"
    if title:
        return format_html('<span class="badge badge--{}" title="{}">{}</span>', tone, title, text)
    return format_html('<span class="badge badge--{}">{}</span>', tone, text)


@register.simple_tag
def when(moment, empty="–"):
    """A moment in relative words, the exact one on hover."""
    if moment is None or moment == "":
        return format_html('<span class="muted">{}</span>', empty)
    if not isinstance(moment, datetime.datetime):
        return day(moment)
    return format_html(
        "{}{}</time>",
        _time(moment, timezone.get_current_timezone()),
        words.relative(moment, timezone.now()),
    )


@kept
def _time(moment, zone):
    """The start of a <time>; `zone` is the one its words are in."""
    iso = moment.isoformat(timespec="minutes")
    return format_html('<time datetime="{}" title="{}">', iso, words.exact(moment))


@register.simple_tag
def day(date, empty="–"):
    """A date such as "3 Nov 2026", its weekday on hover."""
    if date is None or date == "":
        return format_html('<span class="muted">{}</span>', empty)
    if isinstance(date, datetime.datetime):
        date = timezone.localtime(date).date() if timezone.is_aware(date) else date.date()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        date.isoformat(),
        words.long_date(date),
        words.short_date(date),
    )


@register.simple_tag
def person(user, empty="Nobody yet"):
    """A person's initials and name."""
    if user is None or user == "":
        return format_html('<span class="muted">{}</span>', empty)
    name = str(user)
    return _named((getattr(user, "pk", None) or len(name)) % 8, name)


@kept
def _named(colour, name):
    return format_html(
        '<span class="person" title="{2}"><span class="avatar avatar--{0}" aria-hidden="true">'
        '{1}</span><span class="person__name">{2}</span></span>',
        colour,
        words.initials(name),
        name,
    )


@register.simple_block_tag
def panel(content, title="", tone="plain", id="", subtitle=""):
    """A titled box around whatever stands between {% panel %} and {% endpanel %}."""
    context = {"content": content, "title": title, "tone": tone, "id": id, "subtitle": subtitle}
    return render_to_string("components/panel.html", context)


@register.simple_block_tag
def empty(content, title, text="", icon="inbox"):
    """What an empty page is for and, inside the block, the first step."""
    context = {"content": content, "title": title, "text": text, "icon": icon}
    return render_to_string("components/empty.html", context)


@register.simple_block_tag
def fact(content, label):
    """One line of a record's facts: goes into <dl class="facts">."""
    return format_html('<div class="fact"><dt>{}</dt><dd>{}</dd></div>', label, content)


@register.simple_tag
def crumb(label, url_name="", *args):
    """One step of the breadcrumbs; without an address it is plain text."""
    if not url_name:
        return format_html("<li>{}</li>", label)
    href = url_name if url_name.startswith("/") else reverse(url_name, args=args)
    return format_html('<li><a href="{}">{}</a></li>', href, label)


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(context, label, url, tone="", icon="", size="", title="", **values):
    """A button that posts `values` to `url`; tone is primary, danger or quiet."""
    request = context.get("request")
    return {
        "label": label,
        "url": url,
        "tone": tone,
        "icon": icon,
        "size": size,
        "title": title,
        "values": values,
        "token": get_token(request) if request else "",
    }


@register.inclusion_tag("components/form.html", takes_context=True)
def form(context, form, submit="Save", action="", cancel="", tone="primary", id=""):
    """A whole form: error summary, fields with label, help and error, and its buttons."""
    request = context.get("request")
    return {
        "form": form,
        "submit": submit,
        "action": action,
        "cancel": cancel,
        "tone": tone,
        "id": id,
        "token": get_token(request) if request else "",
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form):
    """The summary of what is wrong, each line a link to its field."""
    wrong = [field for field in form if field.errors] if form.is_bound else []
    return {"form": form, "wrong": wrong, "general": form.non_field_errors()}


@register.inclusion_tag("components/navigation.html", takes_context=True)
def shell_navigation(context):
    """The sidebar's entries that this person may open, with what waits for them."""
    request = context["request"]
    return {"sections": navigation.sections_for(request, context.get("attention") or {})}


@register.simple_tag(takes_context=True)
def section_crumb(context):
    """The section of the sidebar the page belongs to: the breadcrumb of a page that says none."""
    title = navigation.section_of(context["request"])
    return format_html("<li>{}</li>", title) if title else ""


@register.simple_tag(takes_context=True)
def waiting(context, name):
    """How many things wait for this person under `name` in the attention counts."""
    return navigation.count(context.get("attention") or {}, name)


@register.simple_tag(takes_context=True)
def toasts_waiting(context):
    request = context.get("request")
    return toasts.read(request) if request is not None else []


@register.simple_tag(takes_context=True)
def row_select(context):
    """The cell with a row's checkbox; nothing in a list that has no bulk acts."""
    if not context.get("has_bulk"):
        return ""
    row = context["object"]
    return format_html(
        '<td class="row__select"><input type="checkbox" name="pk" value="{}" form="bulk"'
        ' aria-label="Select {}"></td>',
        row.pk,
        getattr(row, "key", row),
    )


@register.filter
def markdown(text, marks=None):
    """People's Markdown as sanitised HTML, with some of its words marked; see `marking.Span`."""
    html = markdown_text.render(text)
    return mark_safe(marking.mark(html, marks)) if marks else html  # noqa: S308 (was sanitised)


@register.filter
def figure(number, decimals=None):
    """A number with thousands separators; an en dash when there is none."""
    return words.figure(number, decimals)


@register.filter
def percent(share):
    """A share of one in per cent; "n/a" when there is none."""
    return words.percent(share)

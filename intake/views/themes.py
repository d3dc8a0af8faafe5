"""Themes as a list in their tree, and the record of one."""

from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from intake.models import Backing, ProductRequest, SupportTicket, Theme, ThemeQuote
from intake.models.theme import requests_of
from intake.views.theme_lists import QUOTES, THEMES
from prodops.audit import timeline
from prodops.people.permissions import (
    can_run_operations,
    can_see_revenue,
    can_triage,
    is_insider,
    require,
)
from prodops.ui import lists

QUOTES_SHOWN = 20
REQUESTS_SHOWN = 25
TICKETS_SHOWN = 25
ACCOUNTS_SHOWN = 20


@require_GET
@require(is_insider)
def themes(request):
    """The themes in use, or those of the state that is asked for."""
    at = timezone.now()
    rows = Theme.objects.visible_to(request.user).with_standing(at).for_display()
    if request.GET.get("state") not in Theme.State.values:
        rows = rows.in_use()
    context = {
        "may_change": can_triage(request.user),
        "may_order": can_run_operations(request.user),
        "sees_revenue": can_see_revenue(request.user),
    }
    return lists.respond(request, THEMES, rows, context=context)


@require_GET
@require(is_insider)
def quotes(request):
    rows = ThemeQuote.objects.visible_to(request.user).live().once().for_rows()
    return lists.respond(request, QUOTES, rows)


@require_GET
def theme(request, pk):
    """One theme: what was said, by whom, how it grows, and what is planned for it."""
    user, at = request.user, timezone.now()
    rows = Theme.objects.visible_to(user).with_standing(at).for_display()
    theme = get_object_or_404(rows.select_related("thread"), pk=pk)
    context = {
        "theme": theme,
        "accounts": _accounts(theme) if can_see_revenue(user) else [],
        "initiatives": _initiatives(theme),
        "merged_themes": list(theme.merged_themes.order_by("name", "pk")),
        "may_change": can_triage(user),
        "sees_revenue": can_see_revenue(user),
        "thread": theme.thread,
        "timeline": timeline.build(theme.thread, user, story=request.GET.get("story")),
        **_said(theme, user),
    }
    return render(request, "intake/themes/theme.html", context)


def _said(theme, user):
    """The newest quotes, requests and tickets; one more of each than is shown, if there are."""
    newest = ThemeQuote.objects.live().filter(theme=theme).once().order_by("-at", "-pk")
    keys = list(newest.values_list("pk", flat=True)[: QUOTES_SHOWN + 1])
    requests = requests_of(theme).visible_to(user).for_rows()
    return {
        "quotes": list(ThemeQuote.objects.filter(pk__in=keys).for_rows()),
        "quotes_shown": QUOTES_SHOWN,
        "requests": list(requests[: REQUESTS_SHOWN + 1]),
        "requests_shown": REQUESTS_SHOWN,
        "tickets": list(_tickets(theme, user)[: TICKETS_SHOWN + 1]),
        "tickets_shown": TICKETS_SHOWN,
    }


def _tickets(theme, user):
    rows = SupportTicket.objects.visible_to(user).of_theme(theme)
    return rows.select_related("account", "person").defer("text").order_by("-opened_at", "-pk")


def _accounts(theme):
    """The accounts behind a theme, the largest first.

    With how many of its people were `heard`, requests `asked` and tickets `told`. The largest of
    both sides hold the largest of all.
    """
    people, requests = (Count(name, distinct=True) for name in ("person", "product_request"))
    voices = Backing.objects.filter(product_request__in=requests_of(theme))
    found: dict[int, dict] = {}
    for rows in (
        _by_account(voices).annotate(heard=people, asked=requests),
        _by_account(SupportTicket.objects.of_theme(theme)).annotate(told=Count("pk")),
    ):
        for row in rows.order_by("-account__arr", "account__name", "account")[:ACCOUNTS_SHOWN]:
            none = {"heard": 0, "asked": 0, "told": 0}
            found[row["account"]] = {**none, **found.get(row["account"], {}), **row}
    largest = sorted(
        found.values(), key=lambda each: (-each["account__arr"], each["account__name"])
    )
    return largest[:ACCOUNTS_SHOWN]


def _by_account(rows):
    named = rows.filter(account__isnull=False).order_by()
    return named.values("account", "account__name", "account__arr")


def _initiatives(theme):
    """What is planned for its requests, by the names that planning's models give us."""
    if not hasattr(ProductRequest, "initiative_links"):
        return []
    links = ProductRequest._meta.get_field("initiative_links").related_model.objects
    rows = links.filter(product_request__in=requests_of(theme)).select_related("initiative__thread")
    found: dict[int, list] = {}
    for link in rows.order_by("initiative", "pk"):
        found.setdefault(link.initiative_id, [link.initiative, 0])[1] += 1
    return sorted(found.values(), key=lambda each: -each[1])

"""Themes as a list in their tree, and the record of one."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from intake.models import Account, Backing, ProductRequest, SupportTicket, Theme, ThemeQuote
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
    quotes = ThemeQuote.objects.live().filter(theme=theme).once().for_rows()
    requests = requests_of(theme).visible_to(user).for_rows()
    return {
        "quotes": list(quotes[: QUOTES_SHOWN + 1]),
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

    With how many of its people were `heard`, requests `asked` and tickets `told`.
    """
    voices = Backing.objects.filter(product_request__in=requests_of(theme))
    people, requests = (Count(name, distinct=True) for name in ("person", "product_request"))
    told = SupportTicket.objects.of_theme(theme)
    behind = Account.objects.filter(
        Q(pk__in=voices.values("account")) | Q(pk__in=told.values("account"))
    )
    of_account = {"account": OuterRef("pk")}
    figures = {
        "heard": _figure(voices.filter(**of_account), people),
        "asked": _figure(voices.filter(**of_account), requests),
        "told": _figure(told.filter(**of_account), Count("pk")),
    }
    return list(behind.annotate(**figures).order_by("-arr", "name", "pk")[:ACCOUNTS_SHOWN])


def _figure(rows, count):
    counted = rows.order_by().values("account").annotate(figure=count).values("figure")
    return Coalesce(Subquery(counted), 0)


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

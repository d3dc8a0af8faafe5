"""Attaching the words of a request to themes, on its record and in the cockpit."""

from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from intake import services
from intake.forms.themes import QuoteForm, ThemingForm
from intake.models import ProductRequest, ThemeQuote
from intake.models.quote import read_quotes
from intake.views.back import back_to
from intake.views.listing import REQUESTS
from prodops.people.permissions import can_triage, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import done, sent
from prodops.ui.toasts import toast

MOST_AT_ONCE = 200


def words_of(product_request, user, *, place):
    """What `_words.html` shows of a request to one person; requesters see no themes."""
    return {
        "product_request": product_request,
        "quotes": read_quotes(product_request) if is_insider(user) else [],
        "sees_themes": is_insider(user),
        "may_quote": can_triage(user),
        "place": place,
    }


@require_http_methods(["GET", "POST"])
@require(can_triage)
def quoting(request, pk):
    """Choose the themes that words speak for; posted from a page, its words come back marked."""
    product_request = get_object_or_404(ProductRequest.objects.visible_to(request.user), pk=pk)
    form = QuoteForm(sent(request), initial=request.GET.dict(), auto_id="quote_%s")

    def act():
        links = _attach(product_request, request.user, **form.cleaned_data)
        _say(request, product_request, links)

    if request.method == "POST" and done(form, act, refusal=services.Refusal):
        return _words(request, product_request)
    context = {
        "form": form,
        "quotes": [],
        "product_request": product_request,
        "place": request.GET.get("place", ""),
    }
    template = "intake/themes/_quoting.html" if request.htmx else "intake/themes/quoting.html"
    response = render(request, template, context, status=422 if form.errors else 200)
    if request.htmx:
        reswap(retarget(response, "#quoting-place"), "innerHTML")
    return response


@require_http_methods(["POST"])
@require(can_triage)
def theming(request):
    """Ask which themes the chosen requests speak for as a whole, then attach all or none."""
    rows = ProductRequest.objects.visible_to(request.user).for_display()
    keys = lists.selected(request, REQUESTS, rows).order_by("pk").values_list("pk", flat=True)
    chosen = list(ProductRequest.objects.filter(pk__in=list(keys[:MOST_AT_ONCE])).order_by("pk"))
    if not chosen:
        toast(request, "Select at least one request.", tone="negative")
        return redirect(back_to(request, "intake:requests"))
    form = ThemingForm(request.POST if "attach" in request.POST else None)
    if form.is_bound and done(
        form, lambda: _attach_all(request, chosen, form), refusal=services.Refusal
    ):
        return redirect(back_to(request, "intake:requests"))
    context = {"form": form, "chosen": chosen, "next": back_to(request, "intake:requests")}
    return render(
        request, "intake/themes/theming.html", context, status=422 if form.errors else 200
    )


@require_POST
@require(can_triage)
def remove(request, pk):
    """Take a quote away from a theme."""
    link = _find(request, pk)

    def act():
        services.remove_quote(link=link, by=request.user, at=timezone.now())
        undo_url = reverse("intake:quote-restoration", args=[link.pk])
        toast(request, f"Took the quote away from {link.theme}.", undo_url=undo_url)

    return _change(request, link, act)


@require_POST
@require(can_triage)
def restore(request, pk):
    """Bring back what was taken away."""
    link = _find(request, pk)

    def act():
        services.restore_quote(link=link, by=request.user, at=timezone.now())
        toast(request, f"The quote speaks for {link.theme} again.")

    return _change(request, link, act)


@require_POST
@require(can_triage)
def take_back(request, pk):
    """Undo an attachment with all its themes."""
    link = _find(request, pk)

    def act():
        services.take_back(link=link, by=request.user, at=timezone.now())
        toast(request, "It is as it was before.")

    return _change(request, link, act)


def _find(request, pk):
    rows = ThemeQuote.objects.visible_to(request.user)
    related = ("theme__thread", "quote__product_request__thread")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _change(request, link, act):
    product_request = link.quote.product_request
    try:
        act()
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return _words(request, product_request)


def _words(request, product_request):
    """The words of a request with their themes: alone for htmx, otherwise back to the page."""
    if not request.htmx:
        return redirect(back_to(request, product_request.thread.path))
    place = "triage" if request.POST.get("place") == "triage" else "record"
    context = words_of(product_request, request.user, place=place)
    return render(request, "intake/themes/_words.html", context)


@transaction.atomic
def _attach(product_request, user, *, words, themes, new_theme, part, near, place):
    told = {"by": user, "at": timezone.now()}
    chosen = [*themes, *([services.create_theme(name=new_theme, **told)] if new_theme else [])]
    where = {"part": part, "near": near or 0} if part != "whole" else {}
    return services.attach_quote(
        product_request=product_request, themes=chosen, words=words, **where, **told
    )


def _say(request, product_request, links):
    if not links:
        toast(request, "It speaks for these themes already.", tone="neutral")
        return
    names = ", ".join(str(link.theme) for link in links)
    undo_url = reverse("intake:quote-undo", args=[links[0].pk])
    toast(request, f"Attached to {names}.", undo_url=undo_url)


@transaction.atomic
def _attach_all(request, chosen, form):
    themes, told = form.cleaned_data["themes"], {"by": request.user, "at": timezone.now()}
    for product_request in chosen:
        services.attach_quote(product_request=product_request, themes=themes, **told)
    names = ", ".join(str(theme) for theme in themes)
    toast(request, f"Attached {len(chosen)} request{'' if len(chosen) == 1 else 's'} to {names}.")

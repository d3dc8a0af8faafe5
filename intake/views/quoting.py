"""Attaching what was said to themes: on the record of a request or ticket, and in the cockpit."""

from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from intake import services
from intake.forms.themes import QuoteForm, ThemingForm
from intake.models import ProductRequest, SupportTicket, ThemeQuote
from intake.models.passages import marks_of_comments, passages, read_quotes
from intake.views.back import back_to
from intake.views.listing import REQUESTS
from prodops.audit.models import Comment
from prodops.people.permissions import can_triage, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import done, sent
from prodops.ui.toasts import toast

MOST_AT_ONCE = 200


def words_of(source, user, *, place):
    """What `_words.html` shows of a request or ticket to one person; requesters see no themes."""
    is_ticket = isinstance(source, SupportTicket)
    return {
        "ticket" if is_ticket else "product_request": source,
        "source": source,
        "words_id": f"words-{source.key if is_ticket else source.pk}",
        "noun": "ticket" if is_ticket else "request",
        "quoting_url": reverse(_name(is_ticket), args=[source.pk]),
        "quotes": read_quotes(source) if is_insider(user) else [],
        "sees_themes": is_insider(user),
        "may_quote": can_triage(user),
        "place": place,
    }


def _name(is_ticket):
    return "intake:ticket-quoting" if is_ticket else "intake:quoting"


@require_http_methods(["GET", "POST"])
@require(can_triage)
def quoting(request, pk):
    """Choose the themes that words of a request speak for; from a page, they come back marked."""
    visible = ProductRequest.objects.visible_to(request.user)
    return _quote(request, get_object_or_404(visible, pk=pk))


@require_http_methods(["GET", "POST"])
@require(can_triage)
def ticket_quoting(request, pk):
    """The same for a support ticket."""
    visible = SupportTicket.objects.visible_to(request.user)
    return _quote(request, get_object_or_404(visible.select_related("thread"), pk=pk))


def _quote(request, source):
    context = words_of(source, request.user, place=request.GET.get("place", "")) | {"quotes": []}
    form = QuoteForm(
        sent(request), initial=request.GET.dict(), auto_id="quote_%s", noun=context["noun"]
    )

    def act():
        form.links = _attach(source, request.user, **form.cleaned_data)
        _say(request, form.links)

    if request.method == "POST" and done(form, act, refusal=services.Refusal):
        return _words(request, source, form.links)
    if request.htmx:
        template = "intake/themes/_quoting.html"
    else:
        template, context["passages"] = "intake/themes/quoting.html", list(passages(source))
    status = 422 if form.errors else 200
    response = render(request, template, {**context, "form": form}, status=status)
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
    related = ("theme__thread", "quote__product_request__thread", "quote__ticket__thread")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def _change(request, link, act):
    source = link.quote.source
    try:
        act()
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return _words(request, source, [link])


def _words(request, source, links):
    """The words of a record with their themes: alone for htmx, otherwise back to the page.

    A comment that is concerned comes along, wherever on the page it stands.
    """
    if not request.htmx:
        return redirect(back_to(request, source.thread.path))
    place = "triage" if request.POST.get("place") == "triage" else "record"
    context = words_of(source, request.user, place=place)
    if place == "record":
        context["said_again"] = _said_again(request, source, links)
    if isinstance(source, ProductRequest):
        context["answers"] = source.answers.select_related("field").order_by(
            "field__position", "field"
        )
    return render(request, "intake/themes/_words.html", context)


def _said_again(request, source, links):
    """The comments that quotes are of, each with what is marked in it now."""
    concerned = {link.quote.comment_id for link in links} - {None}
    marks = marks_of_comments(source.thread, request.user) if concerned else {}
    comments = Comment.objects.visible_to(request.user).filter(pk__in=concerned)
    return [(comment, marks.get(comment.pk)) for comment in comments.order_by("pk")]


@transaction.atomic
def _attach(source, user, *, words, themes, new_theme, part, near, place):
    told = {"by": user, "at": timezone.now()}
    chosen = [*themes, *([services.create_theme(name=new_theme, **told)] if new_theme else [])]
    said = {"themes": chosen, "words": words, "part": part, "near": near or 0}
    if isinstance(source, SupportTicket):
        return services.attach_ticket(ticket=source, **said, **told)
    return services.attach_quote(product_request=source, **said, **told)


def _say(request, links):
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

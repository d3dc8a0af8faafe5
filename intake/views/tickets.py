"""Support tickets: the list, the record, and what is done with one or many."""

from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intake import services
from intake.forms.tickets import AttachForm, TagForm, TakeOffForm, TicketRequestForm
from intake.models import ProductRequest, SupportTicket, Theme, TicketLink
from intake.models.passages import told_of_tickets
from intake.services import Refusal, tagging, tickets
from intake.views.quoting import words_of
from intake.views.ticket_list import TICKETS
from prodops.audit import timeline
from prodops.people.permissions import can_run_operations, can_triage, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import done, sent
from prodops.ui.toasts import toast

MOST_SUGGESTED = 3


@require_GET
@require(is_insider)
def ticket_list(request):
    rows = SupportTicket.objects.visible_to(request.user).for_display()
    if request.GET.get("format") != "csv":
        rows = rows.defer("text", "conversation")
    context = {
        "may_import": can_run_operations(request.user),
        "may_triage": can_triage(request.user),
    }
    return lists.respond(request, TICKETS, rows, context=context)


@require_GET
def record(request, pk):
    """One ticket, what it is evidence for, and its story."""
    ticket = _find(request, pk)
    links = ticket.links.select_related("product_request", "backing").order_by("at", "pk")
    context = {
        "links": links,
        "thread": ticket.thread,
        "timeline": timeline.build(ticket.thread, request.user, story=request.GET.get("story")),
        "may_triage": can_triage(request.user),
        "tag_form": TagForm(),
        "suggested": Theme.objects.suggested_by_tags(ticket)[:MOST_SUGGESTED],
        **words_of(ticket, request.user, place="record"),
    }
    return render(request, "intake/ticket.html", context)


@require_POST
@require(can_triage)
def tag(request):
    """Tag the selected tickets, or one from its page."""
    chosen = lists.selected(request, TICKETS, SupportTicket.objects.visible_to(request.user))
    form = TagForm(request.POST if "add" in request.POST else None)
    if not form.is_valid():
        context = {"form": form, "chosen": list(chosen.order_by("pk")), "next": _next(request)}
        status = 422 if form.is_bound else 200
        return render(request, "intake/ticket_tagging.html", context, status=status)
    changed = tagging.tag_tickets(
        tickets=chosen, by=request.user, at=timezone.now(), **form.cleaned_data
    )
    toast(request, f"Changed the tags of {changed} ticket{'' if changed == 1 else 's'}.")
    return redirect(_next(request))


@require_POST
@require(can_triage)
def attach(request):
    """Attach the selected tickets to a request, to a theme, or to both."""
    chosen = lists.selected(request, TICKETS, SupportTicket.objects.visible_to(request.user))
    chosen = list(chosen.select_related("thread", "account", "person").order_by("pk"))
    visible = ProductRequest.objects.visible_to(request.user).select_related("merged_into")
    form = AttachForm(request.POST if "request" in request.POST else None, visible=visible)
    if not chosen:
        toast(request, "Select at least one ticket.", tone="negative")
        return redirect(_next(request))
    if form.is_bound and done(
        form, lambda: _attach(request, chosen, form.cleaned_data), refusal=Refusal
    ):
        return redirect(_next(request))
    context = {"form": form, "chosen": chosen, "next": _next(request)}
    status = 422 if form.is_bound else 200
    return render(request, "intake/ticket_attaching.html", context, status=status)


@transaction.atomic
def _attach(request, chosen, wanted):
    told = {"by": request.user, "at": timezone.now()}
    product_request, theme = wanted["request"], wanted["theme"]
    if product_request:
        count = tickets.attach_tickets(tickets=chosen, product_request=product_request, **told)
        toast(request, f"Attached {count} ticket{_s(count)} to {product_request.living.key}.")
    if theme:
        made = [services.attach_ticket(ticket=each, themes=[theme], **told) for each in chosen]
        count = sum(map(len, made))
        toast(request, f"Put {count} ticket{_s(count)} to “{theme}”.")


@require_POST
@require(can_triage)
def detach(request, pk):
    links = TicketLink.objects.filter(ticket__in=SupportTicket.objects.visible_to(request.user))
    link = get_object_or_404(
        links.select_related("ticket__thread", "product_request", "backing"), pk=pk
    )
    tickets.detach_ticket(link=link, by=request.user, at=timezone.now())
    toast(request, f"{link.ticket.key} is no evidence for {link.product_request.key} any more.")
    return redirect("intake:ticket", link.ticket_id)


@require_POST
@require(can_triage)
def take_off(request):
    """Ask which themes the selected tickets shall speak for no more, then take them off."""
    chosen = lists.selected(request, TICKETS, SupportTicket.objects.visible_to(request.user))
    form = TakeOffForm(request.POST if "take" in request.POST else None, chosen=chosen)
    if form.is_valid():
        themes = form.cleaned_data["themes"]
        told = {"by": request.user, "at": timezone.now()}
        count = services.take_tickets_off(tickets=chosen, themes=themes, **told)
        names = ", ".join(f"“{theme}”" for theme in themes)
        toast(request, f"Took {count} ticket{_s(count)} off {names}.")
        return redirect(_next(request))
    if not form.fields["themes"].queryset.exists():
        toast(request, "These tickets speak for no theme.", tone="neutral")
        return redirect(_next(request))
    context = {"form": form, "chosen": list(chosen.order_by("pk")), "next": _next(request)}
    status = 422 if form.is_bound else 200
    return render(request, "intake/ticket_untheming.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(can_triage)
def make_request(request, pk):
    """Ask for what a ticket asks for."""
    ticket = _find(request, pk)
    started = {"title": ticket.subject, "body": ticket.text[:20_000]}
    form = TicketRequestForm(sent(request), initial=started)

    def ask():
        made = tickets.request_of_ticket(
            ticket=ticket, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        toast(request, f"Made {made.key} of {ticket.key}.")

    if form.is_bound and done(form, ask, refusal=Refusal):
        return redirect("intake:ticket", pk)
    context = {"ticket": ticket, "form": form}
    status = 422 if form.errors else 200
    return render(request, "intake/ticket_request.html", context, status=status)


def _find(request, pk):
    visible = SupportTicket.objects.visible_to(request.user).for_display()
    rows = visible.select_related("thread", "imported__importing")
    return get_object_or_404(rows.annotate(quoted=told_of_tickets()), pk=pk)


def _s(count):
    return "" if count == 1 else "s"


def _next(request):
    """Where the person came from, if that is a path of ours."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_ours and target.startswith("/") else "intake:tickets"

"""Outgoing mail: what was sent, what failed, what nobody knows."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from prodops.notifications import outbox as files
from prodops.notifications.models import Mail
from prodops.notifications.services import delivery
from prodops.people.permissions import can_administer, can_run_operations, require
from prodops.ui import lists
from prodops.ui.toasts import toast

MAILS = lists.ListPage(
    slug="outbox",
    title="Outbox",
    columns=(
        lists.Column("queued", "Queued", value=lambda mail: mail.queued_at, order=("queued_at",)),
        lists.Column("to", "To", value=lambda mail: mail.to, order=("to",)),
        lists.Column("subject", "Subject", value=lambda mail: mail.body.subject),
        lists.Column("state", "State", value=lambda mail: mail.get_state_display()),
        lists.Column("attempts", "Attempts", value=lambda mail: mail.attempts, numeric=True),
        lists.Column("error", "What happened", value=lambda mail: mail.error),
    ),
    filters=(
        lists.Filter(
            "state",
            "State",
            lambda user: Mail.State.choices,
            lambda rows, value, user: rows.filter(state=value),
        ),
    ),
    search=("to__icontains", "body__subject__icontains"),
    order=("-queued_at", "-pk"),
    row_template="notifications/_mail_row.html",
    empty_title="No mail yet",
    empty_text="Every mail the hub sends is listed here with how it ended.",
    empty_icon="envelope",
    template="notifications/outbox.html",
    noun="mail",
    nouns="mails",
)


@require_GET
@require(can_run_operations)
def outbox(request):
    context = {"writes_files": files.is_used(), "states": Mail.objects.count_by_state()}
    return lists.respond(
        request, MAILS, Mail.objects.visible_to(request.user).for_display(), context=context
    )


@require_POST
@require(can_run_operations)
def resend(request, pk):
    """Send a failed or unknown mail again; only a person may decide that."""
    mail = get_object_or_404(Mail.objects.visible_to(request.user), pk=pk)
    if delivery.resend(mail=mail, at=timezone.now()):
        toast(request, f"Queued the mail to {mail.to} again.")
    else:
        toast(request, f"The mail to {mail.to} needs no second sending.", tone="neutral")
    return redirect("notifications:outbox")


@require_POST
@require(can_run_operations)
def confirm(request, pk):
    """Note that an unknown mail did arrive."""
    mail = get_object_or_404(Mail.objects.visible_to(request.user), pk=pk)
    if delivery.confirm(mail=mail, at=timezone.now()):
        toast(request, f"Noted that {mail.to} has the mail.")
    return redirect("notifications:outbox")


@require_GET
@require(can_administer)
def letters(request):
    """The messages written to files while no mail server is set."""
    if not files.is_used():
        raise Http404("Mail goes to a server.")
    return render(request, "notifications/letters.html", {"letters": files.letters()})


@require_GET
@require(can_administer)
def letter(request, name):
    """One such message, its text part only: HTML from a file is never shown as a page."""
    found = files.letter(name) if files.is_used() else None
    if found is None:
        raise Http404("There is no such message.")
    return render(request, "notifications/letter.html", {"letter": found})

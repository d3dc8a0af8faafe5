"""Mail that came in: what became of each, and what to do about those set aside."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intake import services
from intake.forms import MailPolicyForm
from intake.models import Attachment, MailPolicy
from prodops.integrations.mailbox import message
from prodops.integrations.mailbox.models import InboundMail, Mailbox
from prodops.people.permissions import can_administer, can_run_operations, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

State = InboundMail.State
LONGEST_SHOWN = 30_000

MAILS = lists.ListPage(
    slug="mails",
    title="Mail",
    columns=(
        lists.Column("subject", "Subject", lambda each: each.subject, ("subject",)),
        lists.Column("sender", "From", lambda each: each.sender, ("sender",)),
        lists.Column("state", "What became of it", lambda each: each.get_state_display()),
        lists.Column("reason", "Why", lambda each: each.reason),
        lists.Column("record", "Record", lambda each: each.thread.key if each.thread else ""),
        lists.Column("arrived", "Came", lambda each: each.arrived_at, ("arrived_at",)),
    ),
    filters=(
        lists.Filter(
            "state",
            "State",
            lambda user: State.choices,
            lambda rows, value, user: rows.filter(state=value),
        ),
    ),
    search=("subject__icontains", "sender__icontains", "thread__key__iexact"),
    order=("-arrived_at", "-pk"),
    row_template="intake/_mail_row.html",
    empty_title="No mail yet",
    empty_text="What people write to a mailbox of the hub is listed here with what became of it.",
    empty_icon="envelope",
    template="intake/mails.html",
    noun="mail",
    nouns="mails",
)


@require_GET
@require(can_run_operations)
def mails(request):
    rows = InboundMail.objects.visible_to(request.user).for_display()
    aside = InboundMail.objects.visible_to(request.user).filter(state=State.ASIDE)
    return lists.respond(request, MAILS, rows, context={"aside": aside.count()})


@require_GET
@require(can_run_operations)
def mail(request, pk):
    """One mail as the hub reads it, and as it came."""
    visible = InboundMail.objects.visible_to(request.user).select_related(
        "mailbox", "person", "thread", "settled_by"
    )
    found = get_object_or_404(visible, pk=pk)
    raw = found.content
    context = {
        "mail": found,
        "letter": _letter(raw),
        "addressees": message.addressees(raw),
        "source": raw[:LONGEST_SHOWN].decode("utf-8", "replace"),
        "is_cut": len(raw) > LONGEST_SHOWN,
        "attachments": Attachment.objects.visible_to(request.user).present().filter(mail=found),
        "may_welcome": can_administer(request.user) and _is_held(found),
    }
    return render(request, "intake/mail.html", context)


@require_POST
@require(can_run_operations)
def retry(request, pk):
    """Take a mail in once more; `anyway` passes over doubts about its sender."""
    is_forced = "anyway" in request.POST
    return _take_in(request, pk, services.try_mail_again, is_forced=is_forced)


@require_POST
@require(can_administer)
def welcome(request, pk):
    """Make an account for the sender and take the mail in."""
    found = get_object_or_404(InboundMail.objects.visible_to(request.user), pk=pk)
    if not _is_held(found):
        toast(request, f"{found.sender or 'Nobody'} needs no account.", tone="negative")
        return redirect("intake:mail", pk)
    return _take_in(request, pk, services.welcome_sender)


@require_POST
@require(can_run_operations)
def dismiss(request, pk):
    found = get_object_or_404(InboundMail.objects.visible_to(request.user), pk=pk)
    services.ignore_mail(mail=found, by=request.user, at=timezone.now())
    toast(request, "Ignored.")
    return redirect("intake:mails")


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def policy(request, pk):
    """Say what becomes of the mail of one mailbox."""
    mailbox = get_object_or_404(Mailbox.objects.visible_to(request.user), pk=pk)
    kept = MailPolicy.objects.filter(mailbox=mailbox).first() or MailPolicy(mailbox=mailbox)
    initial = {"kind": kept.kind_id, "strangers": kept.strangers}
    form = MailPolicyForm(sent(request), initial=initial)
    if form.is_valid():
        MailPolicy.objects.update_or_create(mailbox=mailbox, defaults=form.cleaned_data)
        toast(request, f"Saved what becomes of mail to {mailbox.address}.")
        return redirect(mailbox)
    context = {"mailbox": mailbox, "form": form}
    return render(request, "intake/mail_policy.html", context, status=422 if form.errors else 200)


def _take_in(request, pk, act, **options):
    found = get_object_or_404(InboundMail.objects.visible_to(request.user), pk=pk)
    settled = act(mail=found, by=request.user, at=timezone.now(), **options)
    if settled.thread:
        toast(request, f"{settled.get_state_display()}: {settled.thread.key}.")
    else:
        toast(request, settled.reason or "It stays as it is.", tone="caution")
    return redirect("intake:mail", pk)


def _is_held(found):
    """It waits for an account: set aside or turned away, from somebody who has none."""
    return found.person_id is None and bool(found.sender) and found.state in UNSETTLED


UNSETTLED = {State.ASIDE, State.IGNORED}


def _letter(raw):
    try:
        return message.read(raw) if raw else None
    except message.Unreadable:
        return None

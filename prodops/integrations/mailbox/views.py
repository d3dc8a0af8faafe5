"""Mailboxes: set up by administrators, looked after by product ops."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from prodops.integrations.errors import SourceError
from prodops.integrations.mailbox import services
from prodops.integrations.mailbox.forms import ASKED_TO_OPEN, MailboxForm
from prodops.integrations.mailbox.models import Mailbox
from prodops.people.permissions import can_administer, can_run_operations, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

LATEST = 10


@require_GET
@require(can_run_operations)
def mailboxes(request):
    found = Mailbox.objects.visible_to(request.user).for_display()
    return render(request, "mailbox/mailboxes.html", {"mailboxes": found})


@require_GET
@require(can_run_operations)
def mailbox(request, pk):
    """State of one mailbox and its latest mail."""
    found = _find(request, pk)
    mails = found.mails.visible_to(request.user).for_display()[:LATEST]
    return render(request, "mailbox/mailbox.html", {"mailbox": found, "mails": mails})


@require_http_methods(["GET", "POST"])
@require(can_administer)
def new(request):
    return _save(request, MailboxForm(sent(request)), None)


@require_http_methods(["GET", "POST"])
@require(can_administer)
def edit(request, pk):
    found = _find(request, pk)
    names = [name for name in MailboxForm.base_fields if name != "password"]
    initial = {name: getattr(found, name) for name in names}
    return _save(request, MailboxForm(sent(request), initial=initial, mailbox=found), found)


@require_POST
@require(can_administer)
def switch(request, pk):
    found = _find(request, pk)
    is_on = request.POST.get("on") == "1"
    services.switch_mailbox(mailbox=found, is_active=is_on)
    toast(request, f"{found} is switched {'on' if is_on else 'off'}.")
    return redirect(found)


@require_POST
@require(can_run_operations)
def read_now(request, pk):
    found = _find(request, pk)
    services.read_now(mailbox=found)
    toast(request, "A worker is reading it.")
    return redirect(found)


def _find(request, pk):
    return get_object_or_404(Mailbox.objects.visible_to(request.user).for_display(), pk=pk)


def _save(request, form, found):
    """Sign in as entered, then save; "untested" saves what does not work."""
    tested, is_wrong, is_test = "", False, "test" in request.POST
    if form.is_valid():
        if is_test or (form.needs_test and "untested" not in request.POST):
            tested = _test(form, found)
            is_wrong = not tested
        if not is_test and not is_wrong:
            saved = services.save_mailbox(mailbox=found, at=now(), **form.cleaned_data)
            toast(request, f"Saved {saved}.")
            page = saved.get_absolute_url()
            return HttpResponseClientRedirect(page) if request.htmx else redirect(page)
    context = {"form": form, "mailbox": found, "tested": tested}
    context["offers_untested"] = is_wrong and not is_test
    status = 422 if form.errors else 200
    return render(request, "mailbox/edit.html", context, status=status)


def _test(form, found):
    """Return what the server said; a refusal becomes an error of the form."""
    entered = {name: form.cleaned_data[name] for name in ASKED_TO_OPEN}
    try:
        entered["password"] = entered["password"] or services.password_of(found)
        return services.test_mailbox(**entered)
    except SourceError as error:
        form.add_error(None, str(error))
        return ""

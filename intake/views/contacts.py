"""Contacts with customers: all of them, and writing one down."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from intake import services
from intake.forms import BudgetForm, ContactForm, WhichAccountForm
from intake.models import Account, Contact, ProductRequest
from prodops.people.permissions import can_run_operations, can_triage, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import done, sent
from prodops.ui.toasts import toast

CONTACTS = lists.ListPage(
    slug="contacts",
    title="Contacts",
    columns=(
        lists.Column("on", "Day", lambda one: one.on, ("on",)),
        lists.Column("account", "Customer", lambda one: one.account, ("account__name",)),
        lists.Column("person", "With", lambda one: one.person or "", ("person__name",)),
        lists.Column("by", "By", lambda one: one.by, ("by__name",)),
        lists.Column("channel", "How", lambda one: one.get_channel_display(), ("channel",)),
        lists.Column("about", "About", lambda one: one.about),
        lists.Column("reason", "Against the budget", lambda one: one.override_reason),
    ),
    filters=(
        lists.Filter(
            "by",
            "By",
            lambda user: [("me", "me")],
            lambda rows, value, user: rows.filter(by=user),
        ),
        lists.Filter(
            "channel",
            "How",
            lambda user: Contact.Channel.choices,
            lambda rows, value, user: rows.filter(channel=value),
        ),
        lists.Filter(
            "budget",
            "Budget",
            lambda user: [("over", "Made all the same"), ("within", "Kept")],
            lambda rows, value, user: rows.over_budget(value == "over"),
        ),
    ),
    search=("account__name__icontains", "person__name__icontains", "about__icontains"),
    order=("-on", "-pk"),
    row_template="intake/_contact_row.html",
    empty_title="Nobody has written down a contact yet",
    empty_text="Write down each time somebody here speaks or writes to a customer, so that no"
    " customer is asked twice.",
    empty_icon="phone",
    template="intake/contacts.html",
    noun="contact",
    nouns="contacts",
)


@require_GET
@require(is_insider)
def contacts(request):
    rows = Contact.objects.visible_to(request.user).for_display()
    return lists.respond(request, CONTACTS, rows)


@require_http_methods(["GET", "POST"])
@require(can_triage)
def new_contact(request):
    """Write down a contact with a customer; the form says first whether one is due now."""
    product_request = _about(request)
    account = product_request.account if product_request else _chosen(request)
    if account is None:
        return _which(request)
    form = ContactForm(sent(request), account=account, initial={"on": timezone.localdate()})

    def log():
        given = {"account": account, "product_request": product_request, **form.cleaned_data}
        made = services.log_contact(by=request.user, at=timezone.now(), **given)
        toast(request, f"Written down: {made.whom}.")

    if done(form, log, refusal=services.Refusal):
        return redirect(product_request.thread.path if product_request else account)
    warnings = services.contact_warnings(account=account, person=None, on=timezone.localdate())
    context = {"form": form, "account": account, "product_request": product_request}
    context["warnings"] = [] if form.is_bound else warnings
    return render(request, "intake/contact.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def budget(request):
    """How often customers may be contacted."""
    now = services.read_budget()
    initial = {"person_days": now.person_days, "account_days": now.account_days}
    form = BudgetForm(sent(request), initial=initial)
    if form.is_valid():
        services.set_budget(**form.cleaned_data)
        toast(request, "Saved the contact budget.")
        return redirect("intake:contacts")
    status = 422 if form.is_bound else 200
    return render(request, "intake/contact_budget.html", {"form": form}, status=status)


def _about(request):
    """The request a contact is about, when its page led here and it names a customer."""
    key = lists.key_of(request.GET.get("request", ""))
    if key is None:
        return None
    visible = ProductRequest.objects.visible_to(request.user).exclude(account=None)
    return get_object_or_404(visible.select_related("account", "thread"), pk=key)


def _chosen(request):
    form = WhichAccountForm(request.GET, accounts=Account.objects.visible_to(request.user))
    return form.cleaned_data["account"] if form.is_valid() else None


def _which(request):
    data = request.GET if "account" in request.GET else None
    form = WhichAccountForm(data, accounts=Account.objects.visible_to(request.user))
    return render(request, "intake/contact_account.html", {"form": form}, status=_wrong(request))


def _wrong(request):
    return 422 if request.method == "POST" or "account" in request.GET else 200

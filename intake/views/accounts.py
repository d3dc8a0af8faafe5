"""Customers: who they are, what they ask for, and whether they may be contacted."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intake import services
from intake.forms import ContactPersonForm, SilenceForm
from intake.models import Account, DoNotContact
from intake.views.import_filter import FROM_IMPORT
from prodops.people.permissions import (
    can_run_operations,
    can_see_revenue,
    can_triage,
    is_insider,
    require,
)
from prodops.ui import lists
from prodops.ui.forms import done, sent
from prodops.ui.toasts import toast

SHOWN = 20
STANDINGS = [("free", "May be contacted"), ("resting", "Too soon"), ("silent", "Do not contact")]


def _segments(user):
    return list(Account.Segment.choices)


def _tiers(user):
    tiers = Account.objects.exclude(tier="").order_by("tier").values_list("tier", flat=True)
    return [(tier, tier) for tier in tiers.distinct()]


def _by_standing(accounts, value, user):
    silent = DoNotContact.objects.standing(timezone.localdate()).filter(person=None)
    if value == "silent":
        return accounts.filter(pk__in=silent.values("account"))
    resting = accounts.resting(timezone.localdate(), services.read_budget().account_days)
    if value == "resting":
        return resting
    return accounts.exclude(pk__in=silent.values("account")).exclude(pk__in=resting.values("pk"))


ACCOUNTS = lists.ListPage(
    slug="accounts",
    title="Accounts",
    columns=(
        lists.Column("name", "Customer", lambda one: one.name, ("name",)),
        lists.Column("segment", "Segment", lambda one: one.get_segment_display(), ("segment",)),
        lists.Column("tier", "Tier", lambda one: one.tier, ("tier",)),
        lists.Column("arr", "ARR", lambda one: one.arr, ("arr",), True),
        lists.Column("requests", "Requests", lambda one: one.requests, ("requests",), True),
        lists.Column("voices", "Voices", lambda one: one.voices, ("voices",), True),
        lists.Column("contact", "Contact", lambda one: one.silent_because or ""),
        lists.Column("spoken", "Spoke last", lambda one: one.spoken_on, ("spoken_on",)),
    ),
    filters=(
        lists.Filter(
            "segment", "Segment", _segments, lambda rows, value, user: rows.filter(segment=value)
        ),
        lists.Filter("tier", "Tier", _tiers, lambda rows, value, user: rows.filter(tier=value)),
        lists.Filter("contact", "Contact", lambda user: STANDINGS, _by_standing),
        FROM_IMPORT,
    ),
    search=("name__icontains",),
    order=("name", "pk"),
    row_template="intake/_account_row.html",
    empty_title="No customers yet",
    empty_text="An administrator adds them, or an import of requests brings them along.",
    empty_icon="building-office-2",
    noun="account",
    nouns="accounts",
)


@require_GET
@require(is_insider)
def accounts(request):
    rows = Account.objects.visible_to(request.user).for_display(timezone.localdate())
    return lists.respond(request, ACCOUNTS, rows)


@require_GET
@require(is_insider)
def account(request, pk):
    """One customer: what they ask for, who stands behind it, who spoke to whom."""
    today = timezone.localdate()
    visible = Account.objects.visible_to(request.user).for_display(today)
    found = get_object_or_404(visible, pk=pk)
    asked = found.product_requests.visible_to(request.user)
    context = {
        "account": found,
        "product_requests": asked.for_display()[:SHOWN],
        "total": found.product_requests.count(),
        "people": found.people.for_display(),
        "contacts": found.contacts.for_display()[:SHOWN],
        "silences": found.silences.standing(today).for_display(),
        "budget": services.read_budget(),
        "sees_revenue": can_see_revenue(request.user),
        "may_contact": can_triage(request.user),
        "may_lift": can_run_operations(request.user),
    }
    return render(request, "intake/account.html", context)


@require_http_methods(["GET", "POST"])
@require(can_triage)
def new_contact_person(request, pk):
    found = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    form = ContactPersonForm(sent(request))

    def add():
        person = services.add_contact_person(account=found, **form.cleaned_data)
        toast(request, f"{person} is listed for {found}.")

    if done(form, add, refusal=services.Refusal):
        return redirect(found)
    context = {"account": found, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "intake/contact_person.html", context, status=status)


@require_http_methods(["GET", "POST"])
@require(can_triage)
def silence(request, pk):
    """Say that nobody contacts this customer, or somebody there, for a while."""
    found = get_object_or_404(Account.objects.visible_to(request.user), pk=pk)
    form = SilenceForm(sent(request), account=found)

    def leave():
        given = {"account": found, "by": request.user, "at": timezone.now(), **form.cleaned_data}
        toast(request, f"{services.leave_in_peace(**given).person or found} is left in peace.")

    if done(form, leave, refusal=services.Refusal):
        return redirect(found)
    context = {"account": found, "form": form}
    return render(request, "intake/silence.html", context, status=422 if form.is_bound else 200)


@require_POST
@require(can_run_operations)
def lifting(request, pk):
    silences = DoNotContact.objects.visible_to(request.user).select_related("account")
    found = get_object_or_404(silences, pk=pk)
    services.lift(silence=found, by=request.user, at=timezone.now())
    toast(request, f"{found.account} may be contacted again.")
    return redirect(found)

"""All requests as a list, and the record of one."""

from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from intake import services
from intake.forms import AnswerForm, AttachForm, BulkSortingForm, ReopenForm
from intake.models import Account, Attachment, Backing, ProductRequest
from intake.models.passages import comment_marks, told_of_requests
from intake.views.exporting import complete
from intake.views.listing import REQUESTS
from intake.views.quoting import words_of
from intake.views.sharing import sharing_of
from prodops.audit import timeline
from prodops.people.permissions import (
    can_plan,
    can_see_revenue,
    can_triage,
    is_insider,
    require,
)
from prodops.ui import lists
from prodops.ui.forms import done
from prodops.ui.toasts import toast

MOST_AT_ONCE = 500
REOPENABLE = {
    ProductRequest.State.ACCEPTED,
    ProductRequest.State.DECLINED,
    ProductRequest.State.CLOSED,
}


@require_GET
@require(is_insider)
def requests(request):
    rows = ProductRequest.objects.visible_to(request.user)
    if request.GET.get("format") == "csv":
        return lists.respond(request, *complete(REQUESTS, rows, request.user))
    return lists.respond(request, REQUESTS, rows.for_rows())


@require_GET
def record(request, pk):
    """One request with everything that hangs on it, as far as this person may know it."""
    user = request.user
    product_request = _with_all_that_is_shown(user).filter(pk=pk).first()
    if product_request is None:
        return _title_alone(request, pk)
    voices = list(_voices(product_request, user))
    context = {
        "product_request": product_request,
        "voices": voices,
        "has_voice": any(each.person_id == user.pk and not each.is_author for each in voices),
        "answer_form": AnswerForm() if _may_answer(product_request, user) else None,
        "reopen_form": ReopenForm(auto_id="reopen_%s"),
        "customer": product_request.customer() if is_insider(user) else None,
        **_rights(product_request, user),
        **sharing_of(product_request, user, voices),
        **_words_and_story(request, product_request),
        **_links(product_request, user),
    }
    return render(request, "intake/request.html", context)


@require_POST
@require(can_triage)
def unmerge(request, pk):
    product_request = get_object_or_404(ProductRequest.objects.visible_to(request.user), pk=pk)
    try:
        services.unmerge(child=product_request, by=request.user, at=timezone.now())
        toast(request, f"{product_request.key} stands on its own again.")
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:request", pk)


@require_POST
@require(can_triage)
def reopen(request, pk):
    product_request = get_object_or_404(ProductRequest.objects.visible_to(request.user), pk=pk)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        toast(request, "Say why it is opened again.", tone="negative")
        return redirect("intake:request", pk)
    try:
        services.reopen(
            product_request=product_request, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        toast(request, f"{product_request.key} is in triage again.")
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:request", pk)


@require_POST
@require(can_triage)
def assign(request):
    """Ask how to sort the selected requests, then sort them all or none."""
    chosen = list(_selection(request).order_by("pk"))
    is_answer = "sort" in request.POST
    form = BulkSortingForm(request.POST if is_answer else None)
    if not chosen:
        toast(request, "Select at least one request.", tone="negative")
        return redirect(_back_to(request))
    if is_answer and done(form, lambda: _sort_all(request, chosen, form), refusal=services.Refusal):
        toast(request, f"Sorted {len(chosen)} requests.")
        return redirect(_back_to(request))
    context = {"form": form, "chosen": chosen, "next": _back_to(request)}
    return render(request, "intake/assignment.html", context, status=422 if form.errors else 200)


@require_POST
@require(can_triage)
def start_triage(request):
    """Take the selected new requests into triage; the others stay as they are."""
    chosen = list(_selection(request).filter(state=ProductRequest.State.NEW).order_by("pk"))
    with transaction.atomic():
        for product_request in chosen:
            services.start_triage(
                product_request=product_request, by=request.user, at=timezone.now()
            )
    toast(request, f"Took {len(chosen)} new requests into triage.")
    return redirect(_back_to(request))


@transaction.atomic
def _sort_all(request, chosen, form):
    for product_request in chosen:
        services.classify(
            product_request=product_request,
            by=request.user,
            at=timezone.now(),
            **form.cleaned_data,
        )


def _selection(request):
    rows = ProductRequest.objects.visible_to(request.user).for_display()
    keys = lists.selected(request, REQUESTS, rows).order_by("pk").values("pk")[:MOST_AT_ONCE]
    return ProductRequest.objects.filter(pk__in=list(keys.values_list("pk", flat=True)))


def _back_to(request):
    """Where the person came from, if that is a path of ours."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if is_ours and target.startswith("/") else "intake:requests"


def _words_and_story(request, product_request):
    """What was said of a request, with what of it speaks for themes marked in both."""
    words = words_of(product_request, request.user, place="record")
    thread, marks = product_request.thread, comment_marks(words["quotes"])
    story = timeline.build(thread, request.user, story=request.GET.get("story"), marks=marks)
    return {**words, "thread": thread, "timeline": story}


def _may_answer(product_request, user):
    is_asked = product_request.state == ProductRequest.State.WAITING
    return is_asked and product_request.author_id == user.pk


def _voices(product_request, user):
    """Insiders see everybody who stands behind a request, a requester only themselves."""
    voices = product_request.backings.select_related("person", "account", "came_from")
    if not is_insider(user):
        voices = voices.filter(person=user)
    return voices.order_by("-is_author", "at", "pk")


def _with_all_that_is_shown(user):
    """The requests a person may see, each with what its page reads of it in one statement."""
    visible = ProductRequest.objects.visible_to(user).for_display().with_answers()
    visible = visible.select_related("thread", "slack_message", "imported")
    return visible.annotate(quoted=told_of_requests()).with_customer(timezone.localdate())


def _rights(product_request, user):
    """What this person may do with a request, and know of it."""
    return {
        "may_triage": can_triage(user),
        "may_plan": can_plan(user),
        "may_reopen": can_triage(user) and product_request.state in REOPENABLE,
        "sees_revenue": can_see_revenue(user),
        "is_insider": is_insider(user),
    }


def customer_of(product_request, user):
    """The account a request is for with its standing today, None for a requester."""
    accounts = Account.objects.visible_to(user).with_standing(timezone.localdate())
    return accounts.filter(pk=product_request.account_id or 0).first()


def _title_alone(request, pk):
    """What somebody reads whose voice came while only the title was promised."""
    voices = Backing.objects.filter(person=request.user, product_request=pk)
    found = get_object_or_404(ProductRequest, pk__in=voices.values("product_request"))
    context = {"product_request": found, "may_withdraw": voices.filter(came_from=None).exists()}
    return render(request, "intake/title_alone.html", context)


def _links(product_request, user):
    """Its files, and what hangs on it in the apps above, by the names their models give us.

    The reverse accessor is enough to follow a link upward without an import upward.
    """
    merged = product_request.merged_requests.visible_to(user)
    found = {
        "attachments": Attachment.objects.visible_to(user).of(product_request),
        "files_form": AttachForm(user=user),
        "merged_requests": merged.select_related("author").order_by("pk"),
    }
    if product_request.merged_into:
        found["living_voices"] = product_request.merged_into.backings.count()
        living = ProductRequest.objects.visible_to(user).filter(pk=product_request.merged_into_id)
        found["sees_living"] = is_insider(user) or living.exists()
    if is_insider(user) and hasattr(product_request, "initiative_links"):
        links = product_request.initiative_links.select_related("initiative__thread")
        found["initiative_links"] = links.prefetch_related("initiative__launches__thread").order_by(
            "pk"
        )
    if is_insider(user) and hasattr(product_request, "told"):
        told = product_request.told.select_related("launch__thread", "person")
        found["told"] = told.order_by("pk")[:50]
    return found

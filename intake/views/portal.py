"""What a requester sees: asking, backing, answering, and what became of it all."""

import uuid

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intake import services
from intake.forms import AnswerForm, BackingForm, FilesForm, ProductRequestForm
from intake.models import Backing, ProductRequest
from intake.views.attachments import read_files
from intake.views.listing import MINE
from prodops.people.permissions import can_submit, is_insider, require
from prodops.people.sent_once import once
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

LEFT = {"csrfmiddlewaretoken", "anyway"}
SIMILAR_SHOWN = 5
LIKE_ENOUGH, VERY_ALIKE = 0.12, 0.35
SHOWN_ON_PORTAL = 8


@require_GET
def portal(request):
    """Ask for something, and see what became of what you asked."""
    mine = _mine(request.user).for_display()
    wanted = mine.filter(state=ProductRequest.State.WAITING, author=request.user)
    context = {
        "product_requests": mine[:SHOWN_ON_PORTAL],
        "unanswered": wanted,
        "total": mine.count(),
    }
    return render(request, "intake/portal.html", context)


@require_GET
def mine(request):
    return lists.respond(request, MINE, _mine(request.user).for_display())


@require_http_methods(["GET", "POST"])
@require(can_submit)
def new(request):
    """Fill the form; what looks similar is shown before it is sent.

    When the kind is changed, the form asks for the questions of that kind alone.
    """
    is_choosing = "choose" in request.POST
    typed = request.POST if is_choosing else request.GET
    form = ProductRequestForm(None if is_choosing else sent(request), initial=typed.dict())
    files = read_files(request, FilesForm)
    similar = []
    if form.is_valid() and not files.errors:
        similar = _similar(form.cleaned_data, request.user, at_least=VERY_ALIKE)
        if not similar or "anyway" in request.POST:
            return _file(request, attachments=files.attachments, **form.cleaned_data)
    elif request.GET.get("title"):
        similar = _similar(request.GET, request.user)
    context = {"form": form, "files_form": files, "similar": similar}
    context["page"] = request.POST.get("page") or uuid.uuid4().hex
    context["is_insider"] = is_insider(request.user)
    context["must_confirm"] = bool(similar and form.is_bound)
    template = "_questions" if request.htmx.target == "questions" else "new"
    status = 422 if form.errors or files.errors else 200
    return render(request, f"intake/{template}.html", context, status=status)


@require_GET
def similar_while_typing(request):
    """The similar requests alone, for the form to show while somebody types."""
    context = {"similar": _similar(request.GET, request.user)}
    return render(request, "intake/_similar_to_draft.html", context)


@require_http_methods(["GET", "POST"])
@require(can_submit)
def back(request, pk):
    """Add a voice to a request that the person may see, or that was suggested to them."""
    product_request = _backable(request, pk)
    if product_request is None:
        return render(request, "intake/not_shown.html", status=404)
    form = BackingForm(request.POST or None)
    told = {"product_request": product_request, "person": request.user, "by": request.user}
    if request.method == "POST" and form.is_valid():
        try:
            backing = services.back(**told, at=timezone.now(), **form.cleaned_data)
        except services.Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            key = backing.product_request.key
            toast(request, f"You back {key} now and hear what becomes of it.")
            return redirect("intake:request", backing.product_request_id)
    context = {"product_request": product_request, "form": form}
    return render(request, "intake/backing.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request, pk):
    """Take back one's own voices for a request."""
    voices = Backing.objects.filter(product_request=pk, person=request.user)
    for backing in voices.select_related("product_request__thread"):
        try:
            services.withdraw(backing=backing, by=request.user, at=timezone.now())
        except services.Refusal as refusal:
            toast(request, str(refusal), tone="negative")
        else:
            toast(request, f"You no longer back {backing.product_request.key}.")
    visible = ProductRequest.objects.visible_to(request.user).filter(pk=pk)
    return redirect("intake:request", pk) if visible else redirect("intake:portal")


@require_POST
def answer(request, pk):
    """Answer what a triager asked; the clocks go on."""
    asked = ProductRequest.objects.filter(author=request.user)
    product_request = get_object_or_404(asked, pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        toast(request, "Write your answer first.", tone="negative")
        return redirect("intake:request", pk)
    try:
        services.resume(
            product_request=product_request, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        toast(request, "Thank you. The clock runs again.")
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:request", pk)


def _file(request, **fields):
    """File it; the same page sent twice at once makes one request."""
    author, at = request.user, timezone.now()

    def make():
        return services.submit(**fields, author=author, by=author, at=at).thread.path

    path = once(user=author, sent=_sent(request), make=make, at=at)
    for made in ProductRequest.objects.filter(author=author, thread__path=path):
        toast(request, f"Sent {made.key}. We answer by {_by(made)}.")
    return redirect(path)


def _sent(request):
    """All that was typed into one page; a post of no page of ours is like no other."""
    page = request.POST.get("page") or uuid.uuid4().hex
    typed = [(name, request.POST.getlist(name)) for name in request.POST if name not in LEFT]
    files = [(name, each.name, each.size) for name, each in request.FILES.items()]
    return repr([page, sorted(typed), sorted(files)])


def _mine(user):
    """What a person asked for, backs or was let read along."""
    return ProductRequest.objects.of(user)


def _backable(request, pk):
    """Find a request to back: one the person may see, or which they were just shown; or None.

    Whether there is one at all, and what it is called, a word that is out of date does not tell.
    """
    user = request.user
    was_suggested = services.was_introduced(request.GET.get("shown", ""), pk, user)
    found = ProductRequest.objects.backable_by(user, was_suggested=was_suggested)
    return found.select_related("merged_into").filter(pk=pk).first()


def _similar(text, user, *, at_least=LIKE_ENOUGH):
    title = (text.get("title") or "")[:200]
    if len(title.strip()) < 4:
        return []
    return services.similar(
        title=title,
        body=text.get("body") or "",
        user=user,
        asker=services.Asker(_key(text, "account"), _key(text, "product_area"), user.pk),
        asked_at=timezone.now(),
        limit=SIMILAR_SHOWN,
        at_least=at_least,
    )


def _key(text, name):
    """Return the primary key of what was chosen, None when nothing was."""
    return lists.key_of(str(getattr(text.get(name), "pk", text.get(name))))


def _by(product_request):
    due = timezone.localtime(product_request.answer_due_at)
    return f"{due:%a} {due.day} {due:%b, %H:%M}"

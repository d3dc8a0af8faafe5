"""Commenting on a record, and editing one's own words."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from prodops.audit.models import Comment, Thread
from prodops.audit.services import TooManyComments
from prodops.audit.views.threads import answer_with_timeline
from prodops.notifications import services
from prodops.notifications.forms import CommentForm, RewordForm
from prodops.people.models import User
from prodops.people.permissions import can_comment, is_insider, require
from prodops.ui.toasts import toast


@require_POST
@require(can_comment)
def comments(request, pk):
    thread = get_object_or_404(Thread.objects.visible_to(request.user), pk=pk)
    form = CommentForm(request.POST)
    if form.is_valid() and _is_unsure(request.user, thread, form):
        return _ask_whether(request, thread, form)
    if form.is_valid() and _said(request, thread, form):
        return answer_with_timeline(request, thread) if request.htmx else redirect(thread.path)
    if request.htmx:
        return _refuse(request, thread, form)
    toast(request, f"Not commented: {_error(form)}", tone="negative")
    return redirect(thread.path)


@require_http_methods(["GET", "POST"])
@require(can_comment)
def comment(request, pk):
    """Edit one's own comment, in place or on a page of its own."""
    visible = Comment.objects.visible_to(request.user).select_related("thread", "by")
    edited = get_object_or_404(visible, pk=pk)
    if edited.by_id != request.user.pk:
        raise PermissionDenied("Only the author may edit a comment.")
    form = RewordForm(request.POST or None, initial={"body": edited.body})
    if form.is_valid():
        services.reword(comment=edited, body=form.cleaned_data["body"], at=timezone.now())
        thread = edited.thread
        return answer_with_timeline(request, thread) if request.htmx else redirect(thread.path)
    template = "notifications/_comment_edit.html" if request.htmx else "notifications/comment.html"
    context = {"comment": edited, "form": form}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _is_unsure(user, thread, form):
    """Whether these are the first words of a colleague that a requester would read."""
    if thread.kind != Thread.REQUEST or not is_insider(user):
        return False
    if not form.is_public or form.is_confirmed:
        return False
    return not Comment.objects.filter(by=user, is_public=True).exists()


def _ask_whether(request, thread, form):
    """Ask before the first words that leave the product team; what was typed stays."""
    readers = thread.followers.filter(role=User.Role.REQUESTER).order_by("name", "pk")
    context = {
        "comment_text": form.cleaned_data["body"],
        "comment_is_public": True,
        "outside_readers": [str(reader) for reader in readers[:4]],
    }
    if request.htmx:
        return answer_with_timeline(request, thread, comment_must_confirm=True, **context)
    return render(request, "notifications/first_words.html", {"thread": thread, **context})


def _said(request, thread, form):
    """Say it; False leaves the form with the reason why not."""
    words = {"body": form.cleaned_data["body"], "is_public": form.is_public}
    try:
        services.say(thread=thread, by=request.user, at=timezone.now(), **words)
    except TooManyComments as refusal:
        form.add_error("body", str(refusal))
    return not form.errors


def _refuse(request, thread, form):
    context = {
        "comment_error": _error(form),
        "comment_text": form.data.get("body", ""),
        "comment_is_public": form.data.get("audience") == "public",
    }
    return answer_with_timeline(request, thread, status=422, **context)


def _error(form):
    return next(iter(form.errors.values()))[0]

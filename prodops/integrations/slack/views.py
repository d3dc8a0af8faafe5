"""Slack workspaces: setting one up, and what came from it."""

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prodops.integrations.errors import SourceError
from prodops.integrations.slack import outbox, services
from prodops.integrations.slack.forms import WorkspaceForm
from prodops.integrations.slack.models import Note, Workspace
from prodops.people.permissions import can_administer, can_run_operations, require
from prodops.ui.toasts import toast

CALLS_SHOWN = NOTES_SHOWN = 30
FIELDS = ("name", "unknown_people", "stand_in", "base_url", "is_active")


@require_GET
@require(can_run_operations)
def workspaces(request):
    found = Workspace.objects.visible_to(request.user).for_display()
    return render(request, "slack/workspaces.html", {"workspaces": found})


@require_GET
@require(can_run_operations)
def workspace(request, pk):
    """How it is set up in Slack, the newest calls and messages, and what became of them."""
    visible = Workspace.objects.visible_to(request.user).for_display()
    found = get_object_or_404(visible, pk=pk)
    context = {
        "workspace": found,
        "address": settings.SITE_URL + reverse("intake:slack", args=[found.token]),
        "calls": found.calls.for_display()[:CALLS_SHOWN],
        "notes": found.notes.for_display()[:NOTES_SHOWN],
    }
    return render(request, "slack/workspace.html", context)


@require_POST
@require(can_run_operations)
def resend_note(request, pk):
    """Send a failed or unknown message again; only a person may decide that."""
    visible = Note.objects.visible_to(request.user).select_related("workspace")
    note = get_object_or_404(visible, pk=pk)
    if outbox.resend(note=note, at=timezone.now()):
        toast(request, "Queued the message again.")
    else:
        toast(request, "The message needs no second sending.", tone="neutral")
    return redirect(note.workspace)


@require_http_methods(["GET", "POST"])
@require(can_administer)
def new_workspace(request):
    return _save(request, WorkspaceForm(request.POST or None), None)


@require_http_methods(["GET", "POST"])
@require(can_administer)
def edit_workspace(request, pk):
    found = get_object_or_404(Workspace.objects.visible_to(request.user), pk=pk)
    initial = {name: getattr(found, name) for name in FIELDS}
    return _save(
        request, WorkspaceForm(request.POST or None, initial=initial, workspace=found), found
    )


def _save(request, form, found):
    """Sign in with a token that was entered, then keep it all."""
    if form.is_valid() and _signs_in(form):
        saved = services.save_workspace(workspace=found, at=timezone.now(), **form.cleaned_data)
        toast(request, f"Saved {saved}.")
        return redirect(saved)
    context = {"form": form, "workspace": found}
    status = 422 if form.is_bound else 200
    return render(request, "slack/edit_workspace.html", context, status=status)


def _signs_in(form):
    values = form.cleaned_data
    if not values["bot_token"]:
        return True
    try:
        known = {"base_url": values["base_url"], "bot_token": values["bot_token"]}
        values["team_id"], _ = services.test_workspace(**known)
    except SourceError as error:
        form.add_error("bot_token", str(error))
    return not form.errors

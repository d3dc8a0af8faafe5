"""What the acts share: finding the record, a form as a page, the answer after an act."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render

from launches.models import Launch
from prodops.people.permissions import can_run_operations
from prodops.ui.toasts import toast


def launch_for(request, pk):
    """Return a launch the person may see, else 404."""
    launches = Launch.objects.visible_to(request.user).select_related("owner", "thread", "template")
    return get_object_or_404(launches, pk=pk)


def may_decide(user, launch):
    """Record the go/no-go, ship and cancel: product ops, or the owner of the launch."""
    return can_run_operations(user) or launch.owner_id == user.pk


def refuse_unless_decider(user, launch):
    if not may_decide(user, launch):
        raise PermissionDenied("Only product ops or the owner of the launch can do this.")


def form_page(request, form, *, launch, title, submit, lead="", tone="primary", template="act"):
    """Show a form as a page of its own; 422 when something is wrong with it."""
    context = {
        "form": form,
        "launch": launch,
        "title": title,
        "submit": submit,
        "lead": lead,
        "tone": tone,
    }
    status = 422 if form.errors else 200
    return render(request, f"launches/{template}.html", context, status=status)


def add_refusal(form, refusal):
    """Put the reason where the person can change it."""
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, str(refusal))


def done(request, launch, text):
    toast(request, text)
    return redirect(launch)

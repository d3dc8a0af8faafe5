"""Themes the hub suggests: the look for them, and what a person makes of each."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intake import services
from intake.forms.themes import ClusterForm
from intake.models import Cluster, ClusterRun
from intake.models.cluster import standings
from prodops.people.permissions import can_see_revenue, can_triage, is_insider, require
from prodops.ui.forms import done, sent
from prodops.ui.toasts import toast

RUNS_SHOWN = 10


@require_GET
@require(is_insider)
def clusters(request):
    """What the newest look found and still waits for a person, and the looks before."""
    at = timezone.now()
    runs = list(ClusterRun.objects.visible_to(request.user).for_display()[:RUNS_SHOWN])
    last = next((each for each in runs if each.state == ClusterRun.State.DONE), None)
    rows = Cluster.objects.visible_to(request.user).filter(run=last).for_display() if last else []
    found = list(rows)
    context = {
        "runs": runs,
        "current": runs[0] if runs else None,
        "last": last,
        "waiting": standings([each for each in found if each.is_open], at),
        "decided": [each for each in found if not each.is_open],
        "may_change": can_triage(request.user),
        "sees_revenue": can_see_revenue(request.user),
    }
    template = "_clusters" if request.htmx.target == "clusters" else "clusters"
    return render(request, f"intake/themes/{template}.html", context)


@require_POST
@require(can_triage)
def look(request):
    """Let a worker look for themes now."""
    try:
        services.ask_for_clusters(by=request.user, at=timezone.now())
        toast(request, "A worker looks for themes now; what it finds appears here.")
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="neutral")
    return redirect("intake:clusters")


@require_http_methods(["GET", "POST"])
@require(can_triage)
def cluster(request, pk):
    """Make a theme of a suggestion, or join it to one; what is not ticked is dropped."""
    rows = Cluster.objects.visible_to(request.user).for_display()
    cluster = get_object_or_404(rows, pk=pk)
    form = ClusterForm(sent(request), cluster=cluster)

    def act():
        form.made = _decide(cluster, request.user, **form.cleaned_data)
        number = len(form.cleaned_data["members"])
        toast(request, f"{number} more speak{'s' if number == 1 else ''} for {form.made}.")

    if request.method == "POST" and done(form, act, refusal=services.Refusal):
        return redirect(form.made)
    context = {
        "form": form,
        "cluster": cluster,
        "standing": standings([cluster], timezone.now())[0],
        "sees_revenue": can_see_revenue(request.user),
    }
    return render(
        request, "intake/themes/cluster.html", context, status=422 if form.errors else 200
    )


@require_POST
@require(can_triage)
def dismiss(request, pk):
    """Say that a suggestion is no theme."""
    cluster = _find(request, pk)
    try:
        services.dismiss_cluster(cluster=cluster, by=request.user, at=timezone.now())
        undo_url = reverse("intake:cluster-return", args=[pk])
        toast(request, f"“{cluster}” will not be suggested again.", undo_url=undo_url)
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:clusters")


@require_POST
@require(can_triage)
def bring_back(request, pk):
    """Take a dismissal back."""
    cluster = _find(request, pk)
    try:
        services.reopen_cluster(cluster=cluster)
        toast(request, f"“{cluster}” waits for a person again.")
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:clusters")


def _find(request, pk):
    return get_object_or_404(Cluster.objects.visible_to(request.user), pk=pk)


def _decide(cluster, user, *, theme, name, group, members):
    told = {"cluster": cluster, "members": members, "by": user, "at": timezone.now()}
    if theme:
        return services.join_cluster(theme=theme, **told)
    return services.confirm_cluster(name=name, group=group, owner=user, **told)

"""Merging many requests at once: a page that says what would become of each, then the act."""

from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from intake import services
from intake.forms import BulkMergeForm
from intake.models import ProductRequest
from intake.views.listing import REQUESTS
from prodops.people.permissions import can_triage, require
from prodops.ui import lists
from prodops.ui.toasts import toast

MOST_AT_ONCE = 100


@require_POST
@require(can_triage)
def choose(request):
    """Lead from the rows ticked in a list to the page that previews their merge."""
    rows = ProductRequest.objects.visible_to(request.user).for_display()
    keys = lists.selected(request, REQUESTS, rows).order_by("pk").values_list("pk", flat=True)
    chosen = list(keys[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        toast(request, f"Merge at most {MOST_AT_ONCE} requests at once.", tone="negative")
        return redirect("intake:requests")
    query = urlencode([("pk", key) for key in chosen])
    return HttpResponseRedirect(f"{reverse('intake:merging')}?{query}")


@require_http_methods(["GET", "POST"])
@require(can_triage)
def merging(request):
    """Show what merging the chosen requests would do; a post does it, all of them or none."""
    typed = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(request, typed)
    if not chosen:
        toast(request, "Select the requests that ask for the same.", tone="negative")
        return redirect("intake:requests")
    form = _form(request, typed, chosen)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _merge(request, chosen, **form.cleaned_data)
        except services.Refusal as found:
            refusal, chosen = str(found), _chosen(request, typed)
    context = {"form": form, "refusal": refusal, **_preview(request, form, chosen)}
    template = "intake/_merging.html" if request.htmx else "intake/merging.html"
    return render(request, template, context, status=422 if refusal or form.errors else 200)


@require_POST
@require(can_triage)
def undo_merging(request, batch):
    """Take back what is left of a bulk merge."""
    try:
        freed = services.unmerge_many(batch=batch, by=request.user, at=timezone.now())
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
        return redirect("intake:requests")
    count = len(freed)
    words = f"{count} requests stand" if count > 1 else f"{freed[0].key} stands"
    toast(request, f"{words} on {'their' if count > 1 else 'its'} own again.")
    return redirect("intake:request", freed[0].pk)


def _chosen(request, typed):
    """Read the chosen requests anew, the one with the most voices first."""
    keys = map(lists.key_of, typed.getlist("pk")[:MOST_AT_ONCE])
    rows = ProductRequest.objects.visible_to(request.user).for_display()
    known = rows.filter(pk__in=[key for key in keys if key is not None])
    return list(known.order_by("-voices", "submitted_at", "pk"))


def _form(request, typed, chosen):
    """Bind what was typed; at first the strongest request that can still grow lives on."""
    data = typed.copy()
    if "into" not in data and not data.get("other"):
        data["into"] = next((each for each in chosen if each.can_be_backed), chosen[0]).pk
    visible = ProductRequest.objects.visible_to(request.user)
    return BulkMergeForm(data, chosen=chosen, visible=visible)


def _preview(request, form, chosen):
    if not form.is_valid():
        return {"chosen": chosen, "preview": None}
    parent = form.cleaned_data["parent"]
    others = [each for each in chosen if each.pk != parent.pk]
    preview = services.preview_merges(children=others, parent=parent, by=request.user)
    return {"chosen": chosen, "preview": preview}


def _merge(request, chosen, *, parent, reason):
    """Merge exactly the requests the page promised; raises Refusal when one no longer can be."""
    promised = set(request.POST.getlist("ready"))
    children = [each for each in chosen if str(each.pk) in promised]
    if not children:
        raise services.Refusal("None of them can be merged.")
    batch = services.merge_many(
        children=children,
        parent=parent,
        reason=reason,
        by=request.user,
        at=timezone.now(),
        seen={each.pk: request.POST.get(f"seen_{each.pk}", "") for each in children},
    )
    count = len(children)
    text = f"Merged {count} request{'s' if count > 1 else ''} into {parent.key}."
    toast(request, text, undo_url=reverse("intake:merging-undo", args=[batch]))
    return redirect("intake:request", parent.pk)

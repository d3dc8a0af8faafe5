"""The Jira queries an initiative follows: a page behind its panel of Jira links."""

from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from planning.forms.initiatives import QueryForm
from planning.models import Initiative, InitiativeQuery
from planning.services.initiative_queries import follow_query, unfollow_query
from planning.views.acts import done
from prodops.people.permissions import can_plan, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
def queries(request, pk):
    """The queries and what each finds; a post follows one more."""
    rows = Initiative.objects.visible_to(request.user).select_related("thread")
    initiative = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        return _follow(request, initiative)
    return _page(request, initiative, QueryForm())


@require(can_plan)
def _follow(request, initiative):
    form = QueryForm(sent(request))
    found = []

    def act():
        told = {"by": request.user, "at": timezone.now()}
        found.append(follow_query(initiative=initiative, **form.cleaned_data, **told)[1])

    if done(form, act):
        number = f"{found[0]} issue{'' if found[0] == 1 else 's'}"
        toast(request, f"{initiative.key} follows the query; it finds {number} now.")
        return redirect("planning:jira-queries", initiative.pk)
    return _page(request, initiative, form)


def _page(request, initiative, form):
    counted = Count("links__counted_issues__issue", distinct=True)
    is_done = Q(links__counted_issues__issue__status__step="finished")
    rows = initiative.jira_queries.select_related("by").annotate(
        link_count=Count("links", distinct=True),
        issues_total=counted,
        issues_done=Count("links__counted_issues__issue", filter=is_done, distinct=True),
    )
    may_plan = can_plan(request.user)
    context = {
        "initiative": initiative,
        "here": "overview",
        "queries": rows.order_by("pk"),
        "form": form,
        "may_plan": may_plan,
        "may_follow": may_plan and not initiative.is_over or form.errors,
    }
    status = 422 if form.errors else 200
    return render(request, "planning/jira_queries.html", context, status=status)


@require_POST
@require(can_plan)
def removal(request, pk):
    rows = InitiativeQuery.objects.select_related("initiative__thread")
    seen = Initiative.objects.visible_to(request.user)
    query = get_object_or_404(rows.filter(initiative__in=seen), pk=pk)
    unfollow_query(query=query, by=request.user, at=timezone.now())
    toast(request, f"{query.initiative.key} no longer follows that query.")
    return redirect("planning:jira-queries", query.initiative_id)

"""The list and the record of decisions: open one, take it, look at it again, carry it off."""

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from intake.models import ProductRequest
from planning import services
from planning.forms.decisions import DecideForm, DecisionForm, ReviewForm
from planning.models import Decision
from planning.services.decisions import review_decision
from planning.services.similar_decisions import similar_decisions
from planning.views import decision_markdown
from planning.views.acts import done, form_page
from planning.views.decision_lists import DECISIONS
from prodops.audit import timeline
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui import lists
from prodops.ui.forms import sent
from prodops.ui.lists import state as states
from prodops.ui.toasts import toast

DRAFTED = ("context", "problem", "outcome", "body", "why")


def _find(request, pk):
    rows = Decision.objects.visible_to(request.user).select_related(
        "thread",
        "decider",
        "opened_by",
        "cycle__thread",
        "initiative__thread",
        "supersedes",
        "team",
    )
    return get_object_or_404(rows, pk=pk)


@require_GET
@require(is_insider)
def decisions(request):
    rows = Decision.objects.visible_to(request.user).for_display()
    return lists.respond(request, DECISIONS, rows)


@require_GET
def decision(request, pk):
    decision = _find(request, pk)
    chain = Decision.objects.chain_of(decision)
    context = {
        "decision": decision,
        "options": list(decision.options.order_by("-is_chosen", "position")),
        "consulted": list(decision.consulted.for_display()),
        "reviews": list(decision.reviews.select_related("by").order_by("-at", "-pk")),
        "chain": chain if len(chain) > 1 else [],
        "replacement": next((one for one in chain if one.supersedes_id == decision.pk), None),
        "similar": _similar(request, decision) if decision.is_stub else [],
        "today": timezone.localdate(),
        "may_plan": can_plan(request.user),
        "thread": decision.thread,
        "timeline": timeline.build(decision.thread, request.user, story=request.GET.get("story")),
    }
    return render(request, "planning/decision.html", context)


def _similar(request, decision):
    return similar_decisions(
        title=decision.title, body=decision.context, user=request.user, exclude=decision.pk
    )


@require_http_methods(["GET", "POST"])
@require(is_insider)
def similar(request):
    """What was decided about the same as what somebody drafts, beside the form or as a page.

    A draft is posted: it may be longer than an address. Nothing is written.
    """
    typed = request.POST if request.method == "POST" else request.GET
    body = " ".join(typed.get(name, "") for name in DRAFTED)
    return _shown(request, title=typed.get("title", ""), body=body)


@require_GET
@require(is_insider)
def about_request(request, pk):
    """What was decided about the same as what somebody asked for."""
    rows = ProductRequest.objects.visible_to(request.user).select_related("thread")
    asked = get_object_or_404(rows, pk=pk)
    return _shown(request, title=asked.title, body=f"{asked.body} {asked.why}", about=asked)


def _shown(request, *, title, body, about=None):
    found = similar_decisions(title=title, body=body, user=request.user)
    context = {"similar": found, "title": title, "about": about}
    template = "_similar" if request.htmx else "similar"
    return render(request, f"planning/decisions/{template}.html", context)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def new(request):
    initial = {name: request.GET.get(name) for name in ("initiative", "cycle", "title")}
    form = DecisionForm(sent(request), user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        decision = services.open_decision(by=request.user, at=timezone.now(), **form.cleaned_data)
        toast(request, f"{decision.key} is open.")
        return redirect(decision)
    template = "planning/decisions/new.html"
    title, submit = "New decision", "Open decision"
    return form_page(request, form, title=title, submit=submit, about=None, template=template)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def decide(request, pk):
    decision = _find(request, pk)
    begun = {"text": decision.decision, "rationale": decision.rationale}
    form = DecideForm(sent(request), user=request.user, initial=begun)

    def act():
        services.decide(decision=decision, by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        toast(request, f"{decision.key} is decided.")
        return redirect(decision)
    return form_page(
        request,
        form,
        title="Decide",
        submit="Record decision",
        about=decision,
        similar=_similar(request, decision),
        template="planning/decide.html",
    )


@require_http_methods(["GET", "POST"])
@require(can_plan)
def review(request, pk):
    decision = _find(request, pk)
    form = ReviewForm(sent(request))

    def act():
        review_decision(decision=decision, by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act):
        toast(request, f"{decision.key} still holds.")
        return redirect(decision)
    title, submit = "Look at it again", "It still holds"
    return form_page(request, form, title=title, submit=submit, about=decision)


@require_GET
def export(request, pk):
    decision = _find(request, pk)
    rows = Decision.objects.filter(pk=pk)
    return _file(rows, decision_markdown.file_name(decision))


@require_GET
@require(is_insider)
def log(request):
    """Every decision that the list shows at the same address, as one Markdown file."""
    state = states.read(request.GET, DECISIONS, request.user)
    rows = Decision.objects.visible_to(request.user).for_display()
    shown = states.narrow(rows, state, DECISIONS, request.user)
    return _file(shown, f"decisions-{timezone.localdate():%Y-%m-%d}.md")


def _file(rows, name):
    return StreamingHttpResponse(
        decision_markdown.lines(rows),
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

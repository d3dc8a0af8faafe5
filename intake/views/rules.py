"""One routing rule: its page, and each change to it while its version is a draft."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intake import services
from intake.forms.rules import ConditionForm, RuleForm
from intake.models import ProductRequest, RoutingCondition, RoutingRule, RoutingVersion
from intake.views.routing import draft_context, numbered
from prodops.people.permissions import can_run_operations, is_insider, require
from prodops.ui.forms import done, sent
from prodops.ui.toasts import toast

REQUESTS_SHOWN = 20
STEPS = {"up": -1, "down": 1}


@require_GET
@require(is_insider)
def rule(request, pk):
    """A rule in words, the requests it sorted lately, and how it came to be."""
    found = get_object_or_404(_visible(request).for_display(), pk=pk)
    versions, book = RoutingVersion.objects.for_display(), services.read_book()
    rules = numbered(versions.get(pk=found.version_id), request.user, book)
    sentence, count = next(each for each in rules if each[0].rule.pk == pk)
    by_line = ProductRequest.objects.visible_to(request.user).for_display()
    context = {
        "rule": found,
        "sentence": sentence,
        "count": count,
        "sorted_by_it": by_line.filter(routing__rule__line=found.line)[:REQUESTS_SHOWN],
        "history": _history(found, book),
        "facts": book.facts.values(),
        "may_change": found.version.is_draft and can_run_operations(request.user),
    }
    return render(request, "intake/rule.html", context)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def new(request):
    """Add a rule to the draft; what it asks is said next, on its own page."""
    version = get_object_or_404(RoutingVersion, state=RoutingVersion.State.DRAFT)
    form = RuleForm(sent(request))
    made = []

    def add():
        values = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        made.append(
            services.add_rule(version=version, by=request.user, at=timezone.now(), **values)
        )

    if done(form, add, refusal=services.Refusal):
        toast(request, f"Added “{made[0]}”. Say now what it asks.")
        return redirect(made[0])
    context = {"form": form, "version": version}
    return render(request, "intake/rule_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def edit(request, pk):
    """Change a rule's name and what it sets."""
    found = get_object_or_404(_visible(request).for_display(), pk=pk)
    names = ("category", "product_area", "team", "owner")
    initial = {name: getattr(found, f"{name}_id") for name in names}
    initial |= {"name": found.name, "priority": found.priority, "takes_turns": found.takes_turns}
    form = RuleForm(sent(request), initial={**initial, "seen": found.changed_at.isoformat()})

    def change():
        services.change_rule(rule=found, by=request.user, at=timezone.now(), **form.cleaned_data)

    if done(form, change, refusal=services.Refusal):
        toast(request, f"Changed “{found}” in the draft.")
        return redirect(found)
    context = {"form": form, "rule": found, "version": found.version}
    return render(request, "intake/rule_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def condition(request, pk):
    """Add a condition about the field that `field` names."""
    found = get_object_or_404(_visible(request).for_display(), pk=pk)
    book = services.read_book()
    fact = book.facts.get(request.GET.get("field", ""))
    if fact is None:
        return redirect(found)
    form = ConditionForm(sent(request), fact=fact, names=book.choices.get(fact.key, {}))

    def add():
        services.add_condition(rule=found, by=request.user, at=timezone.now(), **form.cleaned_data)

    if done(form, add, refusal=services.Refusal):
        return redirect(found)
    context = {"form": form, "rule": found, "fact": fact}
    return render(request, "intake/condition.html", context, status=422 if form.errors else 200)


@require_POST
@require(can_run_operations)
def remove_condition(request, pk):
    found = get_object_or_404(RoutingCondition.objects.select_related("rule__version"), pk=pk)
    _try(request, services.remove_condition, condition=found, by=request.user, at=timezone.now())
    return redirect(found.rule)


@require_POST
@require(can_run_operations)
def move(request, pk):
    """Move a rule up or down; the button that was pressed keeps the focus."""
    found = get_object_or_404(_visible(request).for_display(), pk=pk)
    way = request.POST.get("way", "")
    step = STEPS.get(way, 0)
    _try(request, services.move_rule, rule=found, step=step, by=request.user, at=timezone.now())
    return _draft(request, found, focus=(pk, way))


@require_POST
@require(can_run_operations)
def switch(request, pk):
    found = get_object_or_404(_visible(request).for_display(), pk=pk)
    _try(request, services.switch_rule, rule=found, by=request.user, at=timezone.now())
    return _draft(request, found, focus=(pk, "switch"))


@require_POST
@require(can_run_operations)
def remove(request, pk):
    found = get_object_or_404(_visible(request).for_display(), pk=pk)
    if _try(request, services.remove_rule, rule=found):
        toast(request, f"Removed “{found}” from the draft.")
    return redirect("intake:routing-draft")


def _visible(request):
    return RoutingRule.objects.visible_to(request.user)


def _try(request, service, **words):
    """Call a service; a refusal is said in a toast."""
    try:
        service(**words)
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
        return False
    return True


def _draft(request, found, *, focus):
    """Show the draft's list again, the focus where it was."""
    if not request.htmx or not found.version.is_draft:
        return redirect("intake:routing-draft")
    drafts = RoutingVersion.objects.visible_to(request.user).for_display()
    version = get_object_or_404(drafts, pk=found.version_id)
    context = draft_context(request, version, focus=focus)
    return render(request, "intake/_draft_rules.html", context)


def _history(found, book):
    """Return (version, what it did to this rule) for each version that changed it, newest first."""
    lines = RoutingRule.objects.filter(line=found.line).for_display()
    same = list(lines.order_by("version__number").select_related("version__published_by"))
    told = [
        (each.version, services.differences([before] if before else [], [each], book))
        for before, each in zip([None, *same], same, strict=False)
    ]
    return [(version, changes) for version, changes in reversed(told) if changes]

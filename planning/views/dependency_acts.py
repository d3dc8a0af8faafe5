"""The steps of a dependency: which there are, whose they are, and the page each has."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from planning.forms.dependencies import (
    AgainForm,
    AnswerForm,
    DeliverForm,
    MoveForm,
    ReasonForm,
    StepForm,
    TermsForm,
)
from planning.models import Dependency
from planning.services import dependencies, dependency_answers
from planning.services.dependency_steps import PROMISED, OfferChanged, Side, may_act
from planning.views.acts import done, form_page
from prodops.people.permissions import can_plan, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

State = Dependency.State


@dataclass(frozen=True)
class Step:
    """One thing a side may do while a dependency is in one of `states`."""

    slug: str
    label: str
    side: Side
    states: frozenset[str]
    service: Callable
    form: type[forms.Form]
    done: str
    tone: str = ""

    @property
    def url_name(self) -> str:
        return f"planning:dependency-{self.slug}"

    @property
    def is_plain(self) -> bool:
        """Does it ask for nothing, so that a button does?"""
        return self.form in (AnswerForm, StepForm)


def _step(slug, label, side, states, service, form, done, tone=""):
    return Step(slug, label, side, frozenset(states), service, form, done, tone)


GIVING, ASKING = Side.GIVING, Side.ASKING
STEPS = {
    step.slug: step
    for step in (
        _step(
            "commitment", "Commit", GIVING, {State.PROPOSED},
            dependency_answers.commit_to, AnswerForm, "is committed", "primary",
        ),
        _step(
            "counter-offer", "Offer other terms", GIVING, {State.PROPOSED},
            dependency_answers.counter, TermsForm, "waits for the asking side",
        ),
        _step(
            "delivery", "Deliver", GIVING, PROMISED,
            dependency_answers.deliver, DeliverForm, "waits to be confirmed", "primary",
        ),
        _step(
            "move", "Move the date", GIVING, PROMISED,
            dependency_answers.move_promise, MoveForm, "has another date",
        ),
        _step(
            "refusal", "Refuse", GIVING, {State.PROPOSED, *PROMISED},
            dependency_answers.refuse, ReasonForm, "is refused", "danger",
        ),
        _step(
            "acceptance", "Accept the offer", ASKING, {State.COUNTERED},
            dependencies.accept_offer, AnswerForm, "is committed", "primary",
        ),
        _step(
            "other-terms", "Ask for other terms", ASKING, {State.COUNTERED},
            dependencies.counter_offer, TermsForm, "waits for the giving side",
        ),
        _step(
            "confirmation", "Confirm the delivery", ASKING, {State.DELIVERED},
            dependencies.confirm, StepForm, "is delivered", "primary",
        ),
        _step(
            "dispute", "Dispute it", ASKING, {State.DELIVERED},
            dependencies.dispute, ReasonForm, "is owed again", "danger",
        ),
        _step(
            "withdrawal", "Withdraw", ASKING, {State.PROPOSED, State.COUNTERED, *PROMISED},
            dependencies.withdraw, ReasonForm, "is withdrawn", "quiet",
        ),
        _step(
            "renewal", "Ask again", ASKING, {State.REFUSED, State.WITHDRAWN},
            dependencies.ask_again, AgainForm, "is asked again",
        ),
    )
}  # fmt: skip


def offered_to(dependency: Dependency, sides: set[str]) -> list[Step]:
    """Return the steps that people of `sides` may take now."""
    return [
        step for step in STEPS.values() if dependency.state in step.states and step.side in sides
    ]


@require_http_methods(["GET", "POST"])
@require(can_plan)
def act(request, pk, slug):
    step = STEPS[slug]
    dependency = get_object_or_404(Dependency.objects.visible_to(request.user).for_display(), pk=pk)
    if not may_act(request.user, dependency, step.side):
        raise PermissionDenied(f"{step.slug} is the {step.side} side's")
    form = form_of(step, dependency, sent(request))

    def answer():
        take(step, dependency, form, by=request.user, at=timezone.now())

    if request.method == "POST" and done(form, answer):
        toast(request, f"{dependency.key} {step.done}.")
        return redirect(dependency)
    template = "planning/dependencies/act.html"
    context = {"latest": latest_of(dependency), "tone": step.tone, "template": template}
    label = step.label
    return form_page(request, form, title=label, submit=label, about=dependency, **context)


def latest_of(dependency):
    """Return the offer that is on the table."""
    return dependency.offers.select_related("by").order_by("number").last()


def form_of(step, dependency, data):
    """Return the form of a step, bound to what was sent or as it starts."""
    latest = latest_of(dependency)
    terms = {"on": latest.on, "to_on": dependency.committed_on, "seen": latest.number}
    initial = {**terms, "scope": latest.scope or dependency.scope}
    return step.form(data, dependency=dependency, initial=initial)


def take(step, dependency, form, *, by, at):
    """Take the step; who reads a newer offer only now answers that one the next time."""
    try:
        step.service(dependency=dependency, by=by, at=at, **form.cleaned_data)
    except OfferChanged:
        form.data = {**form.data.dict(), "seen": dependency.offers.count()}
        raise

"""How each kind of overdue thing is done inside the wizard: its form, and its record's own act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone

from planning import services
from planning.forms.initiatives import ReportForm
from planning.forms.live import SettleForm
from planning.forms.truth import TruthAnswerForm
from planning.models import Action, Dependency, Initiative, KeyResult, Milestone, TruthTask
from planning.services import actions, milestones, truth_answers
from planning.views import check_ins, dependency_acts

STATUSES = {"on_track", "at_risk", "off_track"}
WITHDRAWAL = "withdrawal"


@dataclass(frozen=True)
class Way:
    """One way to do a thing.

    `form` makes its form, bound to what was sent or as it starts; `act` does it by a valid form.
    """

    label: str
    form: Callable[..., forms.Form]
    act: Callable[..., None]
    slug: str = ""
    tone: str = "primary"


@dataclass(frozen=True)
class Kind:
    """How to find a kind of thing, the ways to do it, and the template of what to know before."""

    find: Callable[[int], Any]
    ways: Callable[[Any], list[Way]]
    known: str = ""
    facts: Callable[[Any], dict[str, Any]] = lambda record: {}


def _only(label, form, act):
    """Return what offers the one way there is."""
    way = Way(label, form, act)
    return lambda record: [way]


def _initiative(pk):
    return Initiative.objects.select_related("thread", "owner").get(pk=pk)


def _report_form(initiative, data):
    return ReportForm(data, initial=initiative.last_report)


def _report(initiative, form, *, by, at):
    services.report_status(initiative=initiative, by=by, at=at, **form.cleaned_data)


def _truth_form(task, data):
    status = task.derived if task.derived in STATUSES else task.reported
    initial = {"status": status, "confidence": task.initiative.confidence}
    return TruthAnswerForm(data, reported=task.reported, initial=initial)


def _answer(task, form, *, by, at):
    truth_answers.answer(task=task, by=by, at=at, **form.cleaned_data)


def _nothing_form(record, data):
    return forms.Form(data)


def _reach(milestone, form, *, by, at):
    milestones.finish_milestone(milestone=milestone, by=by, at=at)


def _settle_form(action, data):
    return SettleForm(data)


def _settle(action, form, *, by, at):
    actions.settle_action(action=action, by=by, at=at, **form.cleaned_data)


def _key_result(pk):
    return KeyResult.objects.for_display().select_related("objective__cycle", "owner").get(pk=pk)


def _before(key_result):
    """What to know before one checks in: how it stands, and the last check-in."""
    return {"key_result": key_result, "last": check_ins.last_of(key_result)}


def _answers(dependency) -> list[Way]:
    """The steps of the side that has to move, as buttons of the record offer them."""
    steps = dependency_acts.offered_to(dependency, {dependency.turn_of})
    return [
        Way(
            step.label,
            lambda record, data, step=step: dependency_acts.form_of(step, record, data),
            lambda record, form, step=step, **told: dependency_acts.take(
                step, record, form, **told
            ),
            slug=step.slug,
            tone=step.tone or "primary",
        )
        for step in steps
        if step.slug != WITHDRAWAL or dependency.state == Dependency.State.COUNTERED
    ]


def _terms(dependency):
    latest = dependency_acts.latest_of(dependency)
    return {"about": dependency, "latest": latest, "today": timezone.localdate()}


_CONTRACT = Kind(
    lambda pk: Dependency.objects.for_display().get(pk=pk),
    _answers,
    "planning/overdue/_contract.html",
    _terms,
)
KINDS = {
    "update": Kind(_initiative, _only("Report", _report_form, _report)),
    "truth": Kind(
        lambda pk: TruthTask.objects.for_display().get(pk=pk), _only("Send", _truth_form, _answer)
    ),
    "milestone": Kind(
        lambda pk: Milestone.objects.select_related("cycle__thread").get(pk=pk),
        _only("It is reached", _nothing_form, _reach),
    ),
    "action": Kind(
        lambda pk: Action.objects.select_related("thread", "owner").get(pk=pk),
        _only("Save", _settle_form, _settle),
    ),
    "check_in": Kind(
        _key_result,
        _only("Check in", check_ins.form_of, check_ins.take),
        "planning/objectives/_before.html",
        _before,
    ),
    "dependency": _CONTRACT,
    "delivery": _CONTRACT,
}

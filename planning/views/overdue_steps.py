"""How each kind of overdue thing is done inside the wizard: its form, and its record's own act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms

from planning import services
from planning.forms.initiatives import ReportForm
from planning.forms.live import SettleForm
from planning.forms.truth import TruthAnswerForm
from planning.models import Action, Initiative, Milestone, TruthTask
from planning.services import actions, milestones, truth_answers

STATUSES = {"on_track", "at_risk", "off_track"}


@dataclass(frozen=True)
class Step:
    """`form` makes the form of a thing, bound to what was sent or as it starts; `act` does it."""

    submit: str
    form: Callable[..., forms.Form]
    act: Callable[..., None]


def _report_form(one, data):
    initiative = Initiative.objects.get(pk=one.pk)
    return ReportForm(data, initial=initiative.last_report)


def _report(one, values: dict[str, Any], *, by, at):
    initiative = Initiative.objects.select_related("thread", "owner").get(pk=one.pk)
    services.report_status(initiative=initiative, by=by, at=at, **values)


def _truth_form(one, data):
    task = TruthTask.objects.select_related("initiative").get(pk=one.pk)
    status = task.derived if task.derived in STATUSES else task.reported
    initial = {"status": status, "confidence": task.initiative.confidence}
    return TruthAnswerForm(data, reported=task.reported, initial=initial)


def _answer(one, values: dict[str, Any], *, by, at):
    task = TruthTask.objects.for_display().get(pk=one.pk)
    truth_answers.answer(task=task, by=by, at=at, **values)


def _nothing_form(one, data):
    return forms.Form(data)


def _reach(one, values: dict[str, Any], *, by, at):
    milestone = Milestone.objects.select_related("cycle__thread").get(pk=one.pk)
    milestones.finish_milestone(milestone=milestone, by=by, at=at)


def _settle_form(one, data):
    return SettleForm(data)


def _settle(one, values: dict[str, Any], *, by, at):
    action = Action.objects.select_related("thread", "owner").get(pk=one.pk)
    actions.settle_action(action=action, by=by, at=at, **values)


STEPS = {
    "update": Step("Report", _report_form, _report),
    "truth": Step("Send", _truth_form, _answer),
    "milestone": Step("It is reached", _nothing_form, _reach),
    "action": Step("Save", _settle_form, _settle),
}

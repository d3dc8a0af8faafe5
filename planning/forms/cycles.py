"""Cycles: open one, put an initiative into its plan, take it out."""

from django import forms
from django.utils.text import slugify

from planning.forms.choices import open_initiatives
from planning.forms.fields import reason_fields, text_area
from planning.models import Commitment, Cycle, PlanChange
from prodops.ui.forms import DayField, LineField, SearchSelect


class CycleForm(forms.Form):
    name = LineField(max_length=80, help_text="Such as Q1 2027.")
    kind = forms.ChoiceField(choices=Cycle.Kind.choices)
    starts_on = DayField(label="First day")
    ends_on = DayField(label="Last day")

    def clean_name(self):
        name = self.cleaned_data["name"]
        if not slugify(name):
            raise forms.ValidationError("Use at least one letter or digit.")
        if Cycle.objects.filter(slug=slugify(name)).exists():
            raise forms.ValidationError("Another cycle has this name already.")
        return name

    def clean(self):
        data = super().clean()
        starts_on, ends_on = data.get("starts_on"), data.get("ends_on")
        if starts_on and ends_on and ends_on <= starts_on:
            self.add_error("ends_on", "The last day comes after the first.")
        if data.get("name"):
            data["slug"] = slugify(data["name"])
        return data


class PlanForm(forms.Form):
    """Put an initiative into the plan of `cycle`."""

    initiative = forms.ModelChoiceField(
        queryset=None,
        empty_label="Choose an initiative",
        widget=SearchSelect,
    )
    kind = forms.ChoiceField(label="As", choices=Commitment.Kind.choices)

    def __init__(self, *args, cycle, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["initiative"].queryset = open_initiatives(user).exclude(
            commitments__cycle=cycle
        )
        self.fields |= reason_fields(
            Commitment.AddReason.choices, label="Why now", is_needed=cycle.is_committed
        )


class ScheduleForm(forms.Form):
    """Put an initiative into the plan of one of the open cycles."""

    cycle = forms.ModelChoiceField(queryset=None, empty_label="Choose a cycle")
    kind = forms.ChoiceField(label="As", choices=Commitment.Kind.choices)
    reason = forms.ChoiceField(
        label="Why now",
        required=False,
        choices=[("", "Choose a reason"), *Commitment.AddReason.choices],
        help_text="Needed when the cycle is committed.",
    )
    note = forms.CharField(
        label="What happened",
        required=False,
        max_length=2000,
        widget=text_area(3),
    )

    def __init__(self, *args, initiative, user, **kwargs):
        super().__init__(*args, **kwargs)
        open_cycles = Cycle.objects.visible_to(user).exclude(phase=Cycle.Phase.CLOSED)
        self.fields["cycle"].queryset = open_cycles.exclude(
            commitments__initiative=initiative
        ).order_by("starts_on", "pk")


class DropForm(forms.Form):
    """Take an initiative out of a plan; a committed one asks why."""

    def __init__(self, *args, commitment, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= reason_fields(
            Commitment.DropReason.choices,
            label="Why it is dropped",
            is_needed=commitment.cycle.is_committed,
        )


class KindForm(forms.Form):
    """Committed or stretch; a committed plan asks why it changes."""

    kind = forms.ChoiceField(label="As", choices=Commitment.Kind.choices)

    def __init__(self, *args, commitment, **kwargs):
        super().__init__(*args, **kwargs)
        self.commitment = commitment
        self.initial["kind"] = commitment.other_kind
        self.fields |= reason_fields(
            PlanChange.KindReason.choices,
            label="Why it changes",
            is_needed=commitment.cycle.is_committed,
        )

    def clean_kind(self):
        kind = self.cleaned_data["kind"]
        if kind == self.commitment.kind:
            label = self.commitment.get_kind_display().lower()
            raise forms.ValidationError(f"It is {label} already: nothing would change.")
        return kind


class PhaseForm(forms.Form):
    """Which phase a cycle goes to by a button; the commit and the close have pages of their own."""

    to = forms.ChoiceField(
        choices=[(phase, phase.label) for phase in (Cycle.Phase.PLANNING, Cycle.Phase.ACTIVE)]
    )
    is_sure = forms.BooleanField(required=False)

    def must_ask(self, cycle, today):
        """Would a cycle become active before its first day, and nobody said that they mean it?"""
        data = self.cleaned_data
        is_early = data.get("to") == Cycle.Phase.ACTIVE and today < cycle.starts_on
        return cycle.phase == Cycle.Phase.COMMITTED and is_early and not data.get("is_sure")

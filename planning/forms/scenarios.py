"""Scenarios: name one, change how initiatives stand in it, adopt it."""

from django import forms

from planning.forms.choices import open_initiatives
from planning.models import Commitment, Initiative, Scenario
from prodops.ui.forms import DayField, LineField, SearchSelect


class ScenarioForm(forms.Form):
    """A name for the copy, and what it is a copy of."""

    name = LineField(max_length=80, help_text="Such as: Without the migration.")
    of = forms.ModelChoiceField(
        queryset=None, label="Copy of", required=False, empty_label="The plan as it is now"
    )

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        rows = Scenario.objects.filter(cycle=cycle).without_base()
        self.fields["of"].queryset = rows.order_by("name", "pk")

    def clean_name(self):
        name = self.cleaned_data["name"]
        if Scenario.objects.filter(cycle=self.cycle, name=name).exists():
            raise forms.ValidationError("Another scenario of this cycle has this name already.")
        return name


class ItemForm(forms.Form):
    """How one initiative stands in a scenario."""

    initiative = forms.ModelChoiceField(
        queryset=None, empty_label="Choose an initiative", widget=SearchSelect
    )
    kind = forms.ChoiceField(label="As", choices=Commitment.Kind.choices)
    target_on = DayField(
        label="Target date",
        required=False,
        help_text="Left empty, it keeps the target of the initiative.",
    )
    target_precision = forms.ChoiceField(
        label="Precise to", choices=Initiative.Precision.choices, required=False
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["initiative"].queryset = open_initiatives(user)

    def clean_target_precision(self):
        return self.cleaned_data["target_precision"] or Initiative.Precision.DAY


class AdoptionForm(forms.Form):
    """The plan a person saw beside the scenario, by its mark."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

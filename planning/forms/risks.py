"""Risks of an initiative: named or changed, and closed."""

from django import forms

from planning.forms.choices import possible_owners
from planning.forms.fields import text_area
from planning.models import Risk
from planning.models.risk import Level
from prodops.ui.forms import LineField, SearchSelect


def level_field(**options):
    return forms.TypedChoiceField(
        choices=Level.choices, coerce=int, widget=forms.RadioSelect, **options
    )


class RiskForm(forms.Form):
    """What may happen, how likely and how bad, who watches it and what is done."""

    title = LineField(
        label="What may happen",
        max_length=200,
        help_text="Such as: The carrier ends the contract before the new one is tested.",
    )
    likelihood = level_field(label="How likely")
    impact = level_field(label="How bad it would be")
    response = forms.CharField(
        label="What we do about it",
        required=False,
        max_length=5000,
        widget=text_area(3),
        help_text="To make it less likely, or to be ready when it happens. Markdown.",
    )
    owner = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a person", widget=SearchSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners()


class CloseRiskForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(
        label="What came of it", choices=Risk.Outcome.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="What happened",
        required=False,
        max_length=2000,
        widget=text_area(3),
        help_text="It goes into the story of the initiative.",
    )

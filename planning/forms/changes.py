"""Since when a plan is compared."""

from django import forms

from prodops.ui.forms import DayField


class SinceForm(forms.Form):
    """The day the comparison starts with; none is the commit."""

    since = DayField(label="Compare with the plan as the day began", required=False)

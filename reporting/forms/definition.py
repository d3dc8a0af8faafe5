"""The form that gives a KPI another target or owner."""

from django import forms

from prodops.ui.forms import LineField


class RevisionForm(forms.Form):
    target_low = forms.FloatField(
        label="Lowest value that is on target", required=False, help_text="Empty: no lower bound."
    )
    target_high = forms.FloatField(
        label="Highest value that is on target", required=False, help_text="Empty: no upper bound."
    )
    owner = LineField(max_length=120, help_text="Who answers for this figure.")
    reason = forms.CharField(
        label="Why it changes",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Readers see it beside the new version.",
    )

    def clean(self):
        found = super().clean()
        low, high = found.get("target_low"), found.get("target_high")
        if low is not None and high is not None and low > high:
            self.add_error("target_high", "The highest value must not lie below the lowest.")
        return found

"""Answer the truth check; let an initiative rest; say how often it is reported on."""

from django import forms
from django.utils import timezone

from planning.forms.fields import text_area
from planning.forms.initiatives import ReportForm
from planning.models import Initiative
from planning.models.cadence import LEAST_DAYS, MOST_DAYS
from prodops.ui.forms import DayField

Status = Initiative.Status
QUIET = ((7, "a week"), (14, "two weeks"), (28, "four weeks"))


class TruthAnswerForm(ReportForm):
    """Confirm what is reported, or choose another status; the words are an update of today."""

    quiet_days = forms.TypedChoiceField(
        label="If Jira still says otherwise, do not ask again for",
        choices=QUIET,
        coerce=int,
        initial=14,
        help_text="You are asked sooner when the report or what Jira says changes.",
    )

    def __init__(self, *args, reported, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [
            (value, f"{label}, as reported: confirm" if value == reported else label)
            for value, label in self.fields["status"].choices
        ]
        self.fields["text"].label = "Why, and what comes next"


class PauseForm(forms.Form):
    from_on = DayField(label="First day", initial=timezone.localdate)
    until_on = DayField(label="Last day", required=False, help_text="Empty: until further notice.")
    reason = forms.CharField(
        max_length=2000,
        widget=text_area(3),
        help_text="Why does it rest, and what has to happen before it goes on?",
    )

    def clean(self):
        data = super().clean()
        first, last = data.get("from_on"), data.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", "The last day comes after the first, or is the same.")
        return data


class CadenceForm(forms.Form):
    days = forms.IntegerField(
        label="Days between updates",
        required=False,
        min_value=LEAST_DAYS,
        max_value=MOST_DAYS,
        help_text="Empty: as for all initiatives.",
    )


class DefaultCadenceForm(CadenceForm):
    """The same for all initiatives that have no cadence of their own; it cannot be empty."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["days"].required = True
        self.fields["days"].help_text = "For every initiative that has no cadence of its own."

"""What people type into a readout and its list of readers."""

from django import forms

from prodops.people.validators import validate_time_zone
from prodops.ui.forms import DayField, LineField
from reporting.metrics import periods


class MonthForm(forms.Form):
    """The month a readout is made of."""

    month = forms.CharField(
        max_length=7,
        help_text="Such as 2026-10.",
        widget=forms.TextInput(attrs={"type": "month", "pattern": r"\d{4}-\d{2}"}),
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_month(self):
        try:
            month = periods.parse(self.cleaned_data["month"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if month.start > self.today:
            raise forms.ValidationError(f"{month} has not begun; there is nothing to report.")
        return month


class FigureForm(forms.Form):
    """A person's words beside a figure."""

    why = forms.CharField(
        label="Why",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What is known. If nobody knows yet, say who is looking.",
    )
    what_we_do = forms.CharField(
        label="What we do about it",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class HeadlineForm(forms.Form):
    """The first line of a readout."""

    headline = LineField(max_length=200)


class ApprovalForm(forms.Form):
    """When an approved readout leaves."""

    send_on = DayField(
        label="Send on",
        required=False,
        help_text="At eight in the morning where each reader is. Empty: when someone sends it.",
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_send_on(self):
        send_on = self.cleaned_data["send_on"]
        if send_on and send_on < self.today:
            raise forms.ValidationError("This day is over; choose today or later.")
        return send_on


class ReaderForm(forms.Form):
    """Someone new on the list."""

    email = forms.EmailField(label="E-mail")
    name = LineField(max_length=120)
    time_zone = forms.CharField(
        max_length=64,
        initial="Europe/Berlin",
        validators=[validate_time_zone],
        help_text="Such as Europe/Berlin.",
    )

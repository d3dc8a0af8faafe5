"""The roadmap: where an initiative goes, how it is worded, and who may read it from outside."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from planning.forms.fields import text_area
from planning.models.roadmap import Audience, Horizon
from prodops.people.models import ProductArea
from prodops.ui.forms import DayField, LineField

UP, DOWN, OFF = "up", "down", "off"
MOVES = [*Horizon.choices, (UP, "Up"), (DOWN, "Down"), (OFF, "Off the roadmap")]


class MoveForm(forms.Form):
    to = forms.ChoiceField(choices=MOVES)
    before = forms.IntegerField(required=False, min_value=1)


class WordingForm(forms.Form):
    title = LineField(
        label="Title", max_length=120, required=False, help_text="Empty: not told to them."
    )
    text = forms.CharField(
        label="In a few sentences", max_length=1000, required=False, widget=text_area(3)
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("text") and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", "Words need a title.")
        return cleaned


class ShareForm(forms.Form):
    name = LineField(
        label="Who is it for?",
        max_length=80,
        help_text="Only colleagues read it: “Kestrel, renewal”.",
    )
    audience = forms.ChoiceField(
        label="Words for", choices=Audience.choices, initial=Audience.CUSTOMER
    )
    product_area = forms.ModelChoiceField(
        label="Only of the area", queryset=None, required=False, empty_label="All areas"
    )
    ends_on = DayField(label="Until the end of")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["product_area"].queryset = ProductArea.objects.order_by("name")
        self.fields["ends_on"].initial = timezone.localdate() + timedelta(days=30)

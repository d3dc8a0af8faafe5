"""What the style guide shows: examples of words, not records."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from prodops.ui.forms import DayField

PROSE = """# What we learned
Sales *wants* bulk export **now**; support wants it because of `timeout` errors.

- three enterprise accounts
- 140 tickets in October

> We would pay for this.
"""
ROWS = (
    ("REQ-142", "Bulk export of invoices", "In triage", "accent", "Mira Chen", 480_000),
    ("REQ-139", "Single sign-on with Entra ID for sub-organisations and partners", "Accepted",
     "positive", "Jonas Weber", 1_250_000),
    ("REQ-131", "Dark mode for the reports", "Declined", "neutral", "Ada Okafor", 0),
)  # fmt: skip


class ExampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="What should be possible that is not?")
    body = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    kind = forms.ChoiceField(choices=[("", "Choose one"), ("idea", "Idea"), ("bug", "Bug")])
    wanted_on = DayField(required=False, label="Wanted by")
    urgency = forms.ChoiceField(
        choices=[("low", "When you can"), ("high", "A customer is blocked")],
        widget=forms.RadioSelect,
    )
    is_public = forms.BooleanField(required=False, label="The account may be told")


def context() -> dict:
    keys = ("key", "title", "state", "tone", "owner", "arr")
    return {
        "form": ExampleForm({"title": ""}),
        "rows": [dict(zip(keys, row, strict=True)) for row in ROWS],
        "prose": PROSE,
        "now": timezone.now() - timedelta(hours=3),
    }

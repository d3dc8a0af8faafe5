"""The questions that administrators put into the form of a kind, as fields."""

import re
from datetime import date
from decimal import Decimal

from django import forms

from intake.models import FormField
from intake.models.form import YES_NO
from prodops.ui.forms import DayField
from prodops.ui.words import one_line

LONGEST_OPTION = 120
LONGEST_SHORT, LONGEST_LONG = 300, 5_000
Type = FormField.Type


class OptionsField(forms.CharField):
    """What there is to choose, one a line or with commas between; each once, as a list."""

    def __init__(self, **options):
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **options)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value):
        if isinstance(value, list):
            return value
        found = (one_line(each) for each in re.split(r"[,\n]", super().to_python(value)))
        return list(dict.fromkeys(each for each in found if each))

    def validate(self, value):
        super().validate(value)
        if any(len(each) > LONGEST_OPTION for each in value):
            raise forms.ValidationError(f"Keep each choice under {LONGEST_OPTION} characters.")

    def run_validators(self, value):
        """What holds for text was checked for each choice."""


def question_name(question: FormField) -> str:
    return f"answer_{question.pk}"


def question_field(question: FormField) -> forms.Field:
    """Return the field that asks one question; all of them say which one is wrong, and why."""
    common = {
        "label": question.label,
        "help_text": question.help_text,
        "required": question.is_required,
        "error_messages": {"required": f"Answer “{question.label}”."},
    }
    return MAKE[question.type](question, common)


def as_answer(value) -> str:
    """Return a cleaned value as `FormAnswer.value` holds it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, date) else str(value)


def _long(question, common):
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(max_length=LONGEST_LONG, widget=widget, **common)


def _date(question, common):
    return DayField(**common)


def _choice(question, common):
    empty = "Choose one" if question.is_required else "No answer"
    options = [("", empty), *((option, option) for option in question.options)]
    return forms.ChoiceField(choices=options, **common)


def _yes_no(question, common):
    empty = "Choose one" if question.is_required else "No answer"
    return forms.ChoiceField(choices=[("", empty), *YES_NO.items()], **common)


def _number(question, common):
    """Hours, people, money: less than nothing is said only where the question allows it."""
    least = None if question.allows_negative else 0
    words = f"Write 0 or more for “{question.label}”."
    field = forms.DecimalField(max_digits=18, decimal_places=4, min_value=least, **common)
    field.error_messages["min_value"] = words
    return field


MAKE = {
    Type.SHORT: lambda question, common: forms.CharField(max_length=LONGEST_SHORT, **common),
    Type.LONG: _long,
    Type.NUMBER: _number,
    Type.DATE: _date,
    Type.CHOICE: _choice,
    Type.YES_NO: _yes_no,
    Type.LINK: lambda question, common: forms.URLField(
        max_length=2_000, assume_scheme="https", **common
    ),
}

"""Fields several forms of planning share."""

from django import forms

NOTE_HELP = "In a sentence or two; it is read in the cycle's review."


def text_area(rows):
    return forms.Textarea(attrs={"rows": rows})


def seen_field():
    """Return the hidden field that holds which edition of a record a form was opened with."""
    return forms.CharField(max_length=64, widget=forms.HiddenInput)


def reason_fields(choices, *, label, is_needed, names=("reason", "note")):
    """Return a choice of reasons and a text, by field name; nothing is asked when not needed."""
    if not is_needed:
        return {}
    reason, note = names
    return {
        reason: forms.ChoiceField(label=label, choices=[("", "Choose a reason"), *choices]),
        note: forms.CharField(
            label="What happened",
            help_text=NOTE_HELP,
            max_length=2000,
            widget=text_area(3),
        ),
    }

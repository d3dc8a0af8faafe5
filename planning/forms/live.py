"""What people fill in while a session goes on."""

from django import forms

from planning.forms.fields import seen_field, text_area
from planning.forms.forums import insiders
from planning.models import Action, Decision, NoteConflict
from planning.models.decision import RATIONALE_LENGTH
from planning.services.notes import LONGEST
from prodops.ui.forms import DayField, LineField, SearchSelect


class NoteForm(forms.Form):
    note = forms.CharField(required=False, max_length=LONGEST, strip=False)
    base = forms.RegexField(r"^\d{1,9}s?$", required=False)


class StepForm(forms.Form):
    """Where to go: the next item, the one before, or one by its key."""

    to = forms.RegexField(r"^(next|previous|\d{1,18})$")


class ItemDecisionForm(forms.Form):
    """A decision of the session; without one it is left open as a stub."""

    title = LineField(label="Question", max_length=200)
    text = forms.CharField(
        label="Decision",
        required=False,
        max_length=5000,
        widget=text_area(2),
        help_text="Empty leaves it to be decided later.",
    )
    rationale = forms.CharField(
        required=False,
        max_length=10_000,
        widget=text_area(2),
        help_text=f"At least {RATIONALE_LENGTH} characters. Decisions are read by all insiders.",
    )
    decision = forms.ModelChoiceField(
        queryset=Decision.objects.undecided(), required=False, widget=forms.HiddenInput
    )

    def clean(self):
        data = super().clean()
        if data.get("text") and len(data.get("rationale", "").strip()) < RATIONALE_LENGTH:
            self.add_error("rationale", f"Say why, in {RATIONALE_LENGTH} characters at least.")
        return data


class ActionForm(forms.Form):
    text = LineField(label="What", max_length=300)
    owner = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a person", widget=SearchSelect
    )
    due_on = DayField(label="By")

    def __init__(self, *args, is_edit=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = insiders()
        if is_edit:
            self.fields["seen"] = seen_field()


class SettleForm(forms.Form):
    state = forms.ChoiceField(
        label="It is",
        choices=[(Action.State.DONE, "Done"), (Action.State.DROPPED, "Dropped")],
    )
    reason = forms.CharField(
        label="What came of it",
        required=False,
        max_length=2000,
        widget=text_area(2),
        help_text="Needed when it is dropped: why.",
    )

    def clean(self):
        data = super().clean()
        if data.get("state") == Action.State.DROPPED and not data.get("reason"):
            self.add_error("reason", "Say why it is dropped.")
        return data


class ConflictForm(forms.Form):
    choice = forms.ChoiceField(choices=NoteConflict.Choice.choices)

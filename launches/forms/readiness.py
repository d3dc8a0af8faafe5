"""Forms about items, sign-offs and the go/no-go."""

from django import forms

from launches.forms.launch import DayField, insiders
from launches.models import GoNoGo, LaunchItem, SignOff
from prodops.people.models import User
from prodops.ui.forms import SearchSelect

State = LaunchItem.State


class ItemForm(forms.Form):
    """Where an item stands; fields left out of the post keep what they were."""

    CHOSEN = (
        State.NOT_STARTED,
        State.IN_PROGRESS,
        State.DONE,
        State.NOT_APPLICABLE,
        State.WAIVED,
    )

    state = forms.ChoiceField()
    evidence_url = forms.URLField(
        required=False, max_length=200, label="Link", assume_scheme="https"
    )
    reason = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed to waive it or call it not applicable.",
    )
    waived_until = DayField(required=False)

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, auto_id=f"item-{item.pk}-%s", **kwargs)
        chosen = [state for state in self.CHOSEN if state != State.DONE or not item.needs_sign_off]
        if item.state not in chosen:
            chosen.insert(0, State(item.state))
        self.fields["state"].choices = [(state.value, state.label) for state in chosen]
        if item.evidence_wanted:
            self.fields["evidence_url"].label = item.evidence_wanted
        if item.lacks_evidence:
            self.fields["evidence_url"].widget.attrs["autofocus"] = True


class AssignForm(forms.Form):
    """Whose item it is, and by when."""

    owner = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        empty_label="Nobody",
        widget=SearchSelect,
    )
    due = DayField(required=False, label="Due")

    def __init__(self, *args, item, **kwargs):
        super().__init__(*args, auto_id=f"owner-{item.pk}-%s", **kwargs)
        self.fields["owner"].queryset = insiders()


class RequestForm(forms.Form):
    """What a function needs to sign an item off."""

    evidence_url = forms.URLField(
        required=False, max_length=200, label="Link", assume_scheme="https"
    )


class VerdictForm(forms.Form):
    """A function's word on an item."""

    verdict = forms.ChoiceField(
        choices=[
            (SignOff.Verdict.APPROVED.value, "Approve"),
            (SignOff.Verdict.NEEDS_WORK.value, "Send back"),
        ]
    )
    note = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), label="Note"
    )

    def __init__(self, *args, sign_off, **kwargs):
        super().__init__(*args, auto_id=f"sign-off-{sign_off.pk}-%s", **kwargs)


class GoNoGoForm(forms.Form):
    """The outcome of a go/no-go meeting."""

    decision = forms.ChoiceField(choices=GoNoGo.Choice.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed for a no-go, and for a go while a criterion is not met.",
    )
    conditions = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What has to happen for the go to hold.",
    )
    attendees = forms.ModelMultipleChoiceField(User.objects.none(), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["attendees"].queryset = insiders()

"""Milestones: the kick-off that copies them, one more, another date, and giving one up."""

from django import forms

from planning.forms.choices import possible_owners
from planning.forms.fields import text_area
from planning.models.decision import RATIONALE_LENGTH
from planning.services import MilestoneDraft
from prodops.ui.forms import DayField, LineField, SearchSelect


class KickOffForm(forms.Form):
    """The milestones a kick-off would make: which of them, whose and when."""

    def __init__(self, *args, drafts, **kwargs):
        super().__init__(*args, **kwargs)
        self.drafts = list(drafts)
        people = {str(user.pk): user for user in possible_owners()}
        people |= {str(draft.owner.pk): draft.owner for draft in self.drafts}
        choices = [(pk, user.name) for pk, user in people.items()]
        for number, draft in enumerate(self.drafts):
            self.fields[f"take_{number}"] = forms.BooleanField(
                label=f"Make “{draft.title}”", required=False, initial=True
            )
            self.fields[f"owner_{number}"] = forms.TypedChoiceField(
                label=f"Owner of “{draft.title}”",
                choices=choices,
                coerce=people.__getitem__,
                initial=str(draft.owner.pk),
            )
            self.fields[f"due_on_{number}"] = DayField(
                label=f"When “{draft.title}” is due", initial=draft.due_on
            )

    @property
    def rows(self):
        """Return (draft, take, owner, due date) for each milestone."""
        names = ("take", "owner", "due_on")
        return [
            (draft, *(self[f"{name}_{number}"] for name in names))
            for number, draft in enumerate(self.drafts)
        ]

    def chosen(self):
        """Return the milestones to make."""
        data = self.cleaned_data
        return [
            MilestoneDraft(draft.title, data[f"owner_{number}"], data[f"due_on_{number}"])
            for number, draft in enumerate(self.drafts)
            if data[f"take_{number}"]
        ]


class MilestoneForm(forms.Form):
    """One more milestone; its date is its baseline."""

    title = LineField(label="What has to be ready", max_length=120)
    owner = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a person", widget=SearchSelect
    )
    due_on = DayField(label="Due")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners()


class EditMilestoneForm(MilestoneForm):
    """Another name, owner or date; a date that moves says why."""

    reason = LineField(
        label="Why the date moves",
        max_length=500,
        required=False,
        help_text="Needed when it moves; the first date stays on record.",
    )

    def clean(self):
        data = super().clean()
        if "due_on" in self.changed_data and data.get("due_on") and not data.get("reason"):
            self.add_error("reason", "Say why the date moves.")
        return data


class CancelMilestoneForm(forms.Form):
    """Why a milestone is given up: it becomes a decision."""

    rationale = forms.CharField(
        label="Why it is not needed",
        min_length=RATIONALE_LENGTH,
        max_length=2000,
        widget=text_area(4),
        help_text=f"At least {RATIONALE_LENGTH} characters; it is kept as a decision.",
    )

"""Make a request part of an initiative."""

from django import forms

from planning.forms.choices import open_initiatives, possible_owners
from planning.forms.fields import text_area
from planning.models import Commitment
from prodops.ui.forms import LineField, SearchSelect

LATER = "later"


class AdoptionForm(forms.Form):
    """Which initiative, new or there already, and in what way it enters the current quarter."""

    into = forms.ChoiceField(
        label="Part of",
        choices=[("new", "A new initiative"), ("existing", "An initiative we have")],
        widget=forms.RadioSelect,
    )
    title = LineField(label="Title of the new initiative", max_length=200, required=False)
    owner = forms.ModelChoiceField(
        label="Its owner",
        queryset=None,
        required=False,
        empty_label="Choose a person",
        widget=SearchSelect,
    )
    initiative = forms.ModelChoiceField(
        label="The initiative we have",
        queryset=None,
        required=False,
        empty_label="Choose an initiative",
        widget=SearchSelect,
    )
    kind = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label="Why now",
        required=False,
        choices=[("", "Choose a reason"), *Commitment.AddReason.choices],
    )
    note = forms.CharField(
        label="What happened",
        required=False,
        max_length=2000,
        widget=text_area(2),
    )

    def __init__(self, *args, cycle, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        self.fields["owner"].queryset = possible_owners()
        self.fields["initiative"].queryset = open_initiatives(user)
        self.fields["kind"].label = f"In the plan for {cycle}" if cycle else "In a plan"
        self.fields["kind"].choices = _kinds(cycle)
        if cycle is None or not cycle.is_committed:
            del self.fields["reason"], self.fields["note"]
        else:
            self.fields[
                "reason"
            ].help_text = (
                f"{cycle} is committed: what comes in now is unplanned work, and says why."
            )

    def clean(self):
        data = super().clean()
        if data.get("into") == "existing":
            self._ask("initiative", "Choose the initiative it belongs to.")
        elif data.get("into") == "new":
            self._ask("title", "Give the new initiative a title.")
            self._ask("owner", "Choose who owns the new initiative.")
        if data.get("kind") == LATER:
            data["kind"] = None
        elif "reason" in self.fields and not self._is_planned(data.get("initiative")):
            self._ask("reason", f"{self.cycle} is committed: choose why it comes in now.")
            self._ask("note", "Say what happened, so that others understand the change.")
        return data

    def _is_planned(self, initiative):
        """Say whether the initiative we have stands in the quarter's plan, which then stays."""
        is_ours = initiative is not None and self.cleaned_data.get("into") == "existing"
        return is_ours and self.cycle.commitments.standing().filter(initiative=initiative).exists()

    def _ask(self, name, message):
        if name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, message)


def _kinds(cycle):
    later = (LATER, "Not in this quarter" if cycle else "Not yet: no quarter is open for today")
    if cycle is None:
        return [later]
    if cycle.is_committed:
        return [(Commitment.Kind.COMMITTED, "Unplanned, added after the commit"), later]
    return [*Commitment.Kind.choices, later]

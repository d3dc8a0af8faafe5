"""The business value of each commitment of a plan: a number a row."""

from django import forms
from django.core.exceptions import ValidationError

from planning.forms.fields import reason_fields
from planning.models import Commitment
from planning.models.business_value import LEAST_PLANNED, MOST
from planning.services import Wish

NAME = "value_"


class ValuesForm(forms.Form):
    """One number for each of `commitments`; what the person left as it was is no wish."""

    least = 0
    field = ""
    words = ""

    def __init__(self, *args, commitments, **kwargs):
        super().__init__(*args, **kwargs)
        self.commitments = list(commitments)
        for each in self.commitments:
            self.fields[f"{NAME}{each.pk}"] = forms.IntegerField(
                label=f"{self.words} of {each.initiative.key} {each.initiative.title}",
                min_value=self.least,
                max_value=MOST,
                required=False,
                initial=getattr(each, self.field),
                show_hidden_initial=True,
            )

    @property
    def rows(self):
        return [(each, self[f"{NAME}{each.pk}"]) for each in self.commitments]

    def wishes(self):
        """Return what the person changed, by the primary key of the commitment."""
        changed = [name for name in self.changed_data if name.startswith(NAME)]
        return {
            int(name.removeprefix(NAME)): Wish(self._seen(name), self.cleaned_data[name])
            for name in changed
        }

    def _seen(self, name):
        try:
            return self.fields[name].to_python(self.data.get(self[name].html_initial_name))
        except ValidationError:
            return None


class PlannedValuesForm(ValuesForm):
    """What each is to be worth; a committed plan asks why it changes."""

    least, field, words = LEAST_PLANNED, "planned_value", "Planned business value"

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= reason_fields(
            Commitment.ValueReason.choices,
            label="Why the value changes",
            is_needed=cycle.is_committed,
        )

    def why(self):
        """Return the reason and the note, where they are asked for."""
        return {name: self.cleaned_data[name] for name in ("reason", "note") if name in self.fields}


class ActualValuesForm(ValuesForm):
    """What each proved to be worth."""

    field, words = "actual_value", "Actual business value"

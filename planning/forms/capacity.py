"""What is assumed about a team's time in one cycle."""

from decimal import Decimal

from django import forms

from planning.models.people_weeks import plain
from prodops.ui.forms import LineField


class AssumptionForm(forms.Form):
    """Run-work and what is added or taken by hand, as they stand in `row`."""

    run_share = forms.IntegerField(
        label="Run-work, per cent",
        min_value=0,
        max_value=100,
        show_hidden_initial=True,
        help_text="Support, incidents, upkeep: the part of the time no initiative gets. "
        "Later cycles keep it until you say another.",
    )
    adjustment = forms.DecimalField(
        label="People-weeks by hand",
        max_digits=5,
        decimal_places=1,
        required=False,
        show_hidden_initial=True,
        help_text="In this cycle only: 6 for a contractor, -2 for a conference.",
    )
    note = LineField(label="Where they come from", max_length=120, required=False)
    why = LineField(
        label="Why it changes",
        max_length=500,
        required=False,
        help_text="The plan is committed: each change of its capacity says why.",
    )

    def __init__(self, *args, row, asks_why=False, **kwargs):
        initial = {
            "run_share": row.run_share,
            "adjustment": plain(row.adjustment) if row.adjustment else "",
            "note": row.note,
        }
        super().__init__(*args, initial=initial, **kwargs)
        if not asks_why:
            del self.fields["why"]

    def clean(self):
        data = super().clean()
        data["adjustment"] = data.get("adjustment") or Decimal(0)
        if data["adjustment"] and not data.get("note"):
            self.add_error("note", "Say where these weeks come from.")
        return data

    def assumed(self):
        """Return what is wanted, and what the person saw."""
        return {**self.cleaned_data, "seen": (self._seen("run_share"), self._seen("adjustment"))}

    def _seen(self, name):
        try:
            shown = self.data.get(self[name].html_initial_name)
            return self.fields[name].to_python(shown) or Decimal(0)
        except forms.ValidationError:
            return None

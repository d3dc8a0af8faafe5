"""When somebody is away, and how much of their week a team has."""

from django import forms

from prodops.people.models import User
from prodops.ui.forms import DayField, SearchSelect

ORDER = "The last day comes after the first, or is the same."


def share_field(label, help_text):
    return forms.IntegerField(label=label, min_value=1, max_value=100, help_text=help_text)


class DaysForm(forms.Form):
    """The days somebody is away, the last one included."""

    from_on = DayField(label="First day away")
    until_on = DayField(label="Last day away")
    share = share_field(
        "Of their time, per cent",
        "100 is whole days, 50 half days; 40 is somebody who works three days of five.",
    )

    def clean(self):
        data = super().clean()
        first, last = data.get("from_on"), data.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", ORDER)
        return data


class AbsenceForm(DaysForm):
    """Days away of one of the `people` whose time somebody keeps."""

    user = forms.ModelChoiceField(
        label="Who", queryset=User.objects.none(), empty_label=None, widget=SearchSelect
    )
    field_order = ["user", "from_on", "until_on", "share"]

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people.filter(is_active=True).order_by("name", "pk")


class MembershipForm(forms.Form):
    """How much of a person's week a team has, from when to when."""

    share = share_field(
        "Of a full week, per cent",
        "For every day in the team. Somebody who works less for a while is away for that share.",
    )
    from_on = DayField(label="First day in the team", required=False)
    until_on = DayField(label="Last day in the team", required=False)

    def clean(self):
        data = super().clean()
        first, last = data.get("from_on"), data.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", ORDER)
        return data

"""Dependencies: ask another team, answer, deliver."""

from django import forms

from planning.forms.choices import open_initiatives
from planning.forms.fields import text_area
from planning.models import DependencyDateChange
from planning.services.dependencies import is_of_others
from prodops.people.models import Team
from prodops.ui.forms import DayField, LineField, SearchSelect


class AskForm(forms.Form):
    """What is needed, of whom and by when; the giver is a team, or somebody outside."""

    title = LineField(
        label="What is needed",
        max_length=200,
        help_text="In a line: “Rates by postcode in the API”.",
    )
    scope = forms.CharField(
        label="What exactly",
        required=False,
        max_length=5000,
        widget=text_area(3),
        help_text="What has to be there for it to count as delivered. Markdown.",
    )
    why = forms.CharField(label="Why", max_length=5000, widget=text_area(3))
    needed_by_on = DayField(label="Needed by")
    asking_team = forms.ModelChoiceField(
        label="Asking team", queryset=None, empty_label="Choose a team", widget=SearchSelect
    )
    initiative = forms.ModelChoiceField(
        label="For the initiative",
        queryset=None,
        required=False,
        empty_label="None",
        widget=SearchSelect,
    )
    giving_team = forms.ModelChoiceField(
        label="Asked of the team",
        queryset=None,
        required=False,
        empty_label="Nobody inside",
        widget=SearchSelect,
    )
    giving_initiative = forms.ModelChoiceField(
        label="Out of their initiative",
        queryset=None,
        required=False,
        empty_label="None, or not known",
        widget=SearchSelect,
        help_text="Then loops are found, and what it waits for in turn.",
    )
    outside_name = LineField(label="Or of somebody outside", required=False, max_length=120)
    outside_contact = LineField(label="Person to talk to there", required=False, max_length=120)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        teams = Team.objects.visible_to(user).order_by("name", "pk")
        for name in ("asking_team", "giving_team"):
            self.fields[name].queryset = teams
        for name in ("initiative", "giving_initiative"):
            self.fields[name].queryset = open_initiatives(user)

    def clean(self):
        data = super().clean()
        source = data.get("giving_initiative")
        if source and not data.get("giving_team"):
            teams = list(source.teams.all())
            data["giving_team"] = teams[0] if len(teams) == 1 else None
        self._check_giver(data)
        return data

    def _check_giver(self, data):
        team, outside = data.get("giving_team"), data.get("outside_name")
        if not team and not outside:
            self.add_error("giving_team", "Choose the team that gives it, or name who is outside.")
        if team and outside:
            self.add_error("outside_name", "Either a team or somebody outside, not both.")
        if outside and not data.get("outside_contact"):
            self.add_error("outside_contact", "Name the person to talk to there.")
        if team and team == data.get("asking_team"):
            self.add_error("giving_team", "A team cannot ask itself.")
        if data.get("initiative") and data["initiative"] == data.get("giving_initiative"):
            self.add_error("giving_initiative", "An initiative cannot wait for itself.")
        if team and data.get("giving_initiative") and is_of_others(data["giving_initiative"], team):
            self.add_error("giving_initiative", f"{team} does not work on it: choose theirs.")


class StepForm(forms.Form):
    """A step that needs no words."""

    def __init__(self, *args, dependency, **kwargs):
        super().__init__(*args, **kwargs)


class AnswerForm(StepForm):
    """A yes to the terms on the table; `seen` is the number of the offer the person read."""

    seen = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class TermsForm(AnswerForm):
    """Other terms: a day, what exactly, and why."""

    on = DayField(label="By")
    scope = forms.CharField(
        label="What exactly",
        required=False,
        max_length=5000,
        widget=text_area(3),
        help_text="Change it where you offer less, or something else.",
    )
    note = forms.CharField(label="Why these terms", max_length=2000, widget=text_area(3))


class AgainForm(TermsForm):
    """Ask once more; there is no offer on the table to have seen."""

    seen = None


class ReasonForm(StepForm):
    reason = forms.CharField(
        label="Why",
        max_length=2000,
        widget=text_area(3),
        help_text="The other side reads it.",
    )


class DeliverForm(StepForm):
    note = forms.CharField(
        label="Where it is, and how to use it", max_length=2000, widget=text_area(3)
    )


class MoveForm(StepForm):
    to_on = DayField(label="New date")
    reason = forms.ChoiceField(
        label="Why it moves",
        choices=[("", "Choose a reason"), *DependencyDateChange.Reason.choices],
    )
    note = forms.CharField(
        label="What happened",
        max_length=2000,
        widget=text_area(3),
        help_text="In a sentence or two; whoever waits for it reads it.",
    )

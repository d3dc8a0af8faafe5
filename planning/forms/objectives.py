"""Objectives and their key results: set, measure, report, close."""

from decimal import Decimal

from django import forms

from planning.forms.choices import possible_owners
from planning.forms.fields import seen_field, text_area
from planning.models import Cycle, KeyResult, Objective
from planning.models.key_result import LONGEST_CADENCE, Direction
from planning.models.objective import MOST_WEIGHT
from planning.models.roll_up import Outlook
from planning.services.jira_filter import OFFERED, QueryRefused, parse
from planning.services.key_results import Measure
from prodops.people.models import Team
from prodops.ui.forms import LineField, SearchSelect

WEIGHT_HELP = "Beside the others at the same place; 0 is shown and counts nothing."
QUERY_HELP = (
    f"Over the issues that were synced: {OFFERED}, with =, !=, IN (…) or NOT IN (…), joined by "
    'AND. Such as project = PAY AND type = Bug AND fixVersion = "2026.4".'
)


def figure_field(**options):
    options = {"required": False, "max_digits": 18, "decimal_places": 4} | options
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.DecimalField(widget=widget, **options)


class ObjectiveField(forms.ModelChoiceField):
    """Names an objective by key, title and cycle: titles come back every quarter."""

    def label_from_instance(self, objective):
        return f"{objective.key} {objective.title} · {objective.cycle}"


class KeyResultField(forms.ModelChoiceField):
    def label_from_instance(self, key_result):
        return f"{key_result.key} {key_result.title} · {key_result.objective}"


class ObjectiveForm(forms.Form):
    """What an objective says; its cycle is chosen once, when it is set."""

    title = LineField(
        max_length=200, help_text="What will be different, for whom. No number: these come below."
    )
    why = forms.CharField(
        required=False,
        max_length=5000,
        widget=text_area(4),
        help_text="Why this, and why now? Markdown.",
    )
    cycle = forms.ModelChoiceField(queryset=None, empty_label="Choose a cycle")
    parent = ObjectiveField(
        queryset=None,
        label="Part of",
        required=False,
        empty_label="Nothing above it",
        widget=SearchSelect,
    )
    owner = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a person", widget=SearchSelect
    )
    team = forms.ModelChoiceField(
        queryset=None, required=False, empty_label="The whole organisation"
    )
    weight = forms.IntegerField(
        min_value=0, max_value=MOST_WEIGHT, initial=1, help_text=WEIGHT_HELP
    )

    def __init__(self, *args, user, objective=None, **kwargs):
        super().__init__(*args, **kwargs)
        cycles = Cycle.objects.visible_to(user).exclude(phase=Cycle.Phase.CLOSED)
        above = Objective.objects.visible_to(user).unfinished().select_related("cycle")
        above = above.order_by("title", "pk")
        self.fields["cycle"].queryset = cycles.order_by("-starts_on", "-pk")
        self.fields["parent"].queryset = above
        self.fields["owner"].queryset = possible_owners()
        self.fields["team"].queryset = Team.objects.order_by("name", "pk")
        if objective:
            del self.fields["cycle"]
            self.fields["seen"] = seen_field()
            self.fields["parent"].queryset = above.exclude(pk=objective.pk)


class KeyResultForm(forms.Form):
    """A measure; baseline and target may follow later, but never be the same."""

    title = LineField(max_length=200, help_text="What is measured, such as: Returns sent by email.")
    unit = LineField(max_length=20, required=False, help_text="Such as %, days, EUR.")
    direction = forms.ChoiceField(choices=Direction.choices, label="The value")
    baseline = figure_field(help_text="Where it stands when the cycle begins.")
    target = figure_field(help_text="Where it is to be when the cycle ends.")
    owner = forms.ModelChoiceField(
        queryset=None, empty_label="Choose a person", widget=SearchSelect
    )
    cadence_days = forms.IntegerField(
        label="Check in every … days",
        min_value=1,
        max_value=LONGEST_CADENCE,
        help_text="Calendar days; later than that it counts as stale.",
    )
    weight = forms.IntegerField(min_value=0, max_value=MOST_WEIGHT, help_text=WEIGHT_HELP)
    source = forms.ChoiceField(
        label="Where its values come from",
        choices=KeyResult.Source.choices,
        help_text="Of a metric: choose which one on the key result's page afterwards.",
    )
    jira_query = forms.CharField(
        label="Jira query", required=False, max_length=500, help_text=QUERY_HELP
    )
    jira_measure = forms.ChoiceField(
        label="What counts in Jira",
        required=False,
        choices=[("", "Choose"), *KeyResult.JiraMeasure.choices],
    )

    def __init__(self, *args, is_edit=False, asks_why=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners()
        if is_edit:
            self.fields["seen"] = seen_field()
        if asks_why:
            self.fields["reason"] = forms.CharField(
                label="Why it is measured otherwise",
                required=False,
                max_length=2000,
                widget=text_area(2),
                help_text="Needed when the baseline, target, unit or direction changes.",
            )

    def clean_jira_query(self):
        query = self.cleaned_data["jira_query"].strip()
        if query and self.data.get("source") == KeyResult.Source.JIRA:
            try:
                parse(query)
            except QueryRefused as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return query

    def clean(self):
        data = super().clean()
        if data.get("source") == KeyResult.Source.JIRA:
            for name, words in (
                ("jira_query", "Say which issues count."),
                ("jira_measure", "Say what is counted."),
            ):
                if name not in self.errors and not data.get(name):
                    self.add_error(name, words)
        else:
            data["jira_query"] = data["jira_measure"] = ""
        return data

    def measure(self) -> Measure:
        return Measure(**{name: self.cleaned_data[name] for name in self.base_fields})


class DropForm(forms.Form):
    reason = forms.CharField(
        label="Why it is dropped",
        max_length=2000,
        widget=text_area(3),
        help_text="Its history stays; it no longer counts in the objective.",
    )


class CheckInForm(forms.Form):
    """What is reported on a key result; `seen` is the newest check-in the person knew."""

    value = figure_field(
        label="Value now", help_text="Empty only if you say below why there is none."
    )
    confidence = forms.ChoiceField(
        label="Will it be reached?",
        choices=[one for one in Outlook.choices if one[0] != Outlook.UNKNOWN],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label="What happened",
        required=False,
        max_length=5000,
        widget=text_area(3),
        help_text="A sentence or two: what moved it, what comes next.",
    )
    evidence = forms.CharField(
        required=False,
        max_length=1000,
        help_text="A link that shows the value: a public web page, or a page of the hub such as "
        "/reporting/scorecard/K7/. A worker looks whether it can be reached.",
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, key_result, **kwargs):
        super().__init__(*args, **kwargs)
        if key_result.unit:
            self.fields["value"].label = f"Value now, in {key_result.unit}"


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label="Why it is not over",
        max_length=2000,
        widget=text_area(3),
        help_text="The grade and what was written with it stay in the story.",
    )


class CloseForm(forms.Form):
    """The grade, what was learnt, and whether it goes on."""

    grade = forms.DecimalField(
        min_value=Decimal(0),
        max_value=Decimal(1),
        max_digits=3,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.05", "inputmode": "decimal"}),
        help_text="0 is nothing reached, 1.0 all of it. The progress is only a proposal.",
    )
    remark = forms.CharField(
        label="What came of it",
        max_length=5000,
        widget=text_area(4),
        help_text="What was learnt, for whoever sets the next one. Markdown.",
    )
    carry_to = forms.ModelChoiceField(
        queryset=None,
        label="Carry forward into",
        required=False,
        empty_label="Do not carry it forward",
    )
    key_results = forms.ModelMultipleChoiceField(
        queryset=None,
        label="Key results that go on",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each begins there at its last value.",
    )

    def __init__(self, *args, objective, user, **kwargs):
        super().__init__(*args, **kwargs)
        cycles = Cycle.objects.visible_to(user).exclude(phase=Cycle.Phase.CLOSED)
        cycles = cycles.exclude(pk=objective.cycle_id)
        self.fields["carry_to"].queryset = cycles.order_by("starts_on", "pk")
        standing = objective.key_results.standing().order_by("title", "pk")
        self.fields["key_results"].queryset = standing


class KeyResultLinkForm(forms.Form):
    """Choose the key result an initiative is to move."""

    key_result = KeyResultField(
        queryset=None, empty_label="Choose a key result", widget=SearchSelect
    )

    def __init__(self, *args, initiative, user, **kwargs):
        super().__init__(*args, **kwargs)
        open_ones = KeyResult.objects.visible_to(user).standing()
        open_ones = open_ones.exclude(objective__state=Objective.State.CLOSED)
        self.fields["key_result"].queryset = (
            open_ones.exclude(initiative_links__initiative=initiative)
            .select_related("objective")
            .order_by("title", "pk")
        )

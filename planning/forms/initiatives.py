"""Initiatives: begin, edit, report, move their stage and target."""

from django import forms

from planning.forms.choices import possible_owners
from planning.forms.fields import reason_fields, text_area
from planning.models import Initiative, InitiativeDateChange
from planning.models.initiative import last_day
from planning.services.jira_filter import OFFERED
from prodops.people.models import ProductArea, Team
from prodops.ui.forms import DayField, LineField, SearchSelect

Stage, Status = Initiative.Stage, Initiative.Status


class InitiativeForm(forms.Form):
    """What an initiative says about itself; `seen` is the edition the person started from."""

    title = LineField(max_length=200)
    problem = forms.CharField(
        required=False,
        max_length=10000,
        widget=text_area(5),
        help_text="Whose problem is it, and what does it cost them? Markdown.",
    )
    outcome = forms.CharField(
        label="Outcome wanted",
        required=False,
        max_length=10000,
        widget=text_area(3),
        help_text="What should be different afterwards, and how will we see it?",
    )
    metric = LineField(
        label="Metric it should move",
        required=False,
        max_length=200,
        help_text="From what to what, such as: Bookings finished on a phone, from 31 % to 40 %.",
    )
    owner = forms.ModelChoiceField(
        queryset=None,
        empty_label="Choose a person",
        widget=SearchSelect,
    )
    teams = forms.ModelMultipleChoiceField(
        queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    product_area = forms.ModelChoiceField(queryset=None, required=False, empty_label="None")
    start_on = DayField(label="Start", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners()
        self.fields["teams"].queryset = Team.objects.order_by("name", "pk")
        self.fields["product_area"].queryset = ProductArea.objects.order_by("name", "pk")


class NewInitiativeForm(InitiativeForm):
    target_on = DayField(label="Target", required=False)
    target_precision = forms.ChoiceField(
        label="The target is",
        choices=Initiative.Precision.choices,
        help_text="A month or a quarter counts until its last day.",
    )

    def clean(self):
        data = super().clean()
        start_on, target_on = data.get("start_on"), data.get("target_on")
        if start_on and target_on and data.get("target_precision"):
            target_on = last_day(target_on, data["target_precision"])
            if target_on < start_on:
                self.add_error("target_on", "The target comes after the start.")
        return data


class EditInitiativeForm(InitiativeForm):
    """While a committed plan holds the initiative, another start says why."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, is_committed, **kwargs):
        super().__init__(*args, **kwargs)
        fields = reason_fields(
            InitiativeDateChange.Reason.choices, label="Why the start moves", is_needed=is_committed
        )
        for field in fields.values():
            field.required = False
            field.help_text = "Needed when you change the start: a committed plan holds it."
        self.fields |= fields


class ReportForm(forms.Form):
    status = forms.ChoiceField(
        label="How is it going",
        choices=[
            (status, status.label) for status in (Status.ON_TRACK, Status.AT_RISK, Status.OFF_TRACK)
        ],
        widget=forms.RadioSelect,
    )
    confidence = forms.ChoiceField(
        label="Confidence in the target date",
        required=False,
        choices=[("", "Not said"), *Initiative.Confidence.choices],
    )
    text = forms.CharField(
        label="What happened, what comes next",
        max_length=5000,
        widget=text_area(4),
        help_text="Two or three sentences. Followers read it in their notifications.",
    )


class TargetForm(forms.Form):
    target_on = DayField(label="Target", required=False, help_text="Empty: no target date.")
    precision = forms.ChoiceField(label="The target is", choices=Initiative.Precision.choices)

    def __init__(self, *args, is_committed, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields |= reason_fields(
            InitiativeDateChange.Reason.choices, label="Why it moves", is_needed=is_committed
        )


class StageForm(forms.Form):
    """Where an initiative goes from here; giving up and opening again say why."""

    stage = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(
        required=False,
        max_length=2000,
        widget=text_area(3),
        help_text="Needed when you cancel or reopen.",
    )

    def __init__(self, *args, initiative, **kwargs):
        super().__init__(*args, **kwargs)
        self.initiative = initiative
        self.fields["stage"].choices = _next_stages(initiative)

    def clean(self):
        data = super().clean()
        says_why = self.initiative.is_over or data.get("stage") == Stage.CANCELLED
        is_finishing = data.get("stage") == Stage.DONE
        if says_why and not is_finishing and not data.get("reason"):
            self.add_error("reason", "Say why, for whoever reads this later.")
        return data


def _next_stages(initiative):
    reopen = (Stage.DELIVERY, "Reopen: back to delivery")
    if initiative.stage == Stage.LAUNCHED:
        return [(Stage.DONE, "Done: nothing is left to do"), reopen]
    if initiative.is_over:
        return [reopen]
    labels = [(stage, stage.label) for stage in (Stage.IDEA, Stage.DISCOVERY, Stage.DELIVERY)]
    ends = [(Stage.DONE, "Done: it reached the people it is for"), (Stage.CANCELLED, "Cancelled")]
    return [choice for choice in labels if choice[0] != initiative.stage] + ends


class EpicForm(forms.Form):
    key = forms.CharField(
        label="Jira key or address",
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "PAY-123", "autocomplete": "off"}),
    )


class QueryForm(forms.Form):
    """A Jira query whose issues belong to the initiative."""

    text = LineField(
        label="Jira query",
        max_length=500,
        help_text=f"Over the issues that were synced: {OFFERED}, with =, !=, IN (…) or NOT IN (…), "
        'joined by AND. Such as project = PAY AND labels = "quotes".',
    )

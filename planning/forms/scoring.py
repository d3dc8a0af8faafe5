"""A cycle's score sheet: its model, who is in the running, one value, another place."""

from django import forms

from planning.forms.fields import text_area
from planning.models import Initiative, ScoringModel, ScoringVersion, running_for
from planning.models.scoring import plain


class SheetForm(forms.Form):
    version = forms.ModelChoiceField(
        label="Score by",
        queryset=ScoringVersion.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args, sheet, **kwargs):
        super().__init__(*args, **kwargs)
        offered = ScoringModel.objects.in_use().values("current")
        versions = ScoringVersion.objects.filter(pk__in=offered)
        if sheet:
            versions |= ScoringVersion.objects.filter(pk=sheet.version_id)
        self.fields["version"].queryset = versions.select_related("scoring_model").order_by(
            "scoring_model__name", "-number"
        )
        self.fields["version"].label_from_instance = lambda one: (
            f"{one.scoring_model}, version {one.number}: {one.formula}"
        )


class CandidatesForm(forms.Form):
    initiatives = forms.ModelMultipleChoiceField(
        queryset=Initiative.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, cycle, user, **kwargs):
        super().__init__(*args, **kwargs)
        dropped = cycle.commitments.filter(dropped_at__isnull=False).values("initiative")
        free = Initiative.objects.visible_to(user).unfinished().exclude(pk__in=dropped)
        free = free.exclude(pk__in=running_for(cycle).values("pk"))
        self.fields["initiatives"].queryset = free.order_by("-created_at", "-pk")
        self.fields["initiatives"].label_from_instance = lambda one: f"{one.key} {one.title}"


def value_field(criterion, *, label="", required=False, names=None):
    """Return the field for a criterion's value: its scale as choices, or a number."""
    label = label or criterion.label
    if criterion.scale:
        told = [
            (plain(number), f"{plain(number)} {words}".strip()) for number, words in criterion.steps
        ]
        choices = [("", "–"), *(names or ()), *told]
        return forms.TypedChoiceField(
            label=label,
            choices=choices,
            required=required,
            coerce=lambda text: forms.DecimalField().to_python(text),
            empty_value=None,
        )
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=criterion.least,
        max_value=criterion.most,
        max_digits=16,
        decimal_places=4,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )


class InputForm(forms.Form):
    """One value of the sheet; `seen` is the newest input the person saw."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, criterion, initiative, given=None, **kwargs):
        initial = {}
        if given is not None:
            initial["seen"] = given.said
            initial["value"] = None if given.value is None else plain(given.value)
        kwargs.setdefault("auto_id", f"input-{initiative.pk}-{criterion.name}-%s")
        super().__init__(*args, initial=initial, **kwargs)
        label = f"{criterion.label} of {initiative.key} {initiative.title}"
        field = value_field(criterion, label=label)
        given_value = initial.get("value")
        if criterion.scale and given_value is not None:
            known = {value for value, _ in field.choices}
            if given_value not in known:
                field.choices = [*field.choices, (given_value, given_value)]
        self.fields["value"] = field


class OverrideForm(forms.Form):
    place = forms.IntegerField(min_value=1)
    reason = forms.CharField(
        label="Why",
        max_length=2000,
        widget=text_area(3),
        help_text="It opens a decision, which the initiative's owner takes.",
    )


class SensitivityForm(forms.Form):
    """Which criterion counts how much more or less."""

    criterion = forms.ChoiceField(required=False)
    percent = forms.IntegerField(
        label="Counts",
        required=False,
        min_value=-95,
        max_value=300,
        widget=forms.NumberInput(
            attrs={"type": "range", "min": -95, "max": 300, "step": 5, "data-shown": ""}
        ),
    )

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["criterion"].choices = [(one.name, one.label) for one in criteria]

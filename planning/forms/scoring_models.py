"""Building a scoring model: its formula, and a criterion a row."""

from decimal import Decimal, InvalidOperation

from django import forms

from planning.forms.fields import text_area
from planning.models import Criterion
from planning.models.scoring import IDENTIFIER, plain
from planning.services.scoring_models import MOST_CRITERIA, CriterionDraft
from prodops.ui.forms import LineField
from prodops.ui.lists import key_of

MOST_STEPS = 20


class FormulaForm(forms.Form):
    """What a model is called and how it adds up; `seen` is the version the person started from."""

    name = LineField(max_length=80)
    description = LineField(max_length=500, required=False, label="What it is good for")
    formula = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "formula"}),
        help_text="Criteria and numbers with + - * / and brackets, min(…), max(…) and "
        "if(reach > 10, …, …).",
    )
    note = LineField(max_length=300, required=False, label="What changes, and why")
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)


class CriterionForm(forms.Form):
    name = forms.CharField(max_length=40, validators=[IDENTIFIER], help_text="As in the formula.")
    question = LineField(max_length=200)
    source = forms.ChoiceField(choices=Criterion.Source.choices)
    unit = LineField(max_length=40, required=False)
    least = forms.DecimalField(
        label="At least", required=False, max_digits=16, decimal_places=4, initial=0
    )
    most = forms.DecimalField(label="At most", required=False, max_digits=16, decimal_places=4)
    scale = forms.CharField(
        required=False,
        max_length=2000,
        widget=text_area(3),
        help_text="A number and its words a line, such as: 3 = massive. Empty: any number.",
    )

    def clean_name(self):
        return self.cleaned_data["name"].strip().lower()

    def clean_least(self):
        return self.cleaned_data["least"] or Decimal(0)

    def clean_scale(self):
        lines = [line.strip() for line in self.cleaned_data["scale"].splitlines() if line.strip()]
        if len(lines) > MOST_STEPS:
            raise forms.ValidationError(f"A scale has {MOST_STEPS} steps at most.")
        steps = [_step(line) for line in lines]
        if len({number for number, _ in steps}) < len(steps):
            raise forms.ValidationError("Each number stands once: two words for one are no choice.")
        return steps

    def clean(self):
        data = super().clean()
        least, most = data.get("least"), data.get("most")
        if least is not None and most is not None and most <= least:
            self.add_error("most", "More than the least.")
        return data


def _step(line):
    number, _, words = line.partition("=")
    try:
        value = Decimal(number.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= 10**12 or value.as_tuple().exponent < -4:
        raise forms.ValidationError(f"“{line}”: begin with a number, such as 3 = massive.")
    return [plain(value), words.strip()[:80]]


CRITERIA = forms.formset_factory(
    CriterionForm, extra=0, min_num=1, validate_min=True, max_num=MOST_CRITERIA,
    validate_max=True, absolute_max=MOST_CRITERIA + 1, can_delete=True,
)  # fmt: skip


def criteria_set(data=None, drafts=(), more=False):
    """Return the rows of criteria, one more when somebody asked for it."""
    if data is not None and more:
        data = data.copy()
        total = key_of(data.get("criteria-TOTAL_FORMS") or "") or 0
        data["criteria-TOTAL_FORMS"] = str(min(total + 1, MOST_CRITERIA))
    return CRITERIA(data, initial=[_initial(one) for one in drafts], prefix="criteria")


def drafts_in(formset):
    """Return the criteria of a valid formset, without those taken out."""
    kept = [form.cleaned_data for form in formset if not form.cleaned_data.get("DELETE")]
    names = CriterionDraft.__dataclass_fields__
    return [CriterionDraft(**{name: data[name] for name in names}) for data in kept if data]


def _initial(draft):
    scale = "\n".join(f"{number} = {words}".rstrip(" =") for number, words in draft.scale)
    most = None if draft.most is None else plain(draft.most)
    shown = {"least": plain(draft.least), "most": most, "scale": scale}
    return {name: getattr(draft, name) for name in ("name", "question", "source", "unit")} | shown

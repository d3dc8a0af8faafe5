"""The investment mix: shares wanted, and the category of each initiative."""

from django import forms

from planning.models import InvestmentCategory
from prodops.ui.forms import LineField
from prodops.ui.lists import key_of

SHARE, CATEGORY = "share_", "category_"


class CategoryForm(forms.Form):
    """A kind of work, as product ops name it."""

    name = LineField(max_length=60, help_text="Such as: Growth.")
    description = LineField(
        label="What belongs there",
        max_length=200,
        required=False,
        help_text="Said where somebody sorts initiatives.",
    )
    colour = forms.ChoiceField(choices=InvestmentCategory.Colour.choices)
    takes_run_work = forms.BooleanField(
        label="The run-work of the teams counts here",
        required=False,
        help_text="One kind takes it; another that has it gives it up.",
    )


class TargetsForm(forms.Form):
    """A share for each category; together they are 100."""

    def __init__(self, *args, cycle, **kwargs):
        super().__init__(*args, **kwargs)
        shares = dict(cycle.investment_targets.values_list("category", "share"))
        rows = InvestmentCategory.objects.for_display()
        self.categories = [each for each in rows if each.is_active or each.pk in shares]
        for each in self.categories:
            self.fields[f"{SHARE}{each.pk}"] = forms.IntegerField(
                label=f"{each.name}, per cent",
                help_text=each.description,
                min_value=0,
                max_value=100,
                required=False,
                initial=shares.get(each.pk),
            )

    def shares(self):
        return {each: self.cleaned_data[f"{SHARE}{each.pk}"] or 0 for each in self.categories}

    def clean(self):
        data = super().clean()
        total = sum(value or 0 for value in data.values())
        if not self.errors and total not in (0, 100):
            apart = f"{100 - total} % are missing" if total < 100 else f"{total - 100} % too many"
            self.add_error(None, f"The shares sum to {total} %: {apart}.")
        return data


class CategoriesForm(forms.Form):
    """A category for each of `initiatives`; what is left as it was is no wish."""

    def __init__(self, *args, initiatives, **kwargs):
        super().__init__(*args, **kwargs)
        self.initiatives = list(initiatives)
        known = {str(each.pk): each for each in InvestmentCategory.objects.for_display()}
        self.known = known
        choices = [("", "None"), *((pk, each.name) for pk, each in known.items() if each.is_active)]
        for each in self.initiatives:
            now = self._now(each)
            old = [] if now in dict(choices) else [(now, known[now].name)]
            self.fields[f"{CATEGORY}{each.pk}"] = forms.ChoiceField(
                label=f"Category of {each.key} {each.title}",
                choices=[*choices, *old],
                required=False,
                initial=now,
                show_hidden_initial=True,
            )

    def _now(self, initiative):
        held = getattr(initiative, "investment", None)
        return str(held.category_id) if held else ""

    @property
    def rows(self):
        return [(each, self[f"{CATEGORY}{each.pk}"]) for each in self.initiatives]

    def wishes(self):
        """Return, by initiative, the category seen and the one wanted."""
        found = {}
        for each, field in self.rows:
            seen = self.data.get(field.html_initial_name, "")
            wanted = self.cleaned_data[field.name]
            if seen != wanted:
                found[each] = (key_of(seen), self.known.get(wanted))
        return found

"""Decisions: open one, take it."""

from django import forms

from planning.forms.choices import open_initiatives, possible_owners
from planning.forms.fields import text_area
from planning.models import Cycle, Decision
from planning.models.decision import RATIONALE_LENGTH
from prodops.people.models import Team
from prodops.ui.forms import DayField, LineField, SearchSelect

OPTIONS = range(1, 5)


class DecisionForm(forms.Form):
    title = LineField(max_length=200, help_text="The question, such as “Which vendor …?”")
    context = forms.CharField(
        required=False,
        max_length=10000,
        widget=text_area(5),
        help_text="What makes it necessary, and what is known. Markdown.",
    )
    initiative = forms.ModelChoiceField(
        queryset=None,
        required=False,
        empty_label="None",
        widget=SearchSelect,
    )
    cycle = forms.ModelChoiceField(queryset=None, required=False, empty_label="None")
    team = forms.ModelChoiceField(queryset=None, required=False, empty_label="None")
    decider = forms.ModelChoiceField(
        label="Who decides",
        queryset=None,
        required=False,
        empty_label="The initiative's owner, or nobody yet",
        widget=SearchSelect,
    )
    is_key = forms.BooleanField(
        label="It is a key decision",
        required=False,
        help_text="Then it counts in “Decision log completeness”: decided within five working "
        "days, with a rationale and what was turned down.",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.visible_to(user).order_by("name", "pk")
        self.fields["decider"].queryset = possible_owners()
        self.fields["initiative"].queryset = open_initiatives(user)
        self.fields["cycle"].queryset = Cycle.objects.visible_to(user).order_by("-starts_on", "-pk")


class DecideForm(forms.Form):
    """Options are pairs of fields; the one without a reason against it is the chosen one."""

    text = forms.CharField(label="Decision", max_length=5000, widget=text_area(3))
    rationale = forms.CharField(
        max_length=10000,
        min_length=RATIONALE_LENGTH,
        widget=text_area(4),
        help_text=f"Why this and not something else; at least {RATIONALE_LENGTH} characters.",
    )
    consulted = forms.ModelMultipleChoiceField(
        label="People consulted",
        queryset=None,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text="Hold Ctrl or Cmd to choose several.",
    )
    review_on = DayField(label="Look at it again on", required=False)
    supersedes = forms.ModelChoiceField(
        label="It replaces",
        queryset=None,
        required=False,
        empty_label="No earlier decision",
        widget=SearchSelect,
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["consulted"].queryset = possible_owners()
        decided = Decision.objects.visible_to(user).filter(state=Decision.State.DECIDED)
        self.fields["supersedes"].queryset = decided.order_by("title", "pk")
        for number in OPTIONS:
            self.fields[f"option_{number}"] = LineField(
                label=f"Option {number}", max_length=300, required=False
            )
            self.fields[f"why_{number}"] = forms.CharField(
                label="Why not", max_length=2000, required=False
            )

    @property
    def options(self):
        """The option fields as pairs, for the template."""
        return [(self[f"option_{number}"], self[f"why_{number}"]) for number in OPTIONS]

    def clean(self):
        data = super().clean()
        pairs = [(data.pop(f"option_{n}", ""), data.pop(f"why_{n}", "")) for n in OPTIONS]
        for number, (text, why) in zip(OPTIONS, pairs, strict=True):
            if why and not text:
                self.add_error(f"option_{number}", "Name the option this speaks against.")
        chosen = [
            number for number, (text, why) in zip(OPTIONS, pairs, strict=True) if text and not why
        ]
        for number in chosen[1:]:
            self.add_error(
                f"why_{number}",
                f"Say why not: option {chosen[0]} is the chosen one, as nothing speaks against it.",
            )
        data["options"] = [
            {"text": text, "is_chosen": not why, "why_rejected": why} for text, why in pairs if text
        ]
        return data


class ReviewForm(forms.Form):
    """A decision still holds: why, and when it is looked at again."""

    note = forms.CharField(label="Why it still holds", max_length=5000, widget=text_area(3))
    next_on = DayField(
        label="Look at it again on", required=False, help_text="Empty: no more reviews."
    )

"""Scoring sessions: opening one, a hidden vote, what was agreed on."""

from django import forms

from planning.forms.scoring import value_field
from planning.models import running_for
from planning.models.scoring import plain
from prodops.people.models import User
from prodops.people.permissions import can_plan
from prodops.ui.forms import LineField, SearchSelect

UNSURE = "unsure"
# Fields called so are left out of every error page and mail.
SECRET = "secret_"  # noqa: S105 - the beginning of a name


def _planners():
    """Return who may vote, by name."""
    roles = [role for role in User.Role if can_plan(User(role=role))]
    return User.objects.with_role(*roles).for_display()


class SessionForm(forms.Form):
    title = LineField(max_length=120)
    asks = forms.MultipleChoiceField(label="Vote on", widget=forms.CheckboxSelectMultiple)
    initiatives = forms.ModelMultipleChoiceField(queryset=None, widget=forms.CheckboxSelectMultiple)
    members = forms.ModelMultipleChoiceField(
        label="Who votes", queryset=None, widget=forms.CheckboxSelectMultiple
    )
    facilitator = forms.ModelChoiceField(
        queryset=None,
        empty_label=None,
        widget=SearchSelect,
        help_text="Reveals the votes and sets what is agreed on; product ops may as well.",
    )

    def __init__(self, *args, cycle, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["asks"].choices = [(one.name, one.label) for one in criteria]
        people = _planners()
        self.fields["members"].queryset = people
        self.fields["facilitator"].queryset = people
        self.fields["initiatives"].queryset = running_for(cycle).order_by("title", "pk")
        self.fields["initiatives"].label_from_instance = lambda one: f"{one.key} {one.title}"


class VoteForm(forms.Form):
    """A value for each criterion the session asks, or “don't know”."""

    def __init__(self, *args, criteria, secret_votes=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            secret_value = (secret_votes or {}).get(criterion.name)
            has_voted = criterion.name in (secret_votes or {})
            field = self._field(criterion)
            field.help_text = criterion.question
            shown = UNSURE if has_voted and criterion.scale else None
            field.initial = shown if secret_value is None else plain(secret_value)
            self.fields[SECRET + criterion.name] = field
            if not criterion.scale:
                self.fields[f"{UNSURE}_{criterion.name}"] = forms.BooleanField(
                    label="Don't know", required=False, initial=has_voted and secret_value is None
                )

    def _field(self, criterion):
        if not criterion.scale:
            field = value_field(criterion)
            field.error_messages["required"] = "Give a number, or tick “Don't know”."
            return field
        told = [
            (plain(number), f"{plain(number)} {words}".strip()) for number, words in criterion.steps
        ]
        return forms.ChoiceField(
            label=criterion.label,
            choices=[*told, (UNSURE, "Don't know")],
            widget=forms.RadioSelect,
        )

    def clean(self):
        data = super().clean()
        for criterion in self.criteria:
            name = SECRET + criterion.name
            unsure = data.get(f"{UNSURE}_{criterion.name}")
            if not criterion.scale and name in data and (data[name] is None) is not bool(unsure):
                self.add_error(name, "Give a number, or tick “Don't know”: one of the two.")
        return data

    def secret_votes(self):
        """Return criterion → value, None for “don't know”."""
        return {one.name: self._value(one) for one in self.criteria}

    def _value(self, criterion):
        secret_value = self.cleaned_data[SECRET + criterion.name]
        if secret_value == UNSURE or secret_value is None:
            return None
        return forms.DecimalField().to_python(secret_value)


class AgreementForm(forms.Form):
    """What the session agrees on, proposed from the middle of the votes."""

    def __init__(self, *args, criteria, proposed=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            field = value_field(criterion)
            value = (proposed or {}).get(criterion.name)
            field.initial = None if value is None else plain(value)
            self.fields[criterion.name] = field

    def values(self):
        """Return criterion → value for those that have one."""
        return {name: value for name, value in self.cleaned_data.items() if value is not None}


class MemberForm(forms.Form):
    user = forms.ModelChoiceField(
        label="Who joins", queryset=None, empty_label="Choose a person", widget=SearchSelect
    )

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        present = session.members.filter(left_at=None).values("user")
        self.fields["user"].queryset = _planners().exclude(pk__in=present)

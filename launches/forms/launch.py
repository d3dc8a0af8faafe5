"""Forms about a whole launch."""

from datetime import date

from django import forms

from launches.models import Kind, Launch, Tier
from launches.services import QUESTIONS
from planning.models import Initiative
from prodops.people.models import User
from prodops.ui.forms import DayField as AnyDayField
from prodops.ui.forms import LineField, SearchSelect

Stage = Initiative.Stage
LAUNCHABLE = (Stage.IDEA, Stage.DISCOVERY, Stage.DELIVERY, Stage.LAUNCHED)


class DayField(AnyDayField):
    """A day a launch is planned with."""

    FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)


def insiders():
    """Return the people who can open launches."""
    return User.objects.active().exclude(role=User.Role.REQUESTER).for_display()


class AnswersForm(forms.Form):
    """The risk questions; the answers come back under `answers`."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for question in QUESTIONS:
            self.fields[question.key] = forms.ChoiceField(
                label=question.text,
                choices=[(answer.value, answer.label) for answer in question.answers],
                widget=forms.RadioSelect,
            )

    def answers(self):
        """Return question → answer; needs a valid form."""
        return {question.key: self.cleaned_data[question.key] for question in QUESTIONS}


class LaunchForm(AnswersForm):
    """What it takes to open a launch; `values` are the arguments of `create_launch`."""

    title = LineField(max_length=200, help_text="What people will be able to do.")
    initiatives = forms.ModelMultipleChoiceField(
        Initiative.objects.none(), required=False, help_text="What it brings to people."
    )
    kind = forms.ChoiceField(choices=Kind.choices)
    launch_on = DayField(label="Launch date", help_text="For a month or quarter, any day of it.")
    date_precision = forms.ChoiceField(label="The date names", choices=Launch.Precision.choices)
    owner = forms.ModelChoiceField(
        User.objects.none(),
        widget=SearchSelect,
    )
    summary = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="What those who asked are told",
        help_text="You can write it later, before the launch.",
    )
    tier = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "As the answers say"), *Tier.choices],
        label="Tier",
    )
    tier_reason = forms.CharField(
        required=False,
        max_length=1000,
        label="Why another tier",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    MAIN = ("title", "initiatives", "kind", "launch_on", "date_precision", "owner", "summary")
    OVERRIDE = ("tier", "tier_reason")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        choices = Initiative.objects.visible_to(user).filter(stage__in=LAUNCHABLE)
        self.fields["initiatives"].queryset = choices.order_by("title", "pk")
        self.fields["owner"].queryset = insiders()

    def question_fields(self):
        return [self[question.key] for question in QUESTIONS]

    def override_fields(self):
        return [self[name] for name in self.OVERRIDE]

    def values(self):
        names = (*self.MAIN, *self.OVERRIDE)
        return {name: self.cleaned_data[name] for name in names} | {"answers": self.answers()}


class MoveForm(forms.Form):
    """Another date."""

    to_on = DayField(label="New date")
    to_precision = forms.ChoiceField(label="The date names", choices=Launch.Precision.choices)
    reason = forms.CharField(
        label="Why it moves", max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class CancelForm(forms.Form):
    """Why a launch is called off."""

    reason = forms.CharField(
        label="Why it is cancelled", max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class WordsForm(forms.Form):
    """What those who asked will read."""

    summary = forms.CharField(
        label="What shipped",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Speak to the people who asked: what can they do now, and how?",
    )
    release_note_url = forms.URLField(
        required=False, max_length=200, label="Link to the release note", assume_scheme="https"
    )


class LinkForm(forms.Form):
    """One more initiative for a launch."""

    initiative = forms.ModelChoiceField(
        Initiative.objects.none(),
        widget=SearchSelect,
    )

    def __init__(self, *args, user, launch, **kwargs):
        super().__init__(*args, **kwargs)
        choices = Initiative.objects.visible_to(user).filter(stage__in=LAUNCHABLE)
        choices = choices.exclude(launches=launch).order_by("title", "pk")
        self.fields["initiative"].queryset = choices

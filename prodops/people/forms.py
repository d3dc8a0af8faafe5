"""What people say about themselves."""

import unicodedata
from zoneinfo import available_timezones

from django import forms

from prodops.people.models import ApiToken, User
from prodops.ui.forms import LineField

SPANS = [(30, "30 days"), (90, "90 days"), (365, "a year")]


def time_zones():
    """Return the zones that name a place, by name, for a select."""
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name]


class ProfileForm(forms.Form):
    name = LineField(max_length=120, help_text="As colleagues know you.")
    time_zone = forms.ChoiceField(
        choices=time_zones,
        help_text="Your daily digest comes at 08:00 in this zone.",
        error_messages={"invalid_choice": "“%(value)s” is not a time zone of the list."},
    )

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        self.user = user

    def clean_name(self):
        """Names open the subjects of mails: nobody takes that of a colleague."""
        name = unicodedata.normalize("NFKC", self.cleaned_data["name"])
        others = User.objects.active().exclude(pk=self.user.pk).filter(name__iexact=name)
        if name.casefold() != self.user.name.casefold() and others.exists():
            raise forms.ValidationError(
                f"Somebody here is called {name} already. Add what tells you apart, such as a team."
            )
        return name


class TokenForm(forms.Form):
    """What a program may do with a person's token, and for how long."""

    name = LineField(
        label="What is it for?",
        max_length=80,
        help_text="Such as: support desk, nightly export.",
        error_messages={"required": "Say what will use it."},
    )
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        choices=ApiToken.Scope,
        widget=forms.CheckboxSelectMultiple,
        initial=[ApiToken.Scope.READ],
        error_messages={"required": "Choose at least one thing it may do."},
    )
    days = forms.TypedChoiceField(label="It works for", choices=SPANS, coerce=int, initial=90)

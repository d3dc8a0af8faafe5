"""With whom a request is shared."""

from django import forms

from prodops.people.api.limits import counted
from prodops.people.models import User
from prodops.people.permissions import is_insider

HOUR, MOST_AN_HOUR = 3600, 10
TOO_MANY = f"{MOST_AN_HOUR} addresses an hour are enough. Share it with the others later."


class ShareForm(forms.Form):
    """Somebody's address, typed: requesters get no list of everybody.

    Nor do they learn who signs in here: every address counts and is answered alike.
    """

    email = forms.EmailField(
        label="E-mail address of a colleague",
        error_messages={"required": "Write the address of the colleague."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, by=None, **options):
        super().__init__(*args, **options)
        self.by = by

    def clean(self):
        data = super().clean()
        email = data.get("email")
        if not email:
            return data
        if not is_insider(self.by):
            if counted(f"share:{self.by.pk}", seconds=HOUR) > MOST_AN_HOUR:
                self.add_error("email", TOO_MANY)
            return data
        data["person"] = User.objects.active().filter(email__iexact=email).first()
        if data["person"] is None:
            self.add_error("email", f"Nobody signs in here as {email}.")
        return data


class ShowingForm(forms.Form):
    """Whether colleagues who ask for something similar are shown a request."""

    is_shown = forms.BooleanField(required=False)

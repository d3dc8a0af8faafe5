"""With whom a request is shared."""

from django import forms

from prodops.people.api.limits import counted, so_far
from prodops.people.models import User
from prodops.people.permissions import is_insider

HOUR, MOST_UNKNOWN = 3600, 5
TOO_MANY = "Too many addresses that nobody here has. Try again in an hour, or ask who runs triage."


class ShareForm(forms.Form):
    """Somebody's address, typed: requesters get no list of everybody.

    Nor do they try addresses out: who meets too many that nobody has is asked to wait, whatever
    the next one is.
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
        data["person"] = User.objects.active().filter(email__iexact=email).first()
        count = f"share:unknown:{self.by.pk}"
        is_known = data["person"] is not None
        tried = so_far(count) if is_known or is_insider(self.by) else counted(count, seconds=HOUR)
        if not is_insider(self.by) and tried > MOST_UNKNOWN - is_known:
            self.add_error("email", TOO_MANY)
        elif not is_known:
            self.add_error("email", f"Nobody signs in here as {email}.")
        return data

"""With whom a request is shared."""

from django import forms

from prodops.people.models import User


class ShareForm(forms.Form):
    """Somebody's address, typed: requesters get no list of everybody."""

    email = forms.EmailField(
        label="E-mail address of a colleague",
        error_messages={"required": "Write the address of the colleague."},
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean(self):
        data = super().clean()
        if email := data.get("email"):
            data["person"] = User.objects.active().filter(email__iexact=email).first()
            if not data["person"]:
                self.add_error("email", f"Nobody signs in here as {email}.")
        return data

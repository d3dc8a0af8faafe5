"""What people say about themselves."""

from zoneinfo import available_timezones

from django import forms


def time_zones():
    """Return the zones that name a place, by name, for a select."""
    return [(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name]


class ProfileForm(forms.Form):
    name = forms.CharField(max_length=120, help_text="As colleagues know you.")
    time_zone = forms.ChoiceField(
        choices=time_zones,
        help_text="Your daily digest comes at 08:00 in this zone.",
        error_messages={"invalid_choice": "“%(value)s” is not a time zone of the list."},
    )

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

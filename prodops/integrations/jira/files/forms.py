"""Handing in an export file."""

import zoneinfo

from django import forms

from prodops.integrations.models import Connection
from prodops.ui.forms import LineField, SearchSelect

LARGEST = 2 << 30  # bytes
DATES = (
    ("", "Find out from the file"),
    ("dmy", "Day first: 31/12/2026"),
    ("mdy", "Month first: 12/31/2026"),
)


class UploadForm(forms.Form):
    """A file and the connection it goes to: one there is, or a new one that only files feed."""

    file = forms.FileField(
        help_text="Jira's CSV with all fields, a search result as JSON, or JSON lines; gzip too."
    )
    connection = forms.ModelChoiceField(
        Connection.objects.jira().order_by("name", "pk"),
        required=False,
        empty_label="A new one, fed by files only",
    )
    name = LineField(
        label="Name of the new one", max_length=120, required=False, help_text="Such as Old Jira."
    )
    site = forms.URLField(
        label="Address of the new one",
        max_length=200,
        required=False,
        assume_scheme="https",
        help_text="Of a new one: where people open its issues; the hub does not call it.",
    )
    dates = forms.ChoiceField(label="Days in a CSV", choices=DATES, required=False)
    time_zone = forms.ChoiceField()
    is_dry_run = forms.BooleanField(
        label="Only check it first", required=False, initial=True, help_text="Nothing is written."
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        zones = sorted(zoneinfo.available_timezones())
        self.fields["time_zone"] = forms.ChoiceField(
            label="Time zone of a CSV",
            choices=[(zone, zone) for zone in zones],
            widget=SearchSelect,
        )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("The file is larger than 2 GB; export it in parts.")
        return file

    def clean(self):
        super().clean()
        values = self.cleaned_data
        if not values.get("connection"):
            values["connection"] = self._named_already(values.get("name", ""))
        if not values["connection"]:
            for name in ("name", "site"):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, "A new connection needs it; or choose one there is.")
        return values

    def _named_already(self, name):
        """Return the connection a first try made: a mended file belongs to it, not to another."""
        found = Connection.objects.filter(name__iexact=name.strip()).first() if name else None
        if found and not found.is_fed_by_files:
            self.add_error("name", "A connection has this name; choose it above.")
            return None
        return found

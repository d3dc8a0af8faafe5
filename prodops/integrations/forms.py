"""What people enter about connections."""

import re

from django import forms
from django.conf import settings

from prodops.integrations.addresses import check_url
from prodops.integrations.errors import AddressRefused
from prodops.integrations.models import Connection
from prodops.people.models import Team

JIRA_KINDS = [choice for choice in Connection.Kind.choices if choice[0] != "amplitude"]


class ConnectionForm(forms.Form):
    """A Jira connection; the credential is never shown again and kept when left empty."""

    name = forms.CharField(max_length=120)
    kind = forms.ChoiceField(choices=JIRA_KINDS)
    base_url = forms.CharField(
        label="Address",
        max_length=200,
        help_text="Such as https://your-site.atlassian.net. For a scoped token:"
        " https://api.atlassian.com/ex/jira/ and the cloud id.",
    )
    site_url = forms.CharField(
        label="Address for people",
        max_length=200,
        required=False,
        help_text="Where issues open in the browser, if that is another address.",
    )
    username = forms.CharField(
        label="Account",
        max_length=200,
        required=False,
        help_text="Cloud: the e-mail address of the token's account. Data Center: leave it empty"
        " for a personal access token.",
    )
    secret = forms.CharField(
        label="Token",
        max_length=2000,
        required=False,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    projects = forms.CharField(
        required=False,
        max_length=2000,
        help_text="Project keys with commas between them; empty means all the account can see.",
    )
    interval_minutes = forms.IntegerField(
        label="Minutes between syncs", min_value=1, max_value=1440, initial=15
    )
    is_active = forms.BooleanField(label="Sync on schedule", required=False, initial=True)

    def __init__(self, *args, has_secret=False, **options):
        super().__init__(*args, **options)
        self.has_secret = has_secret
        self.fields["secret"].help_text = (
            "Stored encrypted. Leave it empty to keep the present one."
            if has_secret
            else "Stored encrypted and never shown again."
        )

    def clean_base_url(self):
        return self._checked("base_url")

    def clean_site_url(self):
        return self._checked("site_url") if self.cleaned_data["site_url"] else ""

    def clean_projects(self):
        keys = re.split(r"[\s,;]+", self.cleaned_data["projects"].strip())
        wrong = [key for key in keys if len(key) > 40]
        if wrong:
            raise forms.ValidationError(f"{wrong[0][:60]} is too long for a project key.")
        return sorted({key for key in keys if key})

    def clean(self):
        super().clean()
        values = self.cleaned_data
        if not values.get("secret") and not self.has_secret:
            self.add_error("secret", "Enter the token; Jira shows it once, when it is made.")
        elif not values.get("secret") and "base_url" in values and self._is_elsewhere(values):
            self.add_error("secret", "Enter the token again: the address is another one.")
        if values.get("kind") == Connection.Kind.JIRA_CLOUD and not values.get("username"):
            self.add_error("username", "Enter the e-mail address the token belongs to.")
        return values

    def _is_elsewhere(self, values):
        """A kept token is never sent to an address it was not entered for."""
        return values["base_url"] != self.initial.get("base_url", "").rstrip("/")

    def _checked(self, name):
        try:
            return check_url(self.cleaned_data[name], allow_private=settings.ALLOW_PRIVATE_URLS)
        except AddressRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None


class ProjectTeamsForm(forms.Form):
    """Which team each project belongs to: one choice a project."""

    def __init__(self, *args, projects, **options):
        super().__init__(*args, **options)
        teams = Team.objects.order_by("name", "pk")
        for project in projects:
            self.fields[f"project-{project.pk}"] = forms.ModelChoiceField(
                teams,
                label=f"{project.key} {project.name}",
                initial=project.team_id,
                required=False,
                empty_label="No team",
            )

    def choices(self):
        """Return the chosen team, or none, by the project's number."""
        return {int(name.partition("-")[2]): team for name, team in self.cleaned_data.items()}

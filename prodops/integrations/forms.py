"""What people enter about connections."""

import re
import zoneinfo

from django import forms
from django.conf import settings

from prodops.integrations.addresses import check_url
from prodops.integrations.errors import AddressRefused
from prodops.integrations.jira.models import JiraField
from prodops.integrations.models import Connection, SyncRun
from prodops.integrations.secrets import unsendable
from prodops.people.models import Team
from prodops.ui.forms import LineField, SearchSelect

Kind, Mode = Connection.Kind, SyncRun.Mode
ZONES = zoneinfo.available_timezones()
KINDS = [choice for choice in Kind.choices if choice[0] != Kind.JIRA_FILE]
JIRA = {Kind.JIRA_CLOUD, Kind.JIRA_DATACENTER}
# What only some systems are asked, and what each calls the rest.
ASKED_OF = {
    "site_url": JIRA,
    "projects": JIRA,
    "may_write": JIRA,
    "account_time_zone": {Kind.AMPLITUDE},
}
UNNAMED = {
    Kind.JIRA_CLOUD: "Enter the e-mail address the token belongs to.",
    Kind.AMPLITUDE: "Enter the API key of the project.",
}
CALLED = {
    Kind.JIRA_CLOUD: {
        "base_url": (
            "",
            "Such as https://your-site.atlassian.net. For a scoped token:"
            " https://api.atlassian.com/ex/jira/ and the cloud id.",
        ),
        "username": ("E-mail address", "Of the account the token belongs to."),
        "secret": ("API token", ""),
    },
    Kind.JIRA_DATACENTER: {
        "base_url": ("", "Such as https://jira.example.com, with the path if there is one."),
        "username": ("Account", "Empty for a personal access token."),
        "secret": ("Token or password", ""),
    },
    Kind.AMPLITUDE: {
        "base_url": ("", "https://amplitude.com, or https://analytics.eu.amplitude.com."),
        "username": ("API key", ""),
        "secret": ("Secret key", ""),
    },
}


class ConnectionForm(forms.Form):
    """A site to copy from; the credential is never shown again and kept when left empty."""

    name = LineField(max_length=120)
    kind = forms.ChoiceField(label="System", choices=KINDS)
    base_url = forms.CharField(label="Address", max_length=200)
    site_url = forms.CharField(
        label="Address for people",
        max_length=200,
        required=False,
        help_text="Where issues open in the browser, if that is another address.",
    )
    username = forms.CharField(label="Account or API key", max_length=200, required=False)
    secret = forms.CharField(
        label="Token or secret key",
        max_length=2000,
        strip=True,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter the token or secret key; it is shown once, when made."},
    )
    projects = forms.CharField(
        required=False,
        max_length=2000,
        help_text="Project keys with commas between them; empty means all the account sees.",
    )
    account_time_zone = forms.ChoiceField(
        label="The project's time zone",
        choices=lambda: [("", "Choose one"), *[(zone, zone) for zone in sorted(ZONES)]],
        widget=SearchSelect,
        help_text="As its settings say. Its days begin and end in it, and a day is final after it.",
    )
    interval_minutes = forms.IntegerField(
        label="Minutes between syncs", min_value=1, max_value=1440, initial=15
    )
    requests_a_second = forms.IntegerField(
        min_value=1,
        max_value=200,
        initial=50,
        help_text="Of all workers together; Jira Cloud bears about 100.",
    )
    is_active = forms.BooleanField(label="Sync on schedule", required=False, initial=True)
    may_write = forms.BooleanField(
        label="Let people write to Jira from the hub",
        required=False,
        help_text="Epics, links and versions, each after a preview.",
    )

    def __init__(self, *args, connection=None, has_secret=False, is_settled=False, **options):
        super().__init__(*args, **options)
        self.connection = connection
        self.fields["secret"].required = not has_secret
        self._ask_of(self._kind_of(is_settled))
        kept = " Leave it empty to keep the present one." if has_secret else ""
        self.fields["secret"].help_text = f"Stored encrypted and never shown again.{kept}"
        kind = self.fields["kind"]
        kind.disabled = is_settled
        if is_settled:
            kind.help_text = "What was copied belongs to it. Another system is another connection."

    def _kind_of(self, is_settled):
        """Return the system this is about, by what was sent or what is kept."""
        if self.is_bound and not is_settled:
            return self.data.get("kind", "")
        return self.initial.get("kind", "")

    def _ask_of(self, kind):
        """Ask only what the system needs, in its own words; of an unknown one everything."""
        if kind not in CALLED:
            return
        for name, kinds in ASKED_OF.items():
            if kind not in kinds:
                del self.fields[name]
        if kind in UNNAMED:
            self.fields["username"].required = True
            self.fields["username"].error_messages["required"] = UNNAMED[kind]
        for name, (label, help_text) in CALLED[kind].items():
            self.fields[name].label = label or self.fields[name].label
            self.fields[name].help_text = help_text

    @property
    def needs_test(self):
        """Whether something was entered that decides if the hub gets in."""
        asked = {"kind", "base_url", "username", "secret", "projects"}
        return bool(asked & set(self.changed_data))

    def clean_name(self):
        others = Connection.objects.exclude(pk=self.connection and self.connection.pk)
        if others.filter(name__iexact=self.cleaned_data["name"]).exists():
            raise forms.ValidationError("Another connection has this name.")
        return self.cleaned_data["name"]

    def clean_username(self):
        return self._sendable("username")

    def clean_secret(self):
        return self._sendable("secret")

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
        is_kept = values.get("secret") == ""
        if is_kept and "base_url" in values and self._is_elsewhere(values):
            self.add_error("secret", "Enter the token again: the address is another one.")
        return values

    def _is_elsewhere(self, values):
        """A kept token is never sent to an address it was not entered for."""
        return values["base_url"] != self.initial.get("base_url", "").rstrip("/")

    def _sendable(self, name):
        if unseen := unsendable(self.cleaned_data[name]):
            raise forms.ValidationError(f"It holds {unseen}, which cannot be sent. Copy it again.")
        return self.cleaned_data[name]

    def _checked(self, name):
        try:
            return check_url(self.cleaned_data[name], allow_private=settings.ALLOW_PRIVATE_URLS)
        except AddressRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None


class PointsFieldForm(forms.Form):
    """Which of several fields holds the story points."""

    def __init__(self, *args, fields, **options):
        super().__init__(*args, **options)
        known = JiraField.objects.filter(pk__in=[field.pk for field in fields]).for_display()
        self.fields["field"] = forms.ModelChoiceField(
            known,
            label="Story points are in",
            empty_label=None,
            initial=next((field.pk for field in fields if field.is_chosen), None),
        )


class RunForm(forms.Form):
    """Which run somebody asks for; each button of the page sends one of these."""

    mode = forms.ChoiceField(
        choices=[(mode, mode.label) for mode in (Mode.INCREMENTAL, Mode.FULL, Mode.RECONCILE)],
        error_messages={
            "required": "Say what the run is to read: use the buttons of this page.",
            "invalid_choice": "There is no run of the kind “%(value)s”: use the buttons of this"
            " page.",
        },
    )

    def __init__(self, *args, connection, **options):
        super().__init__(*args, **options)
        self.connection = connection

    def clean_mode(self):
        mode = self.cleaned_data["mode"]
        if mode == Mode.RECONCILE and not self.connection.is_jira:
            raise forms.ValidationError(f"{self.connection} has nothing to be counted against.")
        return mode


class ProjectTeamsForm(forms.Form):
    """Which team each project belongs to: one choice a project."""

    def __init__(self, *args, projects, **options):
        super().__init__(*args, **options)
        teams = Team.objects.order_by("name", "pk")
        choices = [("", "No team"), *[(team.pk, str(team)) for team in teams]]
        for project in projects:
            field = forms.ModelChoiceField(
                teams,
                label=f"{project.key} {project.name}",
                initial=project.team_id,
                required=False,
            )
            field.choices = choices
            self.fields[f"project-{project.pk}"] = field

    def choices(self):
        """Return the chosen team, or none, by the project's number."""
        return {int(name.partition("-")[2]): team for name, team in self.cleaned_data.items()}

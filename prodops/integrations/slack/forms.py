"""What administrators enter about a workspace."""

from django import forms
from django.conf import settings

from prodops.integrations.addresses import check_url
from prodops.integrations.errors import AddressRefused
from prodops.integrations.secrets import unsendable
from prodops.integrations.slack.models import Workspace
from prodops.people.models import User
from prodops.ui.forms import LineField, SearchSelect


def secret_field(label, help_text):
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, max_length=400, widget=widget, help_text=help_text)


class WorkspaceForm(forms.Form):
    """A workspace; its secrets are never shown again, and kept when left empty."""

    name = LineField(max_length=120)
    signing_secret = secret_field("Signing secret", "In Slack: Basic information.")
    bot_token = secret_field("Bot token", "In Slack: OAuth & permissions; begins with xoxb-.")
    unknown_people = forms.ChoiceField(
        label="Somebody without an account here asks",
        choices=Workspace.Unknown,
        help_text="People are known by the e-mail address of their Slack profile.",
    )
    stand_in = forms.ModelChoiceField(
        User.objects.active().order_by("name", "pk"),
        label="Stand-in",
        required=False,
        empty_label="Nobody",
        widget=SearchSelect,
        help_text="In whose name their requests are filed.",
    )
    base_url = forms.CharField(
        label="Address of the API", max_length=200, initial="https://slack.com/api"
    )
    is_active = forms.BooleanField(label="Take calls", required=False, initial=True)

    def __init__(self, *args, workspace=None, **options):
        super().__init__(*args, **options)
        self.workspace = workspace
        for name in ("signing_secret", "bot_token"):
            field = self.fields[name]
            field.required = workspace is None
            kept = " Leave it empty to keep the present one." if workspace else ""
            field.help_text = f"{field.help_text} Stored encrypted, never shown again.{kept}"

    def clean_name(self):
        others = Workspace.objects.exclude(pk=self.workspace and self.workspace.pk)
        if others.filter(name__iexact=self.cleaned_data["name"]).exists():
            raise forms.ValidationError("Another workspace has this name.")
        return self.cleaned_data["name"]

    def clean_bot_token(self):
        if unseen := unsendable(self.cleaned_data["bot_token"]):
            raise forms.ValidationError(f"It holds {unseen}, which cannot be sent. Copy it again.")
        return self.cleaned_data["bot_token"]

    def clean_base_url(self):
        try:
            return check_url(
                self.cleaned_data["base_url"], allow_private=settings.ALLOW_PRIVATE_URLS
            )
        except AddressRefused as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean(self):
        super().clean()
        values = self.cleaned_data
        is_stand_in = values.get("unknown_people") == Workspace.Unknown.STAND_IN
        if is_stand_in and not values.get("stand_in"):
            self.add_error("stand_in", "Choose in whose name their requests are filed.")
        is_kept = values.get("bot_token") == ""
        if is_kept and values.get("base_url") != self.initial.get("base_url"):
            self.add_error("bot_token", "Enter the token again: the address is another one.")
        return values

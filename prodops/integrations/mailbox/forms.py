"""What an administrator enters about a mailbox."""

import re

from django import forms
from django.conf import settings

from prodops.integrations.addresses import check_host
from prodops.integrations.errors import AddressRefused
from prodops.integrations.mailbox.models import Mailbox
from prodops.ui.forms import LineField

ASKED_TO_OPEN = ("host", "port", "security", "username", "password", "folder")


class MailboxForm(forms.Form):
    """A mailbox to read; its password is never shown again and kept when left empty."""

    name = LineField(max_length=120, help_text="Such as Product requests.")
    address = forms.EmailField(
        label="Address people write to",
        help_text="Mails about requests ask for answers to this address.",
    )
    host = forms.CharField(
        label="IMAP server", max_length=200, help_text="Such as imap.example.com."
    )
    port = forms.IntegerField(min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(choices=Mailbox.Security, initial=Mailbox.Security.TLS)
    username = forms.CharField(label="Account", max_length=200)
    password = forms.CharField(
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    folder = forms.CharField(max_length=120, initial="INBOX")
    done_folder = forms.CharField(
        label="Move read mail to",
        max_length=120,
        required=False,
        help_text="A folder that is there. Empty: mail stays, marked as read.",
    )
    verifier = forms.CharField(
        label="Server whose verdict counts",
        max_length=200,
        required=False,
        help_text="As in Authentication-Results, such as mx.example.com. Mail whose sender it could"
        " not verify is then set aside; without a name, only what it says is forged.",
    )
    is_active = forms.BooleanField(label="Read it every minute", required=False, initial=True)

    def __init__(self, *args, mailbox=None, **options):
        super().__init__(*args, **options)
        self.mailbox = mailbox
        self.fields["password"].required = mailbox is None
        kept = " Leave it empty to keep the present one." if mailbox else ""
        self.fields["password"].help_text = f"Stored encrypted and never shown again.{kept}"

    @property
    def needs_test(self):
        return bool(set(ASKED_TO_OPEN) & set(self.changed_data))

    def clean_name(self):
        others = Mailbox.objects.exclude(pk=self.mailbox and self.mailbox.pk)
        if others.filter(name__iexact=self.cleaned_data["name"]).exists():
            raise forms.ValidationError("Another mailbox has this name.")
        return self.cleaned_data["name"]

    def clean_host(self):
        host = self.cleaned_data["host"].strip().rstrip(".")
        if not re.fullmatch(r"[A-Za-z0-9.:-]+", host):
            raise forms.ValidationError("Enter the name alone, such as imap.example.com.")
        if not settings.ALLOW_PRIVATE_URLS:
            try:
                check_host(host)
            except AddressRefused as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return host

    def clean_security(self):
        security = self.cleaned_data["security"]
        if security == Mailbox.Security.NONE and not settings.ALLOW_PRIVATE_URLS:
            raise forms.ValidationError("Without TLS the password could be read on its way.")
        return security

    def clean_folder(self):
        return self._plain("folder")

    def clean_done_folder(self):
        return self._plain("done_folder")

    def clean(self):
        super().clean()
        data = self.cleaned_data
        is_elsewhere = self.mailbox and data.get("host") != self.mailbox.host
        if is_elsewhere and data.get("password") == "":
            self.add_error("password", "Enter the password again: the server is another one.")
        if data.get("folder") and data.get("folder") == data.get("done_folder"):
            self.add_error("done_folder", "Choose another folder than the one that is read.")
        return data

    def _plain(self, name):
        folder = self.cleaned_data[name]
        if not (folder.isascii() and folder.isprintable()):
            raise forms.ValidationError("Only plain letters, digits and signs; choose another one.")
        return folder

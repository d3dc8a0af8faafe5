"""Files that come along: what may stay is kept at once, whatever is wrong with the rest."""

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat

from intake.models import Attachment
from intake.models.attachment import MOST_AT_ONCE, MOST_UNSENT
from intake.services.attachments import check_file
from prodops.people.permissions import is_insider
from prodops.ui.files import ALL, FileRefused
from prodops.ui.uploads import FilesField, FilesInput

ACCEPT = ",".join(f".{extension}" for sort in ALL for extension in sort.extensions)
AUDIENCES = [("internal", "Only the team"), ("public", "The requester too")]


class FilesForm(forms.Form):
    """Files, and those that came with an earlier try of the same form.

    `taken` are the good ones of this try. `hold` shows them as sent already, so that they need
    not be chosen again; `attachments` are all of them then.
    """

    files = FilesField(
        label="Screenshots or files", required=False, widget=FilesInput(attrs={"accept": ACCEPT})
    )
    kept = forms.ModelMultipleChoiceField(
        Attachment.objects.none(),
        label="Sent already",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        self.user, self.taken, self.attachments = user, [], []
        most = filesizeformat(settings.ATTACHMENT_BYTES).replace("\xa0", " ").replace(".0 ", " ")
        self.fields["files"].help_text = f"Up to {MOST_AT_ONCE} files of at most {most} each."
        self.fields["kept"].queryset = Attachment.objects.unsent(user).order_by("at", "pk")

    def clean_files(self):
        wrong = []
        for file in self.cleaned_data["files"]:
            try:
                check_file(file)
            except FileRefused as refusal:
                wrong.append(f"{file.name[:100]} was not taken. {refusal}")
            else:
                self.taken.append(file)
        for file in self.taken[MOST_AT_ONCE:]:
            wrong.append(f"{file.name[:100]} was not taken. {MOST_AT_ONCE} files at once at most.")
        del self.taken[MOST_AT_ONCE:]
        if self.taken and self.fields["kept"].queryset.count() >= MOST_UNSENT:
            wrong.append(f"{MOST_UNSENT} files of yours wait for forms that were never sent.")
            self.taken.clear()
        if wrong:
            raise forms.ValidationError(wrong)
        return self.taken

    def hold(self, kept):
        """Show files kept in this try as sent already, the chosen earlier ones with them."""
        self.attachments = [*self.cleaned_data.get("kept", []), *kept]
        self.data = self.data.copy()
        self.data.setlist("kept", [str(each.pk) for each in self.attachments])

    @property
    def shows_kept(self):
        return bool(self.attachments)


class AttachForm(FilesForm):
    """Files for a request that is there; the team says who may see them."""

    audience = forms.ChoiceField(
        label="Who may see them?",
        choices=AUDIENCES,
        initial="internal",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, user, **options):
        super().__init__(*args, user=user, **options)
        if not is_insider(user):
            del self.fields["audience"]

    def clean(self):
        data = super().clean()
        if not (self.taken or data.get("kept") or "files" in self.errors):
            self.add_error("files", "Choose at least one file.")
        data["is_public"] = data.get("audience", "public") == "public"
        return data

"""What people type: comments, and how they want to hear of things."""

from django import forms

from prodops.notifications.models import Channel, Kind

LONGEST_COMMENT = 20_000


class CommentForm(forms.Form):
    """A comment as Markdown; `audience` is ignored for requesters, whose words are public."""

    body = forms.CharField(
        label="Comment",
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Write something first.",
            "max_length": "A comment has at most 20,000 characters; this one has %(show_value)d.",
        },
    )
    audience = forms.ChoiceField(
        choices=[("internal", "Internal note"), ("public", "Visible to the requester")],
        required=False,
        widget=forms.HiddenInput,
    )

    def clean_body(self):
        return self.cleaned_data["body"].replace("\x00", "").strip()

    @property
    def is_public(self):
        return self.cleaned_data.get("audience") == "public"


class RewordForm(CommentForm):
    """An edit changes the words only, never who may read them."""

    audience = None


class PreferencesForm(forms.Form):
    """One choice a kind: at once, in the daily digest, or only in the hub."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in Kind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=Channel.choices, widget=forms.RadioSelect
            )

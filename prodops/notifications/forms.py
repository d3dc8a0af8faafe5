"""What people type: comments, and how they want to hear of things."""

from django import forms

from prodops.notifications.models import Channel, Kind

LONGEST_COMMENT = 20_000


class RewordForm(forms.Form):
    """The words of a comment, as Markdown."""

    body = forms.CharField(
        label="Comment",
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Write something first.",
            "max_length": "A comment has at most 20,000 characters; this one has %(show_value)d.",
        },
    )


class CommentForm(RewordForm):
    """A new comment; `audience` is ignored for requesters, whose words are public.

    `confirmed` is what a person chose when asked whether a requester shall read it indeed.
    """

    audience = forms.ChoiceField(
        choices=[("internal", "Internal note"), ("public", "Visible to the requester")],
        required=False,
    )

    confirmed = forms.ChoiceField(
        choices=[("internal", "Keep it internal"), ("public", "Show it to the requester")],
        required=False,
    )

    @property
    def is_public(self):
        chosen = self.cleaned_data.get("confirmed") or self.cleaned_data.get("audience")
        return chosen == "public"

    @property
    def is_confirmed(self):
        return bool(self.cleaned_data.get("confirmed"))


class PreferencesForm(forms.Form):
    """One choice a kind: at once, in the daily digest, or only in the hub."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for kind in Kind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=Channel.choices, widget=forms.RadioSelect
            )

"""Which request many others go into."""

from django import forms

from intake.forms.requests import KEY


class BulkMergeForm(forms.Form):
    """The request that lives on, one of the chosen or another, and a note for all requesters."""

    into = forms.TypedChoiceField(
        label="Which one lives on?",
        coerce=int,
        required=False,
        widget=forms.RadioSelect,
    )
    other = forms.CharField(
        label="Or another request",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "REQ-12", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label="Note to their requesters",
        required=False,
        max_length=500,
    )

    def __init__(self, *args, chosen, visible, **kwargs):
        super().__init__(*args, **kwargs)
        self.visible = visible
        self.fields["into"].choices = [(each.pk, f"{each.key} {each.title}") for each in chosen]

    def clean_other(self):
        other = self.cleaned_data["other"].strip()
        key = KEY.fullmatch(other)
        if other and not key:
            raise forms.ValidationError(f"“{other}” is no key; write one such as REQ-12.")
        return int(key[1]) if key else None

    def clean(self):
        """Leave `parent`, the request that lives on: where the chosen one went, or itself."""
        data = super().clean()
        if self.errors:
            return data
        chosen = data.pop("other") or data.get("into")
        data.pop("into", None)
        found = self.visible.filter(pk=chosen).select_related("merged_into") if chosen else None
        if not found:
            wrong = f"There is no request REQ-{chosen}." if chosen else "Choose the one to keep."
            raise forms.ValidationError(wrong)
        data["parent"] = found[0].living
        return data

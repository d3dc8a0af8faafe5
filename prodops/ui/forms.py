"""Forms of the shell."""

from django import forms


class SavedViewForm(forms.Form):
    """A list's address under a name."""

    name = forms.CharField(label="Name", max_length=60)
    is_shared = forms.BooleanField(label="Show it to everybody", required=False)
    list = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    query = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)

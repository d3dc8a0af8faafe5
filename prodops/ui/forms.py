"""Forms of the shell, and how every form page answers an act."""

from django import forms


class SearchSelect(forms.Select):
    """A select for long lists: with JavaScript, typing finds an option."""

    def __init__(self, attrs=None, choices=()):
        super().__init__({"data-search": True, **(attrs or {})}, choices)


class SavedViewForm(forms.Form):
    """A list's address under a name."""

    name = forms.CharField(label="Name", max_length=60)
    is_shared = forms.BooleanField(label="Show it to everybody", required=False)
    list = forms.SlugField(max_length=40, widget=forms.HiddenInput)
    query = forms.CharField(max_length=1000, required=False, widget=forms.HiddenInput)


def sent(request):
    """Return what was posted, None on a page that is only opened; an empty post is a post too."""
    return request.POST if request.method == "POST" else None


def done(form, act, *, refusal: type[Exception]) -> bool:
    """Run `act` when the form is well formed; a `refusal` it raises becomes the form's error."""
    if not form.is_valid():
        return False
    try:
        act()
    except refusal as reason:
        form.add_error(None, str(reason))
        return False
    return True

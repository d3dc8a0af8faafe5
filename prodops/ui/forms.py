"""Forms of the shell, and how every form page answers an act."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from prodops.ui.days import FIRST_DAY, LAST_DAY
from prodops.ui.words import one_line


class SearchSelect(forms.Select):
    """A select for long lists: with JavaScript, typing finds an option."""

    def __init__(self, attrs=None, choices=()):
        super().__init__({"data-search": True, **(attrs or {})}, choices)


class LineField(forms.CharField):
    """A title or a name: something to be seen, on one line."""

    def to_python(self, value):
        return one_line(super().to_python(value))


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day somebody works with; a slip of the keyboard such as the year 202 is refused."""

    FIRST, LAST = FIRST_DAY, LAST_DAY
    widget = DayInput
    default_error_messages = {"invalid": "Choose a day such as 2026-12-01."}

    def __init__(self, **options):
        refusal = f"Choose a day between {self.FIRST.year} and {self.LAST.year}."
        checks = [MinValueValidator(self.FIRST, refusal), MaxValueValidator(self.LAST, refusal)]
        super().__init__(validators=checks, **options)


class SavedViewForm(forms.Form):
    """A list's address under a name."""

    name = LineField(label="Name", max_length=60)
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

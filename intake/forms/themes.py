"""What people type about themes, their groups, quotes and suggestions."""

from django import forms

from intake.models import Theme, ThemeGroup
from intake.models.quote import LONGEST_QUOTE
from prodops.people.models import ProductArea, User
from prodops.ui.forms import LineField, SearchSelect


class GroupField(forms.ModelChoiceField):
    """A place in the taxonomy, by its names from the top."""

    def label_from_instance(self, group):
        return group.words


class ThemesField(forms.ModelMultipleChoiceField):
    """Themes in use as boxes to tick, under the names of their groups."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, themes):
        """Offer themes `in_order`, grouped by where they stand."""
        places: dict[str, list] = {}
        for theme in themes:
            places.setdefault(theme.place or "Without a group", []).append((theme.pk, theme.name))
        self.choices = list(places.items())


class ThemeForm(forms.Form):
    """What a theme is, where it stands and whose it is."""

    name = LineField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    description = forms.CharField(
        label="What belongs here?",
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="So that two people attach the same words to the same theme.",
    )
    group = GroupField(ThemeGroup.objects.none(), required=False, empty_label="No group")
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Nobody", widget=SearchSelect
    )
    product_area = forms.ModelChoiceField(
        ProductArea.objects.none(), label="Product area", required=False, empty_label="None"
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        owners = User.objects.active().exclude(role__in=[User.Role.REQUESTER, User.Role.EXECUTIVE])
        self.fields["group"].queryset = ThemeGroup.objects.in_order()
        self.fields["owner"].queryset = owners.order_by("name", "pk")
        self.fields["product_area"].queryset = ProductArea.objects.order_by("name", "pk")

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class ThemeGroupForm(forms.Form):
    """A group and what it stands below."""

    name = LineField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    parent = GroupField(
        ThemeGroup.objects.none(), label="Below", required=False, empty_label="The top"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = ThemeGroup.objects.filter(level__lt=3).in_order()

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())


class ThemeMergeForm(forms.Form):
    """Into which theme another goes."""

    parent = forms.ModelChoiceField(
        Theme.objects.none(),
        label="Which theme lives on?",
        empty_label="Choose a theme",
        widget=SearchSelect,
    )

    def __init__(self, *args, child, **kwargs):
        super().__init__(*args, **kwargs)
        others = Theme.objects.in_use().exclude(pk=child.pk)
        self.fields["parent"].queryset = others.order_by("name", "pk")


class QuoteForm(forms.Form):
    """Words of a record and the themes they speak for; `part` and `near` say where they stood."""

    words = forms.CharField(
        required=False,
        max_length=LONGEST_QUOTE,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    themes = ThemesField(Theme.objects.none(), required=False)
    new_theme = LineField(
        label="Or a new theme",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    part = forms.RegexField(
        r"\A(title|body|talk|why|(answer|comment):[0-9]{1,18})\Z",
        required=False,
        widget=forms.HiddenInput,
    )
    near = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    place = forms.ChoiceField(
        choices=[("record", "record"), ("triage", "triage")],
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args, noun="request", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].label = f"Words of the {noun}"
        self.fields[
            "words"
        ].help_text = f"As they stand there. Leave it empty to attach the whole {noun}."
        themes = Theme.objects.in_use().in_order()
        self.fields["themes"].queryset = themes
        self.fields["themes"].offer(themes)

    def clean_new_theme(self):
        return " ".join(self.cleaned_data["new_theme"].split())

    def clean(self):
        data = super().clean()
        if not self.errors and not (data["themes"] or data["new_theme"]):
            raise forms.ValidationError("Choose a theme, or name a new one.")
        return data


class ThemingForm(forms.Form):
    """The themes that many requests speak for as a whole."""

    themes = ThemesField(
        Theme.objects.none(), error_messages={"required": "Choose at least one theme."}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        themes = Theme.objects.in_use().in_order()
        self.fields["themes"].queryset = themes
        self.fields["themes"].offer(themes)


class ClusterForm(forms.Form):
    """What a suggestion becomes: a theme of that name, or part of one there is already."""

    members = forms.TypedMultipleChoiceField(
        label="Requests and tickets",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Keep at least one request or ticket."},
    )
    theme = forms.ModelChoiceField(
        Theme.objects.none(),
        label="Join to a theme",
        required=False,
        empty_label="None: make a new one",
        widget=SearchSelect,
    )
    name = LineField(
        label="Name of the new theme",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    group = GroupField(ThemeGroup.objects.none(), required=False, empty_label="No group")

    def __init__(self, *args, cluster, **kwargs):
        super().__init__(*args, **kwargs)
        members = cluster.members.all()
        self.initial = {"name": cluster.name, "members": [each.pk for each in members]}
        self.fields["members"].choices = [(each.pk, each.words) for each in members]
        self.fields["theme"].queryset = Theme.objects.in_use().order_by("name", "pk")
        self.fields["group"].queryset = ThemeGroup.objects.in_order()

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean(self):
        data = super().clean()
        if not self.errors and not (data["theme"] or data["name"]):
            self.add_error("name", "Name the new theme, or choose one to join.")
        return data

"""Tagging, attaching and turning support tickets into requests."""

import re

from django import forms

from intake.forms.requests import KEY, lines
from intake.models import ProductRequest, RequestKind, Theme, ThemeQuote, TicketRule
from intake.models.support import LONGEST_TAG, MOST_WORDS
from prodops.ui.forms import LineField, SearchSelect

MOST_TAGS = 20


def read_tags(text: str) -> list[str]:
    """Return tags with commas between, each once, in lower case."""
    found = (" ".join(tag.split()).lower() for tag in text.split(","))
    return list(dict.fromkeys(tag for tag in found if tag))


class TagField(forms.CharField):
    """Tags with commas between them."""

    def clean(self, value):
        tags = read_tags(super().clean(value))
        if len(tags) > MOST_TAGS:
            raise forms.ValidationError(f"Name at most {MOST_TAGS} tags at once.")
        if any(len(tag) > LONGEST_TAG for tag in tags):
            raise forms.ValidationError(f"A tag has at most {LONGEST_TAG} characters.")
        return tags


class TagForm(forms.Form):
    add = TagField(label="Add tags", required=False, help_text="With commas between.")
    remove = TagField(label="Take tags off", required=False)

    def clean(self):
        data = super().clean()
        if not self.errors and not (data["add"] or data["remove"]):
            raise forms.ValidationError("Name at least one tag.")
        return data


class AttachForm(forms.Form):
    """A request, by its key, and themes."""

    request = forms.CharField(
        label="Request",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"placeholder": "REQ-12", "autocomplete": "off"}),
        help_text="Its account's voice counts once, however many of its tickets are attached.",
    )
    theme = forms.ModelChoiceField(
        Theme.objects.none(), required=False, empty_label="No theme", widget=SearchSelect
    )

    def __init__(self, *args, visible, **options):
        super().__init__(*args, **options)
        self.visible = visible
        self.fields["theme"].queryset = Theme.objects.in_use().order_by("name", "pk")

    def clean_request(self):
        text = self.cleaned_data["request"].strip()
        if not text:
            return None
        key = KEY.fullmatch(text)
        found = self.visible.filter(pk=int(key[1])).first() if key else None
        if found is None:
            raise forms.ValidationError(
                f"There is no request “{text}”; write a key such as REQ-12."
            )
        return found

    def clean(self):
        data = super().clean()
        if not self.errors and not (data["request"] or data["theme"]):
            raise forms.ValidationError("Name a request or choose a theme.")
        return data


class TakeOffForm(forms.Form):
    """Which of the themes that some tickets speak for they shall speak for no more."""

    themes = forms.ModelMultipleChoiceField(
        Theme.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one theme."},
    )

    def __init__(self, *args, chosen, **options):
        super().__init__(*args, **options)
        links = ThemeQuote.objects.live().filter(ticket__in=chosen)
        spoken = Theme.objects.filter(pk__in=links.values("theme"))
        self.fields["themes"].queryset = spoken.order_by("name", "pk")


class TicketRequestForm(forms.Form):
    """What a ticket asks for, as a request says it."""

    title = LineField(max_length=ProductRequest._meta.get_field("title").max_length)
    kind = forms.ModelChoiceField(RequestKind.objects.none(), empty_label=None)
    body = forms.CharField(
        label="What should be possible?", required=False, max_length=20_000, widget=lines(8)
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        kinds = RequestKind.objects.filter(is_active=True)
        self.fields["kind"].queryset = kinds.order_by("position", "pk")


class TicketRuleForm(forms.Form):
    """A tag, and the words that give it."""

    tag = forms.CharField(max_length=LONGEST_TAG)
    words = forms.CharField(
        label="Words or phrases",
        max_length=5_000,
        widget=lines(4),
        help_text="One on a line or with commas between; any of them gives the tag. Whole words, "
        "in any case.",
    )
    is_active = forms.BooleanField(label="Tag tickets by it", required=False, initial=True)

    def __init__(self, *args, rule=None, **options):
        super().__init__(*args, **options)
        self.rule = rule

    def clean_tag(self):
        tag = " ".join(self.cleaned_data["tag"].split()).lower()
        if "," in tag:
            raise forms.ValidationError("A tag has no comma.")
        others = TicketRule.objects.exclude(pk=self.rule.pk if self.rule else None)
        if others.filter(tag__iexact=tag).exists():
            raise forms.ValidationError("There is a rule for this tag already.")
        return tag

    def clean_words(self):
        found = [" ".join(word.split()) for word in re.split(r"[,\n]", self.cleaned_data["words"])]
        words = list(dict.fromkeys(word for word in found if word))
        if not words:
            raise forms.ValidationError("Write at least one word.")
        if len(words) > MOST_WORDS:
            raise forms.ValidationError(f"Write at most {MOST_WORDS} words or phrases.")
        if short := [word for word in words if not 2 <= len(word) <= 120]:
            raise forms.ValidationError(f"“{short[0][:40]}” is too short or too long for a word.")
        return words

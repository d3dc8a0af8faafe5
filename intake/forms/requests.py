"""The forms of asking, sorting and the acts of triage."""

import re
from datetime import datetime, time

from django import forms
from django.db.models import Q
from django.utils import timezone

from intake.forms.choices import read_choices
from intake.forms.questions import as_answer, question_field, question_name
from intake.models import Account, Backing, Category, FormField, ProductRequest, RequestKind
from prodops.people.models import ProductArea, Team, User
from prodops.people.permissions import can_triage
from prodops.ui.forms import DayField, LineField, SearchSelect

KEY = re.compile(r"(?:REQ-?)?(\d{1,18})", re.IGNORECASE)


def lines(rows, placeholder=""):
    return forms.Textarea(attrs={"rows": rows, "placeholder": placeholder})


class ProductRequestForm(forms.Form):
    """What a requester tells us."""

    title = LineField(
        label="What do you need, in one line?",
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    kind = forms.ModelChoiceField(RequestKind.objects.none(), empty_label=None)
    body = forms.CharField(
        label="What should be possible?",
        required=False,
        max_length=20_000,
        widget=lines(5),
        help_text="Say what you or the customer try to do, and what happens today.",
    )
    why = forms.CharField(
        label="Why does it matter?",
        required=False,
        max_length=5_000,
        widget=lines(3),
        help_text="What it costs or wins: hours, deals, renewals.",
    )
    account = forms.ModelChoiceField(
        Account.objects.none(),
        label="For which customer?",
        required=False,
        empty_label="For nobody in particular",
        widget=SearchSelect,
    )
    urgency = forms.ChoiceField(
        choices=ProductRequest.Urgency, initial=ProductRequest.Urgency.NORMAL
    )
    product_area = forms.ModelChoiceField(
        ProductArea.objects.none(),
        label="Which part of the product?",
        required=False,
        empty_label="I am not sure",
    )
    is_shared = forms.BooleanField(
        label="Show it to colleagues who ask for something similar",
        help_text="They see its title and state. Whoever backs it reads all that you read of it.",
        required=False,
        initial=True,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = RequestKind.objects.filter(is_active=True).order_by("position", "pk")
        self.fields["kind"].queryset = kinds
        self.fields["account"].queryset = Account.objects.order_by("name", "pk")
        self.fields["product_area"].queryset = ProductArea.objects.order_by("name", "pk")
        self.kind = self._chosen(kinds)
        self.questions = list(FormField.objects.asked(self.kind)) if self.kind else []
        for question in self.questions:
            self.fields[question_name(question)] = question_field(question)

    def clean(self):
        """Gather the answers to the questions of this kind under `answers`."""
        data = super().clean()
        given = {each: data.pop(question_name(each), None) for each in self.questions}
        data["answers"] = {
            each: as_answer(value) for each, value in given.items() if value not in (None, "")
        }
        return data

    def question_fields(self):
        """The questions of the chosen kind, for the template."""
        return [self[question_name(each)] for each in self.questions]

    def _chosen(self, kinds):
        """The kind that was chosen, or the first one there is."""
        asked = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        kinds = list(kinds)
        return next((each for each in kinds if str(each.pk) == str(asked)), None) or (
            kinds[0] if kinds else None
        )


class BackingForm(forms.Form):
    """A voice for what somebody else asked."""

    account = forms.ModelChoiceField(
        Account.objects.none(),
        label="For which customer?",
        required=False,
        empty_label="For myself",
        widget=SearchSelect,
    )
    importance = forms.TypedChoiceField(
        choices=Backing.Importance, coerce=int, initial=Backing.Importance.IMPORTANT
    )
    note = forms.CharField(
        label="What should we know?", required=False, max_length=500, widget=lines(2)
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = Account.objects.order_by("name", "pk")


class AnswerForm(forms.Form):
    answer = forms.CharField(label="Your answer", max_length=10_000, widget=lines(3))


class SortingForm(forms.Form):
    """Whose a request is, and what about; only the fields that were sent are cleaned."""

    kind = forms.ModelChoiceField(RequestKind.objects.none(), required=False, empty_label=None)
    category = forms.ModelChoiceField(Category.objects.none(), required=False, empty_label="None")
    product_area = forms.ModelChoiceField(
        ProductArea.objects.none(), label="Area", required=False, empty_label="None"
    )
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label="None")
    owner = forms.ModelChoiceField(
        User.objects.none(),
        required=False,
        empty_label="Nobody",
        widget=SearchSelect,
    )
    priority = forms.ChoiceField(
        choices=[("", "None"), *ProductRequest.Priority.choices], required=False
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        owners = User.objects.active().exclude(role__in=[User.Role.REQUESTER, User.Role.EXECUTIVE])
        kinds = RequestKind.objects.order_by("position", "pk")
        offered = Q(is_active=True) | Q(pk=self.initial.get("kind"))
        self.fields["kind"].queryset = kinds if self.is_bound else kinds.filter(offered)
        self.fields["category"].queryset = Category.objects.order_by("name", "pk")
        self.fields["product_area"].queryset = ProductArea.objects.order_by("name", "pk")
        self.fields["team"].queryset = Team.objects.order_by("name", "pk")
        self.fields["owner"].queryset = owners.order_by("name", "pk")

    def read_choices(self, also=None):
        """Read once what each field offers, and what else is wanted; return name → choices."""
        named = {
            name: field.queryset
            for name, field in self.fields.items()
            if isinstance(field, forms.ModelChoiceField)
        }
        read = read_choices(named, also)
        for name, choices in ((name, read[name]) for name in named):
            empty = self.fields[name].empty_label
            first = [("", empty)] if empty is not None else []
            self.fields[name].choices = first + [(each.pk, each.name) for each in choices]
        return read

    def clean_owner(self):
        owner = self.cleaned_data["owner"]
        if owner and not can_triage(owner):
            raise forms.ValidationError(f"{owner} may not own requests.")
        return owner


class BulkSortingForm(SortingForm):
    """The same choices for many requests; what is left empty stays as it is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("kind", "category", "product_area", "team", "owner"):
            self.fields[name].empty_label = "Leave as it is"
        self.fields["priority"].choices = [
            ("", "Leave as it is"),
            *ProductRequest.Priority.choices,
        ]

    def clean(self):
        chosen = {name: value for name, value in super().clean().items() if value}
        if not chosen and not self.errors:
            raise forms.ValidationError("Choose at least one thing to set.")
        return chosen


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label="Why do we say no?",
        max_length=5_000,
        widget=lines(4),
        help_text="The requester and everybody who backs it will read this.",
        error_messages={"required": "Say why; the requester will read it."},
    )


class QuestionForm(forms.Form):
    question = forms.CharField(
        label="What do you want to know?",
        max_length=5_000,
        widget=lines(3),
        help_text="The requester is told, and the clocks stand still until there is an answer.",
        error_messages={"required": "Write the question."},
    )


class ReopenForm(forms.Form):
    reason = forms.CharField(label="Why is it opened again?", max_length=2_000, widget=lines(3))


class SnoozeForm(forms.Form):
    """Put aside until the morning of a day."""

    until = DayField(label="Until the morning of", error_messages={"required": "Choose a day."})

    def clean_until(self):
        day = self.cleaned_data["until"]
        if day <= timezone.localdate():
            raise forms.ValidationError("Choose a day to come.")
        return timezone.make_aware(datetime.combine(day, time(8)))


class MergeForm(forms.Form):
    """Which request this one is the same as: one of the suggestions, or any key."""

    parent = forms.IntegerField(required=False)
    other = forms.CharField(
        label="Another request",
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"placeholder": "REQ-12", "autocomplete": "off"}),
    )
    reason = forms.CharField(label="Note", required=False, max_length=500)

    def __init__(self, *args, visible, **kwargs):
        super().__init__(*args, **kwargs)
        self.visible = visible

    def clean_other(self):
        other = self.cleaned_data["other"].strip()
        if not other:
            return None
        key = KEY.fullmatch(other)
        if not key:
            raise forms.ValidationError(f"“{other}” is no key; write one such as REQ-12.")
        return int(key[1])

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        chosen = data.get("other") or data.get("parent")
        if not chosen:
            raise forms.ValidationError("Choose the request that this one is the same as.")
        data["was_suggested"] = not data.get("other")
        data["parent"] = self.visible.filter(Q(pk=chosen)).select_related("merged_into").first()
        if not data["parent"]:
            raise forms.ValidationError(f"There is no request REQ-{chosen}.")
        del data["other"]
        return data

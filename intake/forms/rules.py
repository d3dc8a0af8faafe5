"""The forms of routing rules: what a rule sets, what it asks, how it goes live, and the rota."""

from django import forms
from django.core.validators import validate_email

from intake.forms.requests import SortingForm, lines
from intake.models import Account, ProductRequest
from intake.models.facts import WITHOUT_WANTED, Sort
from intake.models.routing import MOST_WANTED
from prodops.people.models import User
from prodops.people.permissions import can_triage
from prodops.ui.forms import DayField, LineField

LONGEST_WANTED = 200
SIZES = [("100", "100"), ("300", "300"), ("1000", "1,000")]
HELP = {
    "account": "Names of accounts, one a line.",
    "tier": "One tier a line, such as Gold.",
    "domain": "What follows the @, one a line.",
    Sort.WORDS: "Words or phrases, one a line; one of them is enough. Whole words, in any case.",
    Sort.NAMES: "One a line; one of them is enough.",
}


class RuleForm(SortingForm):
    """A rule's name and what it sets."""

    name = LineField(label="Name", max_length=120, help_text="Shown on each request it sorts.")
    takes_turns = forms.BooleanField(
        label="Owner is whose turn it is on the team's triage rota", required=False
    )
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    field_order = ("name", "category", "product_area", "team", "owner", "takes_turns", "priority")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["kind"]  # a rule asks for it and does not set it
        for name in ("category", "product_area", "team", "owner"):
            self.fields[name].empty_label = "Leave as it is"
        self.fields["priority"].choices = [
            ("", "Leave as it is"),
            *ProductRequest.Priority.choices,
        ]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].split())

    def clean(self):
        data = super().clean()
        if data.get("takes_turns") and not data.get("team"):
            self.add_error("team", "Choose the team whose rota it is.")
        if data.get("takes_turns") and data.get("owner"):
            self.add_error("owner", "Either one owner or whose turn it is, not both.")
        sets = ("category", "product_area", "team", "owner", "priority")
        if not self.errors and not any(data.get(name) for name in sets):
            raise forms.ValidationError("Choose at least one thing for the rule to set.")
        return data


class ConditionForm(forms.Form):
    """One thing a rule asks; the fields are those that fit what is asked about."""

    operator = forms.ChoiceField(label="Compare")

    def __init__(self, *args, fact, names, **kwargs):
        super().__init__(*args, **kwargs)
        self.fact = fact
        self.fields["operator"].choices = [(each.value, each.label) for each in fact.operators]
        self.fields["wanted"] = self._wanted(names)

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        wanted = [] if data["operator"] in WITHOUT_WANTED else self._as_list(data["wanted"])
        if not wanted and data["operator"] not in WITHOUT_WANTED:
            self.add_error("wanted", "Say what to compare it with.")
        return {"field": self.fact.key, "operator": data["operator"], "wanted": wanted}

    def _wanted(self, names):
        label, sort = "With", self.fact.sort
        if sort == Sort.CHOICE:
            widget = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(
                label=label, choices=list(names.items()), required=False, widget=widget
            )
        if sort == Sort.NUMBER:
            return forms.DecimalField(label=label, required=False, max_digits=16, decimal_places=4)
        if sort == Sort.DATE:
            return DayField(label=label, required=False)
        text = HELP.get(self.fact.key) or HELP[sort]
        return forms.CharField(label=label, required=False, widget=lines(3), help_text=text)

    def clean_wanted(self):
        wanted = self.cleaned_data["wanted"]
        if self.fact.sort not in (Sort.NAMES, Sort.WORDS):
            return wanted
        written = [" ".join(line.split()) for line in wanted.splitlines()]
        unique = list(dict.fromkeys(each for each in written if each))
        if len(unique) > MOST_WANTED:
            raise forms.ValidationError(f"A condition compares with {MOST_WANTED} at most.")
        if any(len(each) > LONGEST_WANTED for each in unique):
            raise forms.ValidationError(f"Keep each line under {LONGEST_WANTED} characters.")
        return _known_accounts(unique) if self.fact.key == "account" else unique

    def _as_list(self, wanted):
        if isinstance(wanted, list):
            return [
                each.removeprefix("@") if self.fact.key == "domain" else each for each in wanted
            ]
        return [] if wanted is None else [str(wanted)]


def _known_accounts(names):
    """Return the accounts as they are written. Raises ValidationError naming one nobody knows."""
    found = []
    for name in names:
        account = Account.objects.filter(name__iexact=name).first()
        if account is None:
            raise forms.ValidationError(f"There is no account “{name}”.")
        found.append(account.name)
    return found


class PublicationForm(forms.Form):
    note = forms.CharField(
        label="What changes, and why?",
        required=False,
        max_length=300,
        help_text="Kept with the version, for whoever asks later.",
    )


class TrialForm(forms.Form):
    """How many past requests to try the rules on."""

    size = forms.ChoiceField(label="Newest requests", choices=SIZES, required=False)

    def clean_size(self):
        return int(self.cleaned_data["size"] or SIZES[0][0])


class RotaForm(forms.Form):
    """Who takes turns, in order."""

    people = forms.CharField(
        label="E-mail addresses, one a line, in the order of turns",
        required=False,
        max_length=5_000,
        widget=lines(6),
        help_text="Turns change each Monday in the team's own time; who has left is passed over.",
    )

    def clean_people(self):
        found = {}
        for line in self.cleaned_data["people"].split():
            validate_email(line)
            person = User.objects.active().filter(email__iexact=line).first()
            if person is None or not can_triage(person):
                raise forms.ValidationError(f"Nobody with the address {line} may own requests.")
            found[person.pk] = person
        return list(found.values())

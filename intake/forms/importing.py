"""Handing a file in, and saying what its columns and words mean."""

import zoneinfo

from django import forms

from intake.models import Account, Import, ProductRequest, SupportTicket
from intake.services.imports.choices import (
    CAN_BE_MADE,
    EMPTY,
    MAKE,
    Choice,
    plain_word,
    read_choices,
)
from intake.services.imports.fields import Field, asked_questions, fields_of
from intake.services.imports.values import ORDERS
from prodops.ui.forms import SearchSelect

LARGEST = 200 << 20  # bytes
MOST_NAMES = 2000
DATES = (("", "Year first, or in words"), *ORDERS.items())
SOURCES = {
    Import.Subject.REQUESTS: ProductRequest.Source.choices,
    Import.Subject.TICKETS: SupportTicket.Source.choices,
}


class ImportForm(forms.Form):
    """A file, what is in it, and how it writes moments."""

    subject = forms.ChoiceField(label="What does it hold?", choices=Import.Subject)
    file = forms.FileField(
        help_text="CSV with a heading line, in any encoding and with any delimiter. Tickets also "
        "as JSON of Zendesk or Intercom. An Excel sheet is saved as CSV first."
    )
    source = forms.ChoiceField(
        label="Where does it come from?",
        help_text="A number counts once for each source, so the same file twice doubles nothing.",
    )
    time_zone = forms.ChoiceField(label="Time zone of moments that name none", widget=SearchSelect)
    dates = forms.ChoiceField(label="How days are written", choices=DATES, required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        zones = sorted(zoneinfo.available_timezones())
        self.fields["time_zone"].choices = [(zone, zone) for zone in zones]
        self.fields["source"].choices = [
            (subject.label, [(f"{subject.value}:{value}", label) for value, label in choices])
            for subject, choices in SOURCES.items()
        ]

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("The file is larger than 200 MB; hand it in in parts.")
        return file

    def clean(self):
        data = super().clean()
        subject, _, source = data.get("source", "").partition(":")
        if "source" in data and subject != data.get("subject"):
            words = "requests" if data.get("subject") == Import.Subject.REQUESTS else "tickets"
            self.add_error("source", f"Choose a source of {words}.")
        data["source"] = source
        return data


def _accounts() -> Choice:
    names = Account.objects.order_by("name", "pk").values_list("name", flat=True)
    known = {plain_word(name): name for name in names}
    return Choice("account", [(name, name) for name in known.values()], known)


class AccountField(forms.CharField):
    """Which account a word means; left empty, the import makes one of that name."""

    def __init__(self, choice: Choice, word: str, **options):
        attrs = {"list": "account-names", "placeholder": f"New account “{word[:40]}”"}
        super().__init__(label=word, required=False, widget=forms.TextInput(attrs=attrs), **options)
        self.choice = choice

    def clean(self, value):
        name = super().clean(value)
        if name and self.choice.find(name) is None:
            raise forms.ValidationError(f"There is no account “{name}”.")
        return self.choice.find(name) if name else ""


class MappingForm(forms.Form):
    """What each column means, and, where words differ, what they mean; see `columns`, `words`."""

    def __init__(self, data=None, *, importing, **options):
        super().__init__(data, **options)
        self.importing = importing
        questions = [] if importing.is_of_tickets else asked_questions()
        self.known = fields_of(importing.subject, questions)
        self.choices = {} if importing.is_of_tickets else read_choices()
        self.choices["account"] = _accounts()
        self._ask_columns()
        self._ask_defaults()
        self._ask_words()

    def _ask_columns(self):
        mapped = self.importing.mapping.get("columns", [])
        options = [("", "Leave it out"), *((key, each.label) for key, each in self.known.items())]
        for place, name in enumerate(self.importing.head):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=name or f"Column {place + 1}",
                choices=options,
                required=False,
                initial=mapped[place] if place < len(mapped) else "",
            )

    def _ask_defaults(self):
        if self.importing.is_of_tickets:
            return
        said = self.importing.mapping.get("defaults", {})
        for name, empty in (("kind", "Choose one"), ("category", "None")):
            options = [("", empty), *self.choices[name].options]
            first = options[1][0] if name == "kind" and len(options) > 1 else ""
            self.fields[f"default_{name}"] = forms.ChoiceField(
                label=f"{name.capitalize()} of rows that have none",
                choices=options,
                required=False,
                initial=said.get(name, first),
            )

    def _ask_words(self):
        """Ask what words mean that are no names of ours; those that are need no question."""
        self.word_keys = {}
        for place, key in self._chosen():
            field = self.known.get(key)
            choice = self.choices.get(field.choice) if field and field.choice else None
            for number, word in enumerate(self.importing.words.get(str(place), [])):
                if choice is None or choice.find(word) is not None:
                    continue
                name = f"word_{place}_{number}"
                self.word_keys[name] = (place, field, word)
                self.fields[name] = self._word_field(choice, field, word)

    def _word_field(self, choice: Choice, field: Field, word: str):
        said = self.importing.mapping.get("words", {}).get(field.key, {})
        if choice.name == "account":
            return AccountField(choice, word, initial=said.get(plain_word(word), ""))
        made = [(MAKE, f"Make “{word[:40]}”")] if choice.name in CAN_BE_MADE else []
        extra = [("", "Say what it means"), *made, (EMPTY, "Leave it empty")]
        answer = said.get(plain_word(word), "")
        return forms.ChoiceField(
            label=word,
            choices=[*extra, *choice.options],
            required=False,
            initial=answer,
            widget=SearchSelect if len(choice.options) > 20 else forms.Select,
        )

    def _chosen(self):
        for place in range(len(self.importing.head)):
            name = f"column_{place}"
            yield place, self.data.get(name, "") if self.is_bound else self.fields[name].initial

    def account_names(self):
        """Names to choose from, where a column names accounts the hub does not know."""
        asks = any(isinstance(self.fields[name], AccountField) for name in self.word_keys)
        return [label for _, label in self.choices["account"].options[:MOST_NAMES]] if asks else []

    def columns(self):
        """Each column with its heading, samples and field, for the template."""
        return [
            {
                "field": self[f"column_{place}"],
                "samples": [row[place] for row in self.importing.samples if place < len(row)],
            }
            for place in range(len(self.importing.head))
        ]

    def defaults(self):
        return [self[name] for name in self.fields if name.startswith("default_")]

    def words(self):
        """The words to be explained, by column, for the template."""
        found = {}
        for name, (place, field, _) in self.word_keys.items():
            column = self.importing.head[place]
            found.setdefault((place, column, field.label), []).append(self[name])
        return [
            {"column": column, "label": label, "fields": fields}
            for (_, column, label), fields in found.items()
        ]

    def clean(self):
        """Gather the mapping; each field is fed by one column, and needed ones by some."""
        data = super().clean()
        columns = [data.get(f"column_{place}", "") for place in range(len(self.importing.head))]
        for place, key in enumerate(columns):
            if key and key in columns[:place]:
                self.add_error(
                    f"column_{place}", f"Another column gives “{self.known[key].label}” already."
                )
        for key, field in self.known.items():
            if field.is_needed and key not in columns:
                self.add_error(None, f"Say which column holds “{field.label}”.")
        return {"mapping": self._mapping(data, columns)}

    def _mapping(self, data, columns):
        words = {}
        for name, (_, field, word) in self.word_keys.items():
            if answer := data.get(name):
                words.setdefault(field.key, {})[plain_word(word)] = answer
        kept = {
            name: value
            for name, value in self.importing.mapping.items()
            if name in ("time_zone", "dates", "source")
        }
        defaults = {name: data.get(f"default_{name}", "") for name in ("kind", "category")}
        return {**kept, "columns": columns, "words": words, "defaults": defaults}


class PartialForm(forms.Form):
    """May wrong rows be left out?"""

    is_partial = forms.BooleanField(required=False)


class UndoForm(forms.Form):
    """Which changed records go with an import that is taken back; only those it may choose."""

    chosen = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args, offered, **options):
        super().__init__(*args, **options)
        self.fields["chosen"].choices = [(each.pk, each.pk) for each in offered]

"""What people enter about series and events; each kind of series shows its part of the form."""

import re
import zoneinfo
from typing import Any

from django import forms

from prodops.integrations.amplitude import definitions, queries
from prodops.integrations.amplitude.budget import TooDear
from prodops.integrations.amplitude.models import Cohort, Series
from prodops.integrations.models import Connection
from prodops.people.models import User
from prodops.people.permissions import is_insider
from prodops.ui.forms import DayField, LineField, SearchSelect

Kind = Series.Kind
KINDS = [choice for choice in Kind.choices if choice[0] != Kind.EXPORT]
MEASURES = {
    Kind.SEGMENTATION: [
        ("totals", "How often it happened"),
        ("uniques", "How many people did it"),
        ("average", "How often a person did it on average"),
        ("pct_dau", "Share of active people who did it"),
        ("sums", "Sum of a property"),
        ("value_avg", "Average of a property"),
        ("formula", "A formula"),
    ],
    Kind.USERS: [("active", "Active people"), ("new", "New people")],
}
MODES = [("ordered", "In this order"), ("unordered", "In any order"), ("sequential", "Directly")]
EVENTS_NEEDED = {Kind.SEGMENTATION: (1, 2), Kind.FUNNEL: (2, 12), Kind.RETENTION: (2, 2)}
COMMON = ("title", "connection", "owner", "time_zone", "is_active")
OF_WHOM = ("segments", "segment", "grain", "starts_on")
ASKED = {
    Kind.SEGMENTATION: ("events", "measure", "formula", "group_by", *OF_WHOM),
    Kind.USERS: ("measure", "group_by", *OF_WHOM),
    Kind.FUNNEL: ("events", "mode", "group_by", *OF_WHOM),
    Kind.RETENTION: ("events", *OF_WHOM),
    Kind.CHART: ("chart",),
    Kind.COHORT: ("cohort",),
}
EVENTS_HELP = {
    Kind.SEGMENTATION: "One event, or two to compare or divide.",
    Kind.FUNNEL: "A step a line, two to twelve.",
    Kind.RETENTION: "Two lines: what begins it (_new for new people), and what counts as coming"
    " back (_active for anything).",
}


def zones():
    return [(name, name) for name in sorted(zoneinfo.available_timezones())]


def _each(read, lines):
    try:
        return [read(line.strip()) for line in lines]
    except definitions.Unclear as error:
        raise forms.ValidationError(str(error)) from None


def insiders():
    return User.objects.with_role(*[role for role in User.Role if is_insider(User(role=role))])


class SeriesForm(forms.Form):
    """A series of one kind; `definition` and the finished `Series` are made of what was entered."""

    title = LineField(max_length=200, help_text="What it shows, as people would ask for it.")
    connection = forms.ModelChoiceField(
        Connection.objects.filter(kind=Connection.Kind.AMPLITUDE).order_by("name", "pk"),
        empty_label=None,
        label="Project",
    )
    events = forms.CharField(
        label="Events",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        max_length=8000,
    )
    measure = forms.ChoiceField(label="Count")
    formula = forms.CharField(
        required=False,
        max_length=200,
        help_text="A is the first event and B the second, such as UNIQUES(B)/UNIQUES(A).",
    )
    mode = forms.ChoiceField(label="Steps are taken", choices=MODES)
    group_by = forms.CharField(
        label="By property of people",
        required=False,
        max_length=200,
        help_text="Such as platform or country; a project's own begin with gp:.",
    )
    segments = forms.CharField(
        label="Segments, in Amplitude's own JSON",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One a line, such as"
        ' [{"prop":"platform","op":"is","values":["iOS"]}]. Empty: everybody.',
    )
    segment = forms.CharField(
        label="Whom it counts, in words",
        required=False,
        max_length=200,
        help_text="Such as iOS only.",
    )
    chart = forms.CharField(
        label="Chart",
        max_length=300,
        help_text="Its address in Amplitude, or the id at the end of it.",
    )
    cohort = forms.ModelChoiceField(Cohort.objects.none(), widget=SearchSelect)
    grain = forms.TypedChoiceField(
        label="Each point is a", coerce=int, choices=Series.Grain.choices
    )
    starts_on = DayField(label="History from")
    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Nobody yet", widget=SearchSelect
    )
    time_zone = forms.ChoiceField(
        label="The project's time zone",
        choices=zones,
        widget=SearchSelect,
        help_text="As its settings in Amplitude say: days begin and end in it.",
    )
    is_active = forms.BooleanField(label="Read it with every sync", required=False, initial=True)

    def __init__(self, *args, kind, today, series=None, **options):
        super().__init__(*args, **options)
        self.kind, self.today, self.series = Kind(kind), today, series
        names = (*COMMON[:2], *ASKED[self.kind], *COMMON[2:])
        shown: dict[str, Any] = {name: self.fields[name] for name in names}
        self.fields = shown
        shown["owner"].queryset = insiders().for_display()
        if "cohort" in shown:
            present = Cohort.objects.filter(lost_since=None, is_archived=False)
            shown["cohort"].queryset = present.for_display()
        if "measure" in shown:
            shown["measure"].choices = MEASURES[self.kind]
        if "events" in shown:
            shown["events"].help_text = (
                f"{EVENTS_HELP[self.kind]} By the name it is sent under; ce:Name is a custom event."
                " With filters: Amplitude's own JSON of the event on its line."
            )

    def clean_events(self):
        lines = [line.strip() for line in self.cleaned_data["events"].splitlines() if line.strip()]
        least, most = EVENTS_NEEDED[self.kind]
        if not least <= len(lines) <= most:
            wanted = f"{least}" if least == most else f"{least} to {most}"
            raise forms.ValidationError(f"Enter {wanted} events, one a line.")
        return _each(definitions.read_event, lines)

    def clean_segments(self):
        lines = [line for line in self.cleaned_data["segments"].splitlines() if line.strip()]
        return _each(definitions.read_segment, lines)

    def clean_chart(self):
        found = re.search(
            r"([A-Za-z0-9_-]{4,40})/?(?:[?#].*)?$", self.cleaned_data["chart"].strip()
        )
        if not found:
            raise forms.ValidationError("This is neither a chart's address nor its id.")
        return found[1]

    def clean_starts_on(self):
        starts_on = self.cleaned_data["starts_on"]
        if starts_on > self.today or (self.today - starts_on).days > 1_825:
            raise forms.ValidationError("Choose a day of the last five years.")
        return starts_on

    def clean(self):
        super().clean()
        values = self.cleaned_data
        if values.get("measure") == "formula" and not values.get("formula"):
            self.add_error("formula", "Enter the formula.")
        if not self.errors:
            values["definition"] = definitions.of(values)
            self._check_price()
        return values

    def draft(self) -> Series:
        """Return the series as entered, not saved."""
        return Series(**self.saved(), pk=self.series.pk if self.series else None)

    def saved(self) -> dict:
        """Return the fields of the series as entered."""
        values = self.cleaned_data
        names = ("title", "connection", "owner", "time_zone", "is_active", "definition")
        return {name: values[name] for name in names} | {
            "kind": self.kind,
            "grain": values.get("grain", Series.Grain.DAY),
            "segment": values.get("segment", ""),
            "starts_on": values.get("starts_on", self.today),
        }

    def _check_price(self):
        if self.kind in {Kind.CHART, Kind.COHORT}:
            return
        try:
            queries.longest(self.draft())
        except TooDear as refusal:
            self.add_error(None, str(refusal))


class EventForm(forms.Form):
    """Who looks after a kind of event."""

    owner = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Nobody yet", widget=SearchSelect
    )
    notes = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="When it is sent and what it is for; Markdown. Kept here, not in Amplitude.",
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        shown: dict[str, Any] = self.fields
        shown["owner"].queryset = insiders().for_display()

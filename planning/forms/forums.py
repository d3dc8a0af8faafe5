"""Forums: open or change one, move a session, invite guests, put an agenda right."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django import forms

from planning.forms.fields import seen_field, text_area
from planning.models import Forum
from planning.models.agenda_sources import choices
from planning.models.forum import LENGTHS, participants
from prodops.people.models import Team, User
from prodops.people.validators import validate_holiday_calendar, validate_time_zone
from prodops.ui.forms import DayField, LineField, SearchSelect

MOST_STANDING, LONGEST_STANDING = 20, 200
STANDING_HELP = "One a line, with its minutes behind a bar if not five: “Numbers of the week | 10”."


def insiders():
    return User.objects.active().exclude(role=User.Role.REQUESTER).for_display()


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class ForumForm(forms.Form):
    name = LineField(max_length=120)
    purpose = forms.CharField(
        required=False, max_length=5000, widget=text_area(3), help_text="What it is for. Markdown."
    )
    rhythm = forms.ChoiceField(label="It meets", choices=Forum.Rhythm.choices)
    every_weeks = forms.IntegerField(
        label="Every how many weeks", min_value=1, max_value=26, initial=1
    )
    nth = forms.TypedChoiceField(
        label="In which week, if monthly", choices=Forum.Nth.choices, coerce=int, initial=1
    )
    weekday = forms.TypedChoiceField(choices=Forum.Weekday.choices, coerce=int, initial=2)
    meets_at = forms.TimeField(label="At", widget=TimeInput, help_text="In the forum’s time zone.")
    time_zone = forms.CharField(
        max_length=64, validators=[validate_time_zone], help_text="Such as Europe/Berlin."
    )
    minutes = forms.IntegerField(
        label="Length in minutes", min_value=LENGTHS[0], max_value=LENGTHS[1], initial=60
    )
    starts_on = DayField(label="First on or after")
    holiday_calendar = forms.CharField(
        label="Public holidays of",
        required=False,
        max_length=10,
        validators=[validate_holiday_calendar],
        help_text="Country or region code such as DE or US-CA; empty has none.",
    )
    moves_off_holidays = forms.BooleanField(
        label="On a holiday it meets the next working day", required=False, initial=True
    )
    owner = forms.ModelChoiceField(queryset=None, widget=SearchSelect)
    facilitator = forms.ModelChoiceField(
        queryset=None, required=False, empty_label="The owner", widget=SearchSelect
    )
    members = forms.ModelMultipleChoiceField(
        queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    team = forms.ModelChoiceField(
        label="Only about the work of",
        queryset=None,
        required=False,
        empty_label="Every team",
        help_text="Narrows what the agenda pulls in by itself.",
    )
    sources = forms.MultipleChoiceField(
        label="The agenda pulls in", required=False, widget=forms.CheckboxSelectMultiple
    )
    standing = forms.CharField(
        label="On every agenda",
        required=False,
        max_length=5000,
        widget=text_area(4),
        help_text=STANDING_HELP,
    )
    is_private = forms.BooleanField(
        label="Private: only its own people see it, its sessions and minutes", required=False
    )

    def __init__(self, *args, is_edit=False, **kwargs):
        super().__init__(*args, **kwargs)
        if is_edit:
            self.fields["seen"] = seen_field()
        for name in ("owner", "facilitator", "members"):
            self.fields[name].queryset = insiders()
        self.fields["team"].queryset = Team.objects.order_by("name", "pk")
        self.fields["sources"].choices = choices()

    def clean_standing(self):
        """Return (title, minutes) of each line."""
        lines = [line.strip() for line in self.cleaned_data["standing"].splitlines()]
        found = [_standing(line) for line in lines if line]
        if len(found) > MOST_STANDING:
            raise forms.ValidationError(f"At most {MOST_STANDING} lines stand on every agenda.")
        if len({title for title, _ in found}) < len(found):
            raise forms.ValidationError("Each line stands there once.")
        return found


def _standing(line: str) -> tuple[str, int]:
    title, bar, minutes = line.rpartition("|")
    title, minutes = (title.strip(), minutes.strip()) if bar else (line, "5")
    if not title or len(title) > LONGEST_STANDING:
        most = f"A line has 1 to {LONGEST_STANDING} characters"
        raise forms.ValidationError(f"{most}: “{line[:40]}”.")
    if not (minutes.isascii() and minutes.isdigit() and 1 <= int(minutes) <= 240):
        raise forms.ValidationError(f"Minutes are 1 to 240: “{line[-40:]}”.")
    return title, int(minutes)


class MoveForm(forms.Form):
    on = DayField(label="To")
    at = forms.TimeField(label="At", widget=TimeInput)
    minutes = forms.IntegerField(
        label="Length in minutes", min_value=LENGTHS[0], max_value=LENGTHS[1]
    )
    reason = forms.CharField(max_length=500, widget=text_area(2))

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["at"].help_text = f"In {zone}."

    def clean(self):
        data = super().clean()
        if data.get("on") and data.get("at") and not self._is_on_the_clock():
            self.add_error("at", "The clocks go forward over this time that night: choose another.")
        return data

    def _is_on_the_clock(self):
        there = self.starts_at.astimezone(UTC).astimezone(ZoneInfo(self.zone))
        return there.time() == self.cleaned_data["at"]

    @property
    def starts_at(self):
        """The moment that was chosen, by a clock where the forum is."""
        day, at = self.cleaned_data["on"], self.cleaned_data["at"]
        return datetime.combine(day, at, ZoneInfo(self.zone))


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=500, widget=text_area(2))


class GuestsForm(forms.Form):
    people = forms.ModelMultipleChoiceField(
        label="Invited to this session alone",
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, forum, **kwargs):
        super().__init__(*args, **kwargs)
        own = [user.pk for user in participants(forum)]
        self.fields["people"].queryset = insiders().exclude(pk__in=own)


class ItemForm(forms.Form):
    title = LineField(label="Put on the agenda", max_length=200)
    minutes = forms.IntegerField(min_value=1, max_value=240, initial=5)


class ItemActForm(forms.Form):
    """What to do with a line of an agenda."""

    ACTS = ("put_off", "dismiss", "put_back", "up", "down", "minutes")

    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    reason = forms.CharField(required=False, max_length=300)
    minutes = forms.IntegerField(required=False, min_value=1, max_value=240)

    def clean(self):
        data = super().clean()
        if data.get("act") == "dismiss" and not data.get("reason"):
            self.add_error("reason", "Say why it needs no talk.")
        if data.get("act") == "minutes" and not data.get("minutes"):
            self.add_error("minutes", "Give it 1 to 240 minutes.")
        return data


class AddendumForm(forms.Form):
    text = forms.CharField(
        label="Correct the minutes",
        max_length=10_000,
        widget=text_area(4),
        help_text="The minutes stay as they were sent; what you write stands below them.",
    )

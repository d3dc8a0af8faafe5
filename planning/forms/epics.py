"""Creating an epic in Jira: where, and what Jira asks for."""

import uuid

from django import forms
from django.db.models import F, Q

from planning.forms.fields import text_area
from prodops.integrations.jira.models import JiraProject, JiraUser
from prodops.integrations.models import Connection
from prodops.ui.forms import DayField

LONGEST_SUMMARY = 255  # Jira's own limit


class ProjectForm(forms.Form):
    """In which project the epic begins; projects the account lost are left out."""

    project = forms.ModelChoiceField(queryset=None, empty_label="Choose a project")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = writable_projects()
        self.fields["project"].label_from_instance = lambda project: f"{project.key} {project.name}"


def writable_projects():
    """Return the projects of connections that are open for writing, of those they read."""
    open_ones = Connection.objects.writable()
    is_read = Q(connection__projects=[]) | Q(connection__projects__contains=[F("key")])
    found = JiraProject.objects.filter(is_read, connection__in=open_ones, lost_since=None)
    return found.select_related("connection").order_by("key", "pk")


class NewEpicForm(forms.Form):
    """What Jira wants to know of a new epic; `token` names this one click for ever."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    type = forms.ChoiceField(label="Type")
    summary = forms.CharField(max_length=LONGEST_SUMMARY)
    description = forms.CharField(
        required=False,
        max_length=20000,
        widget=text_area(8),
        help_text="Plain text, written to Jira as it stands here.",
    )

    def __init__(self, *args, meta, project, **kwargs):
        super().__init__(*args, **kwargs)
        self.meta, self.project = meta, project
        self.fields["token"].initial = uuid.uuid4
        self.fields["type"].choices = meta.types
        self.fields["type"].initial = meta.type_id
        if len(meta.types) == 1:
            self.fields["type"].widget = forms.HiddenInput()
        for field in meta.fields:
            self.fields[f"jira-{field.jira_id}"] = FIELDS[field.kind](field, self)

    def clean_summary(self):
        return " ".join(self.cleaned_data["summary"].split())

    def as_jira(self):
        """Return the fields as Jira takes them."""
        values = self.cleaned_data
        asked = {
            field.jira_id: field.as_jira(values[f"jira-{field.jira_id}"])
            for field in self.meta.fields
        }
        description = values["description"].replace("\r\n", "\n")
        return {
            "project": {"key": self.project.key},
            "issuetype": {"id": values["type"]},
            "summary": values["summary"],
            **({"description": description} if description else {}),
            **asked,
        }

    def prose(self):
        """Return the fields that hold whole texts."""
        texts = [field.jira_id for field in self.meta.fields if field.kind == "paragraph"]
        return ["description", *texts]

    def names(self):
        """Return how Jira calls its fields, by id."""
        return {field.jira_id: field.name for field in self.meta.fields}

    def in_words(self):
        """Return (label, value) of what will be written, for the preview."""
        values = self.cleaned_data
        lines = [
            ("Type", dict(self.meta.types)[values["type"]]),
            ("Summary", values["summary"]),
            ("Description", values["description"] or "Empty"),
        ]
        for field in self.meta.fields:
            lines.append((field.name, field.in_words(values[f"jira-{field.jira_id}"])))
        return lines

    def show_problems(self, problems, general):
        """Put what Jira said about a field at that field, the rest above the form."""
        for name, text in problems.items():
            place = name if name in self.fields else f"jira-{name}"
            if place in self.fields:
                self.add_error(place, f"Jira says: {text}")
            else:
                self.add_error(None, f"Jira says of {name}: {text}")
        if general:
            self.add_error(None, general)


def started(values):
    """Return posted-looking data from the fields a write carried, to show its form again."""
    shown = {name: values.get(name, "") for name in ("summary", "description")}
    shown["type"] = (values.get("issuetype") or {}).get("id", "")
    return shown | {f"jira-{name}": _plain(value) for name, value in values.items()}


def _plain(value):
    if isinstance(value, dict):
        return value.get("id") or value.get("accountId") or ""
    if isinstance(value, list):
        parts = [_plain(each) for each in value]
        return parts if any(isinstance(each, dict) for each in value) else " ".join(parts)
    return value


def _text(field, form):
    initial = form.initial.get("summary") if field.is_epic_name else None
    return forms.CharField(label=field.name, max_length=LONGEST_SUMMARY, initial=initial)


def _paragraph(field, form):
    return forms.CharField(label=field.name, max_length=20000, widget=text_area(4))


def _number(field, form):
    return forms.FloatField(label=field.name)


def _date(field, form):
    return DayField(label=field.name)


def _moment(field, form):
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=field.name, widget=widget)


def _choice(field, form):
    return forms.ChoiceField(label=field.name, choices=[("", "Choose"), *field.options])


def _choices(field, form):
    return forms.MultipleChoiceField(
        label=field.name, choices=field.options, widget=forms.CheckboxSelectMultiple
    )


def _words(field, form):
    return forms.CharField(
        label=field.name, max_length=1000, help_text="Words with spaces between them."
    )


def _user(field, form):
    people = JiraUser.objects.filter(connection=form.project.connection_id, is_active=True)
    choices = people.order_by("name", "pk").values_list("jira_id", "name")
    return forms.ChoiceField(label=field.name, choices=[("", "Choose a person"), *choices])


FIELDS = {
    "text": _text,
    "paragraph": _paragraph,
    "number": _number,
    "date": _date,
    "moment": _moment,
    "choice": _choice,
    "choices": _choices,
    "words": _words,
    "user": _user,
}

"""Linking, creating and releasing the Jira versions of a launch."""

import uuid
from datetime import timedelta

from django import forms
from django.db.models import Q

from launches.forms.launch import DayField
from planning.forms.epics import writable_projects
from prodops.integrations.jira.models import JiraVersion
from prodops.ui.forms import LineField

RECENT = timedelta(days=183)


class VersionForm(forms.Form):
    """A version that is there already, and was not released long before the day `on`."""

    version = forms.ModelChoiceField(
        queryset=None,
        empty_label="Choose a version",
        help_text="Those to come, and those released in the last half year.",
    )

    def __init__(self, *args, launch, on, **kwargs):
        super().__init__(*args, **kwargs)
        lately = Q(is_released=False) | Q(release_on__gte=on - RECENT)
        present = JiraVersion.objects.present().filter(
            lately, is_archived=False, project__isnull=False
        )
        field = self.fields["version"]
        field.queryset = present.exclude(launch_links__launch=launch).for_display()
        field.label_from_instance = in_a_list


def in_a_list(version):
    """Return "CORE 4.2, planned for 12 Nov 2026"."""
    day = f"{version.release_on:%-d %b %Y}" if version.release_on else ""
    if version.is_released:
        state = f"released {day}".strip()
    else:
        state = f"planned for {day}" if day else "no date"
    return f"{version.project.key} {version.name}, {state}"


class NewVersionForm(forms.Form):
    """A version to create in Jira; `token` names this one click for ever."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    project = forms.ModelChoiceField(queryset=None, empty_label="Choose a project")
    name = LineField(max_length=255)
    description = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    release_on = DayField(label="Release date", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = writable_projects()
        self.fields["project"].label_from_instance = lambda project: f"{project.key} {project.name}"

    def in_words(self):
        """Return (label, value) of what will be written, for the preview."""
        values = self.cleaned_data
        day = values["release_on"]
        return [
            ("Project", f"{values['project'].key} {values['project'].name}"),
            ("Name", values["name"]),
            ("Description", values["description"] or "Empty"),
            ("Release date", f"{day:%-d %b %Y}" if day else "None"),
            ("State", "Not released"),
        ]


class ReleaseForm(forms.Form):
    """The day a version counts as released."""

    release_on = DayField(label="Released on")

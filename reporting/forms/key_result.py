"""Choose the figure a key result takes its values from."""

from django import forms

from prodops.people.models import Team
from reporting.models import MetricDefinition


class DefinitionField(forms.ModelChoiceField):
    def label_from_instance(self, definition):
        return f"{definition.key} {definition.name}, {definition.get_unit_display()}"


class MetricForm(forms.Form):
    definition = DefinitionField(queryset=None, label="Metric", empty_label="Choose a metric")
    team = forms.ModelChoiceField(
        queryset=None, required=False, empty_label="The whole organisation"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        current = MetricDefinition.objects.current().order_by("position", "key")
        self.fields["definition"].queryset = current
        self.fields["team"].queryset = Team.objects.order_by("name", "pk")

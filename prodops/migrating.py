"""Changing many models in one migration without waiting for Django's picture of all of them."""

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import AddField
from django.db.migrations.operations.models import AddConstraint, AddIndex, CreateModel


class CreateTogether(Operation):
    """Create models and install their triggers; `creations` is in the order foreign keys need.

    After each operation Django builds anew every model that is related to the one it changed, and
    here all are related: a hundred and fifty times all of them. This builds them once.
    """

    def __init__(self, creations: list[CreateModel]):
        self.creations = creations

    def state_forwards(self, app_label, state):
        # What was built is thrown away, so that nothing is built anew before all are known.
        state.__dict__.pop("apps", None)
        for creation in self.creations:
            creation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for creation in self.creations:
            creation.database_forwards(app_label, schema_editor, from_state, to_state)
        for trigger in self._triggers():
            schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for trigger in self._triggers():
            schema_editor.execute(trigger.uninstall_sql, params=None)
        for creation in reversed(self.creations):
            creation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Create {', '.join(creation.name for creation in self.creations)}"

    def _triggers(self):
        return [
            trigger
            for creation in self.creations
            for trigger in creation.options.get("triggers", [])
        ]


class Together(Operation):
    """Do `operations` in their order, with Django's picture built once before and once after all.

    Each is shown the models as they stood before the first and stand after the last, so that a
    field is changed once in here, not added and then altered. Fields, indexes and constraints
    that are added to a model made in here come with it.
    """

    def __init__(self, operations: list[Operation]):
        self.operations = operations
        self._made = {each.name_lower for each in operations if isinstance(each, CreateModel)}

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)
        for each in self.operations:
            each.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for each in self._written():
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        for each in reversed(self._written()):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return "; ".join(each.describe() for each in self.operations)

    def _written(self):
        return [each for each in self.operations if not self._comes_with_its_model(each)]

    def _comes_with_its_model(self, each):
        name = getattr(each, "model_name", "").lower()
        return isinstance(each, AddField | AddIndex | AddConstraint) and name in self._made

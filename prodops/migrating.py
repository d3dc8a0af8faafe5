"""Creating many models in one migration without waiting for Django's picture of all of them."""

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel


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

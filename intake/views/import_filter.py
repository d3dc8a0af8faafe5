"""The filter that every list of imported records has."""

from intake.models import Import
from prodops.people.permissions import can_run_operations
from prodops.ui.lists import Filter

OFFERED = 200


def _imports(user):
    """The newest imports; those who may not see imports still know their numbers."""
    newest = Import.objects.order_by("-at", "-pk").values_list("pk", "name")[:OFFERED]
    if can_run_operations(user):
        return [(pk, f"{pk}: {name}") for pk, name in newest]
    return [(pk, f"Import {pk}") for pk, _ in newest]


FROM_IMPORT = Filter(
    "import",
    "From import",
    _imports,
    lambda rows, value, user: rows.filter(imported__importing=value),
)

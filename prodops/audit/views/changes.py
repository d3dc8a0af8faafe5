"""The change history: a list to filter and export, and the history of one row."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from prodops.audit.models import Change, Thread
from prodops.audit.models.change import table_names, used_tables
from prodops.people.models import User
from prodops.people.permissions import can_run_operations, require
from prodops.ui import lists

PERIODS = (
    ("1", "Last 24 hours"),
    ("7", "Last 7 days"),
    ("30", "Last 30 days"),
    ("90", "Last 90 days"),
)


def _tables(user):
    return [(table, table_names().get(table, table)) for table in used_tables()]


def _people(user):
    named = [(str(person.pk), str(person)) for person in User.objects.for_display()]
    return [("nobody", "Nobody signed in"), *named]


def _by(changes, value, user):
    return changes.filter(actor=None) if value == "nobody" else changes.filter(actor=int(value))


def _since(changes, value, user):
    return changes.filter(at__gte=timezone.now() - timedelta(days=int(value)))


def _words(change):
    return "; ".join(
        f"{field}: {before} → {after}" for field, before, after in change.differences()
    )


# Only time gives it an order: any other would sort millions to show fifty, and filters say more.
CHANGES = lists.ListPage(
    slug="changes",
    title="Audit log",
    columns=(
        lists.Column("at", "When", value=lambda change: change.at, order=("at",)),
        lists.Column("actor", "Who", value=lambda change: change.actor or ""),
        lists.Column("via", "Through", value=lambda change: change.get_via_display()),
        lists.Column("operation", "Did", value=lambda change: change.get_operation_display()),
        lists.Column("table", "What", value=lambda change: change.subject),
        lists.Column("row", "Row", value=lambda change: change.row),
        lists.Column("label", "Called", value=lambda change: change.label),
        lists.Column("changes", "From → to", value=_words),
    ),
    filters=(
        lists.Filter("table", "What", _tables, lambda rows, value, user: rows.filter(table=value)),
        lists.Filter("by", "Who", _people, _by),
        lists.Filter(
            "via",
            "Through",
            lambda user: Change.Via.choices,
            lambda rows, value, user: rows.filter(via=value),
        ),
        lists.Filter(
            "did",
            "Did",
            lambda user: Change.Operation.choices,
            lambda rows, value, user: rows.filter(operation=value),
        ),
        lists.Filter("since", "When", lambda user: list(PERIODS), _since),
    ),
    search=("label__icontains", "row"),
    order=("-at", "-pk"),
    row_template="audit/_change_row.html",
    empty_title="No change matches",
    empty_text="Every change to a record is listed here: who, when, through what, from → to.",
    template="audit/changes.html",
    noun="change",
    nouns="changes",
)


@require_GET
@require(can_run_operations)
def changes(request):
    return lists.respond(request, CHANGES, Change.objects.visible_to(request.user).for_display())


@require_GET
@require(can_run_operations)
def history(request, table, row):
    """The changes of one row, whatever it was called."""
    rows = Change.objects.visible_to(request.user).of_row(table, row)
    if table not in table_names():
        raise Http404("No such table.")
    context = {"history_of": f"{table_names()[table]} {row}"}
    return lists.respond(request, CHANGES, rows.for_display(), context=context)


@require_GET
@require(can_run_operations)
def thread_history(request, pk):
    """Lead from a record's timeline to the history of the record itself."""
    thread = get_object_or_404(Thread.objects.visible_to(request.user), pk=pk)
    for relation in Thread._meta.related_objects:
        if relation.one_to_one:
            owner = relation.related_model.objects.filter(**{relation.field.name: thread})
            if row := owner.values_list("pk", flat=True).first():
                return redirect("audit:history", relation.related_model._meta.db_table, row)
    raise Http404("The record of this thread is gone.")

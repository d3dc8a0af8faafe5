"""Imports: hand a file in, say what its columns mean, check it, write it, take it back."""

import csv

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intake.forms.importing import ImportForm, MappingForm, PartialForm, UndoForm
from intake.models import Import
from intake.services import Refusal
from intake.services.imports import keeping, undoing
from intake.services.imports.problems import FileRefused
from prodops.people.permissions import can_run_operations, require
from prodops.ui import lists
from prodops.ui.lists.export import Echo, cell
from prodops.ui.toasts import toast

SHOWN_PROBLEMS = 100
Column = lists.Column
IMPORTS = lists.ListPage(
    slug="imports",
    title="Imports",
    columns=(
        Column("name", "File", lambda each: each.name, ("name",)),
        Column("subject", "Holds", lambda each: each.get_subject_display(), ("subject",)),
        Column("state", "State", lambda each: each.get_state_display(), ("state",)),
        Column("at", "Handed in", lambda each: each.at, ("at",)),
        Column("by", "By", lambda each: str(each.by or "A command")),
        Column("rows", "Rows", lambda each: each.rows, ("rows",), numeric=True),
        Column("created", "New", lambda each: each.created, ("created",), numeric=True),
        Column("known", "Here already", lambda each: each.known, ("known",), numeric=True),
        Column("refused", "Wrong", lambda each: each.refused, ("refused",), numeric=True),
    ),
    filters=(
        lists.Filter(
            "subject",
            "Holds",
            lambda user: Import.Subject.choices,
            lambda rows, value, user: rows.filter(subject=value),
        ),
        lists.Filter(
            "state",
            "State",
            lambda user: Import.State.choices,
            lambda rows, value, user: rows.filter(state=value),
        ),
    ),
    search=("name__icontains",),
    order=("-at", "-pk"),
    row_template="intake/_import_row.html",
    empty_title="Nothing was imported yet",
    empty_text="Requests and support tickets come in from CSV, with a check before anything is "
    "written and a way back after.",
    empty_icon="document-arrow-up",
    action=("Import a file", "intake:new-import"),
    noun="import",
    nouns="imports",
)


@require_GET
@require(can_run_operations)
def imports(request):
    return lists.respond(request, IMPORTS, Import.objects.visible_to(request.user).for_display())


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def new(request):
    """Take a file; what its columns mean is asked next."""
    subject = request.GET.get("subject", Import.Subject.REQUESTS)
    started = {"time_zone": request.user.time_zone, "subject": subject}
    started["source"] = "tickets:zendesk" if subject == "tickets" else "requests:csv"
    form = ImportForm(request.POST or None, request.FILES or None, initial=started)
    if request.method == "POST" and form.is_valid():
        try:
            kept = keeping.keep_file(**form.cleaned_data, by=request.user, at=timezone.now())
            return redirect("intake:import-mapping", kept.pk)
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
    status = 422 if form.errors else 200
    return render(request, "intake/new_import.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def mapping(request, pk):
    """Ask what columns and words mean; a changed column asks for its words by htmx."""
    found = _find(request, pk)
    is_asking = request.GET.get("columns") == "changed"
    data = request.POST if request.method == "POST" else request.GET if is_asking else None
    form = MappingForm(data, importing=found)
    if request.method == "POST" and form.is_valid():
        try:
            keeping.start_check(
                importing=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return redirect("intake:import", pk)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    template = "_import_words.html" if request.htmx and is_asking else "import_mapping.html"
    context = {"importing": found, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, f"intake/{template}", context, status=status)


@require_GET
@require(can_run_operations)
def record(request, pk):
    """One import; while a worker has it the page asks for its partial every two seconds."""
    found = _find(request, pk)
    problems = found.problems.order_by("line", "pk")
    context = {
        "importing": found,
        "problems": problems[:SHOWN_PROBLEMS],
        "problem_count": problems.count() if found.refused else 0,
        "has_contents": found.parts.exists(),
    }
    template = "_import.html" if request.htmx else "import.html"
    return render(request, f"intake/{template}", context)


@require_POST
@require(can_run_operations)
def run(request, pk):
    """Import what was checked."""
    found, form = _find(request, pk), PartialForm(request.POST)
    form.full_clean()
    try:
        keeping.start_import(
            importing=found, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        toast(request, f"A worker imports {found.name}.")
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:import", pk)


@require_GET
@require(can_run_operations)
def problems(request, pk):
    """Every problem as CSV: line, column, value, what is wrong, what to do."""
    found = _find(request, pk)
    rows = found.problems.order_by("line", "pk").values_list(
        "line", "column", "value", "what", "cure"
    )
    head = ["Line", "Column", "Value", "What is wrong", "What to do"]
    return _csv(f"import-{pk}-problems.csv", [head], rows.iterator(chunk_size=1000))


@require_GET
@require(can_run_operations)
def wrong_rows(request, pk):
    """The wrong rows as they stand in the file, to be mended and handed in again."""
    found = _find(request, pk)
    if not found.parts.exists():
        toast(request, "Its contents were forgotten after thirty days.", tone="negative")
        return redirect("intake:import", pk)
    return _csv(f"import-{pk}-wrong-rows.csv", keeping.wrong_rows(found))


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def undo(request, pk):
    """Show what taking an import back would do; then do it."""
    found = _find(request, pk)
    preview = undoing.preview_undo(importing=found)
    if request.method == "POST":
        form = UndoForm(request.POST, offered=preview.changed)
        if not form.is_valid():
            toast(request, "What you ticked cannot go any more; look again.", tone="negative")
            return redirect("intake:import-undoing", pk)
        try:
            undoing.start_undo(
                importing=found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            toast(request, f"A worker takes import {pk} back.")
        except Refusal as refusal:
            toast(request, str(refusal), tone="negative")
        return redirect("intake:import", pk)
    return render(request, "intake/import_undo.html", {"importing": found, "preview": preview})


def _find(request, pk):
    return get_object_or_404(Import.objects.visible_to(request.user).for_display(), pk=pk)


def _csv(name, *parts):
    writer = csv.writer(Echo())
    lines = (writer.writerow([cell(value) for value in row]) for rows in parts for row in rows)
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

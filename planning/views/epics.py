"""Creating an epic in Jira from an initiative: where, what, a look at it, then the click."""

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from planning.forms.epics import NewEpicForm, ProjectForm, started, writable_projects
from planning.models import Initiative, InitiativeEpic
from planning.services import Refusal, epic_writing
from prodops.integrations.errors import SourceError
from prodops.integrations.jira.outward import meta
from prodops.integrations.models import OutwardWrite
from prodops.people.permissions import can_plan, require
from prodops.ui.lists import key_of
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
@require(can_plan)
def new_epic(request, pk):
    """Choose the project, fill in what Jira asks for, look at it, and let it be written."""
    initiative = _find(request, pk)
    again = _refused(request, initiative)
    project = _project(request, again)
    if project is None:
        return _choose_project(request, initiative)
    try:
        form = _form(request, initiative, project, again)
    except SourceError as error:
        return _choose_project(request, initiative, error)
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        return _preview_or_write(request, initiative, form, again)
    return _page(request, "new_epic", initiative, form=form, again=again)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def link_back(request, pk):
    """Put a link to the initiative on a linked Jira issue."""
    links = InitiativeEpic.objects.filter(
        initiative__in=Initiative.objects.visible_to(request.user)
    ).select_related("initiative__thread", "issue__connection", "issue__project")
    link = get_object_or_404(links, pk=pk)
    refusal = None
    if request.method == "POST":
        try:
            write = epic_writing.link_back(link=link, by=request.user, at=timezone.now())
        except Refusal as error:
            refusal = error
        else:
            return _asked(request, link.initiative, write)
    shown = epic_writing.link_of(link.initiative)["object"]
    context = {"link": link, "shown": shown, "refusal": refusal}
    return _page(request, "link_back", link.initiative, **context)


def _find(request, pk):
    found = Initiative.objects.visible_to(request.user).select_related("thread", "owner")
    return get_object_or_404(found, pk=pk)


def _refused(request, initiative):
    """Return the failed write the form is to mend, if the address names one."""
    asked = request.POST.get("again") or request.GET.get("again", "")
    failed = OutwardWrite.objects.filter(thread=initiative.thread, kind="epic", state="failed")
    return failed.filter(pk=key_of(asked)).first()


def _project(request, again):
    if again:
        return writable_projects().filter(connection=again.connection_id, key=again.target).first()
    asked = request.POST.get("project") or request.GET.get("project", "")
    return writable_projects().filter(pk=key_of(asked)).first()


def _choose_project(request, initiative, error=None):
    form = ProjectForm(initial={"project": request.GET.get("project", "")})
    context = {"form": form, "error": error, "projects": writable_projects().exists()}
    return _page(request, "new_epic_project", initiative, **context)


def _form(request, initiative, project, again):
    """Return the form: posted, begun with what the initiative says, or as Jira refused it."""
    held = again.payload["fields"] if again else {}
    kind = request.POST.get("type") or request.GET.get("type") or started(held)["type"]
    asked = {"meta": meta.create_form(project, kind), "project": project}
    initial = {"summary": initiative.title, "description": _description(initiative)}
    if request.method == "POST":
        return NewEpicForm(request.POST, initial=initial, **asked)
    if not again:
        return NewEpicForm(initial=initial, **asked)
    form = NewEpicForm({**started(held), "token": again.key.partition(":")[2]}, **asked)
    form.show_problems(again.problems, again.error)
    return form


def _description(initiative):
    """Return what the initiative is about, with the way back to it."""
    url = settings.SITE_URL + initiative.get_absolute_url()
    parts = [initiative.problem.strip(), initiative.outcome.strip()]
    titled = [
        f"{title}\n{text}"
        for title, text in zip(("Problem", "Outcome wanted"), parts, strict=True)
        if text
    ]
    return "\n\n".join([*titled, f"{initiative.key}: {url}"])


def _preview_or_write(request, initiative, form, again):
    """Show exactly what will be written; on the second click, have it written."""
    told = {"by": request.user, "at": timezone.now()}
    fields, project = form.as_jira(), form.project
    if "confirm" in request.POST:
        try:
            write = (
                epic_writing.correct_epic(write=again, project=project, fields=fields, **told)
                if again
                else _create(initiative, form, fields, told)
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return _page(request, "new_epic", initiative, form=form, again=again)
        return _asked(request, initiative, write)
    token = str(form.cleaned_data["token"])
    mark = epic_writing.mark_of(initiative, token) if form.meta.takes_labels else ""
    shown = {"lines": form.in_words(), "title": epic_writing.title_of(fields, project)}
    return _page(
        request, "new_epic_preview", initiative, form=form, again=again, mark=mark, **shown
    )


def _create(initiative, form, fields, told):
    return epic_writing.create_epic(
        initiative=initiative,
        project=form.project,
        fields=fields,
        names=form.names(),
        prose=form.prose(),
        takes_labels=form.meta.takes_labels,
        token=str(form.cleaned_data["token"]),
        **told,
    )


def _asked(request, initiative, write):
    if write.is_open:
        toast(request, f"{write.title}: a worker writes it to {write.connection}.")
    else:
        toast(request, f"{write.title}: asked for before, and {write.get_state_display().lower()}.")
    return redirect(initiative)


def _page(request, name, initiative, **context):
    form = context.get("form")
    wrong = context.get("refusal") or context.get("error") or (form and form.errors)
    status = 422 if wrong and request.method == "POST" else 200
    return render(
        request, f"planning/{name}.html", context | {"initiative": initiative}, status=status
    )

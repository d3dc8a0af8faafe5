"""The Jira versions of a launch, and the release note on its epics."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from launches import services
from launches.forms.versions import NewVersionForm, ReleaseForm, VersionForm
from launches.models import Launch, LaunchVersion
from launches.views.acts import (
    add_refusal,
    done,
    form_page,
    launch_for,
    refuse_unless_decider,
)
from planning.forms.epics import writable_projects
from prodops.people.permissions import can_launch, require
from prodops.ui.forms import sent


@require_http_methods(["GET", "POST"])
@require(can_launch)
def link(request, pk):
    launch = launch_for(request, pk)
    form = VersionForm(sent(request), launch=launch, on=timezone.localdate())
    if _did(request, form, services.link_version, launch=launch):
        return done(request, launch, "Linked the version.")
    lead = "Its state and its issues are shown here; nothing is written to Jira."
    title = "Link a Jira version"
    return form_page(request, form, launch=launch, title=title, submit="Link", lead=lead)


@require_POST
@require(can_launch)
def unlink(request, pk):
    found = _link(request, pk)
    services.unlink_version(link=found, by=request.user, at=timezone.now())
    return done(request, found.launch, f"Unlinked {found.version}. Jira keeps it.")


@require_http_methods(["GET", "POST"])
@require(can_launch)
def new(request, pk):
    """Fill in a version, look at it, and let it be created in Jira."""
    launch = launch_for(request, pk)
    started = {"name": launch.title, "release_on": launch.launch_on}
    form = NewVersionForm(sent(request), initial=started)
    is_posted = request.method == "POST" and "change" not in request.POST
    if is_posted and "confirm" in request.POST:
        if _did(request, form, services.create_version, launch=launch):
            return done(request, launch, "A worker creates the version in Jira.")
    elif is_posted and form.is_valid():
        shown = {"lines": form.in_words(), "title": "A version", "submit": "Create it in Jira"}
        return _preview(request, launch, form, **shown, changes=True)
    if not writable_projects().exists():
        return _preview(request, launch, None, title="", submit="", is_closed=True)
    lead = "You see what will be written to Jira before it is."
    title = "Create a Jira version"
    return form_page(request, form, launch=launch, title=title, submit="Preview", lead=lead)


@require_http_methods(["GET", "POST"])
@require(can_launch)
def release(request, pk):
    """Mark a version as released in Jira; product ops or the owner of the launch."""
    found = _link(request, pk)
    refuse_unless_decider(request.user, found.launch)
    form = ReleaseForm(sent(request), initial={"release_on": timezone.localdate()})
    if _did(request, form, services.release_version, link=found):
        return done(request, found.launch, "A worker marks the version as released in Jira.")
    version = found.version
    lines = [
        ("Version", f"{version.project or ''} {version.name}".strip()),
        ("On", str(version.connection)),
        ("Becomes", "Released"),
    ]
    shown = {"title": f"Version {version.name}", "submit": "Mark as released in Jira"}
    return _preview(request, found.launch, form, lines=lines, is_editable=True, **shown)


@require_http_methods(["GET", "POST"])
@require(can_launch)
def note(request, pk):
    """Put a link to the release note on each epic behind the launch."""
    launch = launch_for(request, pk)
    refusal = None
    if request.method == "POST":
        try:
            asked = services.post_note(launch=launch, by=request.user, at=timezone.now())
        except services.Refusal as error:
            refusal = error
        else:
            epics = "1 epic" if len(asked) == 1 else f"{len(asked)} epics"
            return done(request, launch, f"A worker links the release note on {epics}.")
    shown = services.note_of(launch)["object"]
    lines = [("Text", shown["title"]), ("Leads to", shown["url"] or "No address yet")]
    issues = services.noted_issues(launch)
    lines += [("On", f"{issue.key} {issue.summary}") for issue in issues]
    title, submit = "A web link to the release note", "Write the links to Jira"
    return _preview(request, launch, None, title=title, submit=submit, lines=lines, refusal=refusal)


def _link(request, pk):
    found = LaunchVersion.objects.filter(launch__in=Launch.objects.visible_to(request.user))
    shown = found.select_related("launch__thread", "launch__owner", "version__project")
    return get_object_or_404(shown.select_related("version__connection"), pk=pk)


def _did(request, form, service, **about):
    """Do what a posted form asks; False leaves the form with what was wrong."""
    if request.method != "POST" or not form.is_valid():
        return False
    values = dict(form.cleaned_data)
    if "token" in values:
        values["token"] = str(values["token"])
    try:
        service(by=request.user, at=timezone.now(), **about, **values)
    except services.Refusal as refusal:
        add_refusal(form, refusal)
    return not form.errors


def _preview(request, launch, form, **shown):
    """Show exactly what will be written to Jira, with the button that has it written."""
    wrong = shown.get("refusal") or (form and form.errors)
    status = 422 if wrong and request.method == "POST" else 200
    context = {"launch": launch, "form": form, **shown}
    return render(request, "launches/jira_preview.html", context, status=status)

"""Making, changing, archiving and merging themes, and the groups they stand in."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from intake import services
from intake.forms.themes import ThemeForm, ThemeGroupForm, ThemeMergeForm
from intake.models import Theme, ThemeGroup
from intake.services.themes import edition
from prodops.people.permissions import can_run_operations, can_triage, is_insider, require
from prodops.ui.forms import done, sent
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
@require(can_triage)
def new(request):
    """Make a theme."""
    form = ThemeForm(sent(request), initial={"owner": request.user.pk, **request.GET.dict()})

    def act():
        fields = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
        made = services.create_theme(by=request.user, at=timezone.now(), **fields)
        toast(request, f"{made.key} is there. Attach what people say to it.")
        form.made = made

    if request.method == "POST" and done(form, act, refusal=services.Refusal):
        return redirect(form.made)
    return _page(request, form, title="New theme", submit="Make the theme")


@require_http_methods(["GET", "POST"])
@require(can_triage)
def edit(request, pk):
    """Change what a theme is, where it stands and whose it is."""
    theme = _find(request, pk)
    fields = ("name", "description", "group_id", "owner_id", "product_area_id")
    initial = {name.removesuffix("_id"): getattr(theme, name) for name in fields}
    form = ThemeForm(sent(request), initial={**initial, "seen": edition(theme)})

    def act():
        services.edit_theme(theme=theme, by=request.user, at=timezone.now(), **form.cleaned_data)
        toast(request, f"Saved {theme.key}.")

    if request.method == "POST" and done(form, act, refusal=services.Refusal):
        return redirect(theme)
    return _page(request, form, title=f"Edit {theme}", submit="Save", theme=theme)


@require_http_methods(["GET", "POST"])
@require(can_triage)
def merge(request, pk):
    """Say which theme another is the same as."""
    theme = _find(request, pk)
    form = ThemeMergeForm(sent(request), child=theme)

    def act():
        parent = form.cleaned_data["parent"]
        services.merge_themes(child=theme, parent=parent, by=request.user, at=timezone.now())
        undo_url = reverse("intake:theme-unmerge", args=[theme.pk])
        toast(request, f"Merged {theme.key} into {theme.living}.", undo_url=undo_url)

    if request.method == "POST" and done(form, act, refusal=services.Refusal):
        return redirect(theme.living)
    note = (
        f"All quotes of “{theme}” speak for the other theme from then on, each once. "
        "The merge can be undone at any time; each then has its own again."
    )
    title = f"Merge {theme.key} {theme}"
    return _page(request, form, title=title, submit="Merge", theme=theme, note=note)


@require_POST
@require(can_triage)
def unmerge(request, pk):
    """Let a merged theme stand on its own again."""
    words = "{theme} stands on its own again."
    return _act(request, pk, services.unmerge_theme, words, name="child")


@require_POST
@require(can_triage)
def archive(request, pk):
    undo_url = reverse("intake:theme-return", args=[pk])
    return _act(request, pk, services.archive, "Archived {theme}.", undo_url=undo_url)


@require_POST
@require(can_triage)
def bring_back(request, pk):
    return _act(request, pk, services.bring_back, "{theme} is in use again.")


@require_http_methods(["GET"])
@require(is_insider)
def taxonomy(request):
    """The groups of themes as a tree."""
    context = {
        "groups": list(ThemeGroup.objects.visible_to(request.user).for_display()),
        "may_order": can_run_operations(request.user),
        "form": ThemeGroupForm(auto_id="group_%s"),
    }
    return render(request, "intake/themes/taxonomy.html", context)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def group(request, pk=None):
    """Add a group, or rename and move one with all below it."""
    found = get_object_or_404(ThemeGroup, pk=pk) if pk else None
    started = {"name": found.name, "parent": found.parent_id} if found else None
    form = ThemeGroupForm(sent(request), initial=started)

    def act():
        change = {"group": found} if found else {}
        service = services.change_group if found else services.add_group
        toast(request, f"“{service(**change, **form.cleaned_data)}” is in the taxonomy.")

    if request.method == "POST" and done(form, act, refusal=services.Refusal):
        return redirect("intake:taxonomy")
    title = f"Change “{found}”" if found else "New group"
    cancel = reverse("intake:taxonomy")
    return _page(request, form, title=title, submit="Save the group", cancel=cancel)


@require_POST
@require(can_run_operations)
def remove_group(request, pk):
    found = get_object_or_404(ThemeGroup, pk=pk)
    try:
        services.remove_group(group=found)
        toast(request, f"“{found}” is gone.")
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect("intake:taxonomy")


def _find(request, pk):
    rows = Theme.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("thread", "group", "merged_into"), pk=pk)


def _act(request, pk, service, words, *, undo_url=None, name="theme"):
    theme = _find(request, pk)
    try:
        service(**{name: theme}, by=request.user, at=timezone.now())
        toast(request, words.format(theme=theme), undo_url=undo_url)
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    return redirect(theme)


def _page(request, form, *, title, submit, theme=None, note="", cancel=""):
    """Answer with a page that holds one form."""
    cancel = cancel or (theme.get_absolute_url() if theme else reverse("intake:themes"))
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "theme": theme,
        "note": note,
        "cancel": cancel,
    }
    return render(request, "intake/themes/form.html", context, status=422 if form.errors else 200)

"""Pages of the shell itself: saved views of lists, and the style guide."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from prodops.ui import styleguide as styleguide_examples
from prodops.ui.forms import SavedViewForm
from prodops.ui.models import SavedView, may_share
from prodops.ui.toasts import toast


@require_POST
def save_view(request):
    """Keep a list's address under a name; an own view of the same name is replaced."""
    form = SavedViewForm(request.POST)
    if form.is_valid():
        kept = dict(form.cleaned_data)
        kept["is_shared"] = kept["is_shared"] and may_share(request.user)
        name, slug = kept.pop("name"), kept.pop("list")
        SavedView.objects.update_or_create(owner=request.user, list=slug, name=name, defaults=kept)
        toast(request, f"Saved the view “{name}”.")
    else:
        toast(request, "The view needs a name of at most 60 characters.", tone="negative")
    return redirect(_back(request, request.POST.get("query", "")))


@require_POST
def delete_view(request, pk):
    """Delete an own view; operations may delete any shared one."""
    view = get_object_or_404(SavedView.objects.removable_by(request.user), pk=pk)
    view.delete()
    toast(request, f"Deleted the view “{view.name}”.")
    return redirect(_back(request, ""))


@require_GET
def styleguide(request):
    """Every component on one page, for those who build the hub."""
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404
    if "toast" in request.GET:
        toast(request, "Declined REQ-142 and told 3 people.", undo_url="/styleguide/")
    return render(request, "ui/styleguide.html", styleguide_examples.context())


def _back(request, query):
    path = request.POST.get("next", "")
    if not path.startswith("/") or not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return "/"
    return f"{path}?{query}" if query else path

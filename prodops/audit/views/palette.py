"""Find any record, page or act by its words: the palette's choices and the plain search page."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from prodops.audit.models import Thread
from prodops.ui import navigation

MOST_IN_PALETTE = 8
MOST_ON_PAGE = 50


@require_GET
def search(request):
    """Answer `q` with the palette's choices to htmx, with a page to everybody else."""
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:200]
    most = MOST_IN_PALETTE if request.htmx else MOST_ON_PAGE
    found = Thread.objects.visible_to(request.user).matching(text)[:most] if text else []
    context = {
        "text": text,
        "threads": found,
        "commands": navigation.commands_for(request.user, text)[:most],
    }
    template = "audit/_palette.html" if request.htmx else "audit/search.html"
    return render(request, template, context)

"""Which rows a bulk act is meant for."""

from django.http import QueryDict

from prodops.ui.lists import state as states
from prodops.ui.lists.definition import ListPage

MOST_ROWS = 5000


def selected(request, page: ListPage, queryset):
    """Return the rows of `queryset` that the posted bulk form selected.

    Either the ticked `pk`s or, when the person asked for all pages (`all=1`), whatever the list's
    posted `query` shows; at most 5,000 rows.
    """
    if request.POST.get("all") == "1":
        state = states.read(QueryDict(request.POST.get("query", "")), page, request.user)
        rows = states.narrow(queryset, state, page, request.user)
        return queryset.filter(pk__in=list(rows.values_list("pk", flat=True)[:MOST_ROWS]))
    keys = map(key_of, request.POST.getlist("pk")[:MOST_ROWS])
    return queryset.filter(pk__in=[key for key in keys if key is not None])


def key_of(text: str) -> int | None:
    """Return the primary key that an address or a form names; None of anything that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

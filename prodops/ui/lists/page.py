"""The answer of a list page: a page, its fragment, or the CSV."""

from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils import timezone

from prodops.ui.lists import export, window
from prodops.ui.lists import state as states
from prodops.ui.lists.definition import ListPage
from prodops.ui.models import SavedView, may_delete_shared, may_share


def respond(request, page: ListPage, queryset, *, context=None):
    """Answer a list: `queryset` is what the person may see; the address says the rest.

    The same address gives the page, its changing part to htmx, and with `format=csv` every row as
    a file. `context` goes to the page's template.
    """
    state = states.read(request.GET, page, request.user)
    rows = states.narrow(queryset, state, page, request.user)
    if request.GET.get("format") == "csv":
        return export.answer(page, rows, at=timezone.now())
    shown = {**_context(request, page, state, rows), **(context or {})}
    if request.htmx.target != "list":
        return render(request, page.template, shown)
    response = render(request, "lists/_fragment.html", shown)
    response["HX-Push-Url"] = f"{request.path}?{shown['here']}".rstrip("?")
    return response


def _context(request, page, state, rows):
    total = window.count(rows)
    bulk = [act for act in page.bulk if _may_open(request.user, act.url_name)]
    may_begin = page.action and _may_open(request.user, page.action[1])
    number, objects, has_more = window.read(rows, state, page, total)
    return {
        "list": page,
        "state": state,
        "path": request.path,
        "objects": objects,
        "total": total,
        "is_capped": total > window.COUNT_UP_TO,
        "heads": [_head(state, column) for column in page.columns],
        "chips": [{"chip": chip, "without": _without(state, chip)} for chip in state.chips],
        "filters": _filters(request, page, state),
        "pager": _pager(state, number, len(objects), page, has_more, total),
        "query": state.query(page=None),
        "here": state.query(page=number if number > 1 else None),
        "csv_query": state.query(page=None, format="csv"),
        "filters_query": state.query(page=None, filters="open"),
        "bulk": bulk,
        "has_bulk": bool(bulk),
        "action_url": reverse(page.action[1]) if may_begin else "",
        **_views(request, page, state),
    }


def _may_open(user, url_name):
    """Tell whether the view behind the address lets the person in, as far as its `require` says."""
    asks = getattr(resolve(reverse(url_name)).func, "required_permission", None)
    return asks is None or asks(user)


def _head(state, column):
    """A second click on a head turns its order round; numbers begin with the largest."""
    direction = states.direction(state, column)
    is_next_descending = direction == "ascending" or (not direction and column.numeric)
    target = f"-{column.key}" if is_next_descending else column.key
    return {
        "column": column,
        "direction": direction,
        "query": state.query(page=None, sort=target) if column.order else "",
    }


def _without(state, chip):
    return state.query(page=None, **{chip.filter.key: None})


def _filters(request, page, state):
    """The options of every filter cost queries, so they are only read when asked for."""
    if not request.GET.get("filters"):
        return []
    active = {chip.filter.key: chip for chip in state.chips}
    shown = []
    for each in page.filters:
        chip = active.get(each.key)
        options = chip.options if chip else states.options_of(each, request.user)
        shown.append({"filter": each, "chosen": chip.value if chip else "", "options": options})
    return shown


def _pager(state, number, shown, page, has_more, total):
    size = state.size or page.per_page
    first = (number - 1) * size + 1 if shown else 0
    return {
        "number": number,
        "first": first,
        "last": first + shown - 1 if shown else 0,
        "previous": state.query(page=number - 1 if number > 2 else None) if number > 1 else None,
        "next": state.query(page=number + 1) if has_more else None,
        "sizes": _sizes(state, page) if total > min(page.per_page, *states.SIZES) else [],
    }


def _sizes(state, page):
    """Offer how many rows to show at a time; another number begins at the first page again."""
    current = state.size or page.per_page
    return [
        {
            "size": size,
            "is_current": size == current,
            "query": state.query(page=None, rows=None if size == page.per_page else size),
        }
        for size in sorted({page.per_page, *states.SIZES})
    ]


def _views(request, page, state):
    query = state.query(page=None)
    views = SavedView.objects.visible_to(request.user).for_list(page.slug).for_display()
    shown = [{"view": view, "is_current": view.query == query} for view in views]
    current = [each["view"] for each in shown if each["is_current"]]
    own = [view for view in current if view.owner_id == request.user.pk]
    removable = own or [view for view in current if may_delete_shared(request.user)]
    return {
        "views": shown,
        "can_save": bool(query) and not current,
        "removable_view": removable[0] if removable else None,
        "can_share": may_share(request.user),
    }

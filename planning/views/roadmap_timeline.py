"""The roadmap as a timeline: bars from start to target, and who waits for whom."""

from datetime import date

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from planning.models import Dependency, Initiative, gantt
from planning.views.roadmap_chain import chain_on, read_chained
from planning.views.roadmap_filters import narrowed, read_filters
from prodops.people.permissions import is_insider, require
from prodops.ui.lists.state import page_number

ROWS = 30


@require_GET
@require(is_insider)
def timeline(request):
    """Initiatives with both dates that lie in the window, `zoom` months from the month `from`."""
    filters, today = read_filters(request), timezone.localdate()
    zoom = request.GET.get("zoom", "")
    zoom = zoom if zoom in gantt.ZOOMS else "half"
    shown = gantt.window(_start(request, today), zoom)
    rows = narrowed(_within(request.user, shown), filters, "")
    page = Paginator(rows, ROWS).get_page(page_number(request.GET.get("page", "")))
    chained = read_chained(request)
    drawn = _drawn(request.user, list(page.object_list), shown, today)
    context = {
        **filters,
        **_addresses(filters, shown, zoom, chained),
        **drawn,
        **chain_on(request.user, chained, drawn["rows"], drawn["lines"]),
        "today": today,
        "page": page,
        "undated": narrowed(_undated(request.user), filters, "").count(),
    }
    return render(request, "planning/roadmap/timeline.html", context)


def _drawn(user, initiatives, shown, today):
    """Return the bars of some initiatives, what waits for what, and how large the picture is."""
    bars = {
        one.pk: gantt.bar(shown, row, one.start_on, one.target_on, one.target_precision)
        for row, one in enumerate(initiatives)
    }
    return {
        **_waits(user, bars, today),
        "rows": [{"initiative": one, "bar": bars[one.pk]} for one in initiatives],
        "shown": shown,
        "today_x": shown.x(today) if shown.start <= today < shown.end else None,
        "gutter": gantt.GUTTER,
        "width": gantt.WIDTH + 2 * gantt.GUTTER,
        "height": gantt.height(initiatives),
    }


def _addresses(filters, shown, zoom, chained):
    """Return where zooms, earlier, later and today lead; all keep the filters and the chain."""
    kept = {**filters["chosen"], "zoom": zoom, "from": f"{shown.start:%Y-%m-%d}"}
    query = {**kept, "chain": chained.pk} if chained else kept
    return {
        "kept": kept,
        "start": shown.start,
        "zoom": zoom,
        "zooms": [(key, label, _query(query, zoom=key)) for key, (label, _) in gantt.ZOOMS.items()],
        "earlier": _query(query, **{"from": _shift(shown, zoom, -1)}),
        "later": _query(query, **{"from": _shift(shown, zoom, 1)}),
        "now": _query({key: value for key, value in query.items() if key != "from"}),
        "page_query": _query(query),
        "timeline_url": reverse("planning:roadmap-timeline"),
    }


def _start(request, today):
    """Return the first day asked for; else the month before this one."""
    try:
        asked = date.fromisoformat(request.GET.get("from", "").replace("\x00", ""))
    except ValueError:
        return gantt.shifted(today, -1)
    return asked if 1990 <= asked.year <= 2100 else gantt.shifted(today, -1)


def _shift(shown, zoom, direction):
    return f"{gantt.shifted(shown.start, direction * gantt.ZOOMS[zoom][1]):%Y-%m-%d}"


def _query(values, **changes):
    return urlencode({**values, **changes})


def _within(user, shown):
    """Return what has both dates and touches the window, what ends first at the top."""
    rows = Initiative.objects.visible_to(user).filter(
        cancelled_at=None, start_on__lt=shown.end, target_on__gte=shown.start
    )
    return rows.select_related("owner").order_by("target_on", "start_on", "pk")


def _undated(user):
    rows = Initiative.objects.visible_to(user).unfinished()
    return rows.filter(Q(start_on=None) | Q(target_on=None))


def _waits(user, bars, today):
    """Return the lines between the bars, the same in words, and how many lead elsewhere."""
    rows = Dependency.objects.visible_to(user).undelivered().of_initiatives(list(bars))
    lines, elsewhere, waiting = [], 0, set()
    for one in rows.for_display():
        giving, asking = bars.get(one.giving_initiative_id), bars.get(one.initiative_id)
        waiting |= {one.initiative_id} & bars.keys()
        if giving is None or asking is None:
            elsewhere += 1
            continue
        is_late = one.falls_due_on < today
        lines.append({"dependency": one, "path": gantt.path(giving, asking), "is_late": is_late})
    return {"lines": lines, "elsewhere": elsewhere, "waiting": waiting}

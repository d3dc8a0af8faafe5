"""The wizard through everything overdue: one page after another, until nothing is left."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from planning.services import overdue as service
from planning.views.acts import done
from planning.views.overdue_steps import KINDS, Kind, Way
from prodops.people.permissions import can_plan, require
from prodops.ui.forms import sent
from prodops.ui.toasts import toast

LONGEST = 60


@require_GET
@require(can_plan)
def overdue(request):
    """Show the first thing that was not skipped; the address holds what was and how many."""
    items, way = service.overdue_of(request.user, at=timezone.now()), _way(request)
    left = [one for one in items if one.item not in way["skipped"]]
    if not left:
        return render(request, "planning/overdue/end.html", {"skipped": items})
    task = _task(request, left[0])
    return _page(request, task, left, way, task.form(None))


@require_POST
@require(can_plan)
def do(request, kind, pk):
    """Do one thing by the act of its record, then go on with the next."""
    items, way = service.overdue_of(request.user, at=timezone.now()), _way(request)
    one = next((each for each in items if (each.kind, each.pk) == (kind, pk)), None)
    if one is None:
        toast(request, "That is settled already.")
        return redirect(_address(way))
    task = _task(request, one)
    form = task.form(sent(request))

    def act():
        task.chosen.act(task.record, form, by=request.user, at=timezone.now())

    if done(form, act):
        toast(request, f"Done: {one.title}.")
        return redirect(_address(way))
    left = [each for each in items if each.item not in way["skipped"]]
    return _page(request, task, left, way, form)


@require_POST
@require(can_plan)
def snooze(request):
    """Put one thing of one's own off for a day."""
    way, item = _way(request), request.POST.get("item", "")[:LONGEST]
    mine = service.overdue_of(request.user, at=timezone.now())
    found = next((one for one in mine if one.item == item), None)
    if found:
        service.snooze(user=request.user, item=item, on=timezone.localdate())
        toast(request, f"Put off until tomorrow: {found.title}.")
    return redirect(_address(way))


@dataclass(frozen=True)
class Task:
    """One overdue thing, its record, the ways to do it, and the one that was chosen."""

    one: service.Overdue
    kind: Kind
    record: Any
    ways: list[Way]
    chosen: Way

    def form(self, data):
        return self.chosen.form(self.record, data)


def _task(request, one):
    """Return how one thing is done; where there are several ways, the address says which."""
    kind = KINDS[one.kind]
    record = kind.find(one.pk)
    ways = kind.ways(record)
    asked = request.GET.get("way", "")
    chosen = next((each for each in ways if each.slug == asked), ways[0])
    return Task(one, kind, record, ways, chosen)


def _way(request):
    """Return what was skipped and how many there were at first, from the address."""
    data = request.GET or request.POST
    skipped = [item[:LONGEST] for item in data.getlist("skip")][:200]
    total = data.get("of", "")
    return {"skipped": skipped, "total": int(total) if total.isdecimal() and len(total) < 5 else 0}


def _address(way, *more):
    told = [("skip", item) for item in (*way["skipped"], *more)]
    if way["total"]:
        told.append(("of", way["total"]))
    query = f"?{urlencode(told)}" if told else ""
    return f"{reverse('planning:overdue')}{query}"


def _page(request, task, left, way, form):
    """Show one thing with its form; "3 of 7" counts what was done, put off and skipped."""
    way["total"] = max(way["total"], len(left) + len(way["skipped"]))
    one = task.one
    context = {
        **task.kind.facts(task.record),
        "known": task.kind.known,
        "one": one,
        "form": form,
        "ways": task.ways,
        "chosen": task.chosen,
        "number": way["total"] - len(left) + 1,
        "total": way["total"],
        "skipped": way["skipped"],
        "skip_url": _address(way, one.item),
        "query": _address(way).partition("?")[2],
    }
    status = 422 if form.errors else 200
    return render(request, "planning/overdue/step.html", context, status=status)

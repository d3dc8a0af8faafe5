"""A session while it goes on: one page for everybody in it, brought up to date by polling."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from planning.forms.live import ConflictForm, ItemDecisionForm, NoteForm, StepForm
from planning.models import Decision, NoteConflict
from planning.services import Refusal, conduct, notes
from planning.services.telling import invited
from planning.views.acts import done
from planning.views.forum_items import back
from planning.views.forum_items import find as find_item
from planning.views.forum_sessions import find, find_held, holds, refused
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui.lists import key_of
from prodops.ui.toasts import toast

WRITING = timedelta(seconds=12)


@require_POST
@require(can_plan)
def begin(request, pk):
    session = find_held(request, pk)
    told = {"session": session, "by": request.user, "at": timezone.now()}
    if session.is_planned and session.days_ahead(told["at"]) > 0 and "is_sure" not in request.POST:
        context = {"session": session, "days": session.days_ahead(told["at"])}
        return render(request, "planning/forums/early.html", context)
    response = refused(request, session, lambda: conduct.begin_session(**told))
    return redirect("planning:live", session.pk) if session.is_live else response


@require_GET
def live(request, pk):
    """The page, and to a poll what changed on it; a session that is over leads to its minutes."""
    session = find(request, pk)
    is_poll = bool(request.GET.get("poll")) and request.htmx
    if not session.is_live:
        over = {"session": session}
        return render(request, "planning/forums/_over.html", over) if is_poll else redirect(session)
    now = timezone.now()
    conduct.be_here(session=session, user=request.user, at=now)
    context = _state(request, session, now)
    page = "planning/forums/_poll.html" if is_poll else "planning/forums/live.html"
    may_hold = not is_poll and holds(request.user, session)
    return render(request, page, {**context, "is_poll": is_poll, "may_hold": may_hold})


def _state(request, session, now):
    """Return what the live page shows to one person at this moment."""
    items = list(session.items.in_order())
    wanted = key_of(request.GET.get("item", ""))
    current = next((each for each in items if each.pk == session.current_item_id), None)
    item = next((each for each in items if each.pk == wanted), None) or current
    people, here = invited(session), conduct.who_is_here(session, now)
    there = dict(session.attendance.values_list("user", "was_there"))
    return {
        "session": session,
        "forum": session.forum,
        "items": items,
        "table": [each for each in items if each.is_open],
        "item": item,
        "is_pinned": bool(item and current and item.pk != current.pk),
        "people": [(user, there.get(user.pk), user in here) for user in people],
        "visitors": [user for user in here if user not in people],
        "timebox": timebox(session, current, now),
        "may_plan": can_plan(request.user),
        "today": timezone.localdate(now),
        **(_of_item(request, item, now) if item else {}),
    }


def timebox(session, item, now):
    """Return what is left of the current item's time, in seconds, and when it is over."""
    if item is None or session.current_since is None:
        return None
    spent = item.spent_seconds + (now - session.current_since).total_seconds()
    left = round(item.minutes * 60 - spent)
    words = f"{abs(left) // 60}:{abs(left) % 60:02}"
    return {
        "left": left,
        "words": f"{words} left" if left >= 0 else f"{words} over",
        "ends_at": now + timedelta(seconds=left),
        "minutes": item.minutes,
    }


def _of_item(request, item, now):
    writers = item.revisions.filter(at__gt=now - WRITING).exclude(by=request.user)
    stub = None
    if item.source == "decisions" and (key := key_of(item.ref.partition(":")[2])):
        stub = Decision.objects.undecided().filter(pk=key).first()
    initial = {"title": stub.title, "decision": stub.pk} if stub else {}
    return {
        "decisions": [each.decision for each in item.decisions.select_related("decision")],
        "actions": list(item.actions.select_related("owner").order_by("pk")),
        "conflicts": list(item.conflicts.filter(settled_at=None).select_related("by")),
        "writers": sorted(set(writers.values_list("by__name", flat=True))),
        "stub": stub,
        "decision_form": ItemDecisionForm(initial=initial, auto_id="decision_%s"),
        "note_base": item.note_version,
    }


@require_POST
@require(can_plan)
def step(request, pk):
    session = find(request, pk)
    form, pressed = StepForm(request.POST), ""
    if form.is_valid():
        to = form.cleaned_data["to"]
        if to in {"next", "previous"}:
            pressed = f"#step-{to}"
            item = conduct.neighbour(session, 1 if to == "next" else -1)
        else:
            item = get_object_or_404(session.items.on_the_table(), pk=to)
        refused(
            request, session, lambda: conduct.go_to(session=session, item=item, at=timezone.now())
        )
    return redirect(reverse("planning:live", args=[session.pk]) + pressed)


@require_POST
@require(is_insider)
def note(request, pk):
    """Save a note; a script is told what its writer goes on from, a form gets the page."""
    item = find_item(request, pk)
    form = NoteForm(request.POST)
    saved = []

    def act():
        text, base = form.cleaned_data["note"], form.cleaned_data["base"]
        told = {"by": request.user, "at": timezone.now()}
        saved.append(notes.save_note(item=item, text=text, base=base, **told))

    if not done(form, act):
        context = {"item": item, "errors": form.errors, "form": form, "session": item.session}
        page = "_note_refused.html" if request.htmx else "note_refused.html"
        return render(request, f"planning/forums/{page}", context, status=422)
    if not request.htmx:
        return back(item)
    conflicts = item.conflicts.filter(settled_at=None).select_related("by")
    context = {"item": item, "saved": saved[0], "conflicts": list(conflicts)}
    return render(request, "planning/forums/_note_saved.html", context)


@require_POST
@require(is_insider)
def settle(request, pk):
    """Settle two versions of the same lines."""
    rows = NoteConflict.objects.select_related("item__session__forum", "settled_by")
    conflict = get_object_or_404(rows, pk=pk)
    item = find_item(request, conflict.item_id)
    form = ConflictForm(request.POST)

    def act():
        told = {"by": request.user, "at": timezone.now(), **form.cleaned_data}
        notes.settle_conflict(conflict=conflict, **told)

    if not done(form, act):
        toast(request, " ".join(form.errors.get("__all__", ["Choose one."])), tone="negative")
    return back(item)


@require_POST
@require(can_plan)
def attendance(request, pk):
    session = find(request, pk)
    there = {key for key in map(key_of, request.POST.getlist("there")) if key}
    told = {"by": request.user, "at": timezone.now()}
    try:
        conduct.note_attendance(session=session, there=there, **told)
    except Refusal as refusal:
        toast(request, str(refusal), tone="negative")
    else:
        toast(request, "Attendance is written down.")
    return redirect("planning:live", session.pk)


@require_http_methods(["GET", "POST"])
@require(can_plan)
def close(request, pk):
    session = find_held(request, pk)
    if request.method == "POST":
        response = refused(request, session, lambda: _close(request, session))
        if session.is_closed:
            toast(request, "The session is closed; its minutes are on their way.")
        return response
    waiting = session.items.on_the_table().filter(spent_seconds=0, note="").exclude(
        pk=session.current_item_id
    )  # fmt: skip
    context = {
        "session": session,
        "forum": session.forum,
        "untouched": list(waiting.exclude(source="standing").in_order()),
        "conflicts": NoteConflict.objects.filter(item__session=session, settled_at=None).count(),
        "people": invited(session),
        "here": conduct.who_is_here(session, timezone.now()),
        "unwritten": _unwritten(session),
    }
    return render(request, "planning/forums/close.html", context)


def _close(request, session):
    """Close the session; who was there goes first where the page had to ask."""
    told = {"session": session, "by": request.user, "at": timezone.now()}
    if "attendance" in request.POST:
        there = {key for key in map(key_of, request.POST.getlist("there")) if key}
        conduct.note_attendance(there=there, **told)
    conduct.close_session(**told)


def _unwritten(session):
    """Return the invited with whether they had the live page open, where nobody noted them."""
    if session.attendance.exists():
        return []
    seen = set(session.presences.values_list("user", flat=True))
    return [(user, user.pk in seen) for user in invited(session)]

"""Capacity of a cycle: the allocation grid, its cells, and its file."""

import csv

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from planning import services
from planning.forms.allocations import (
    HEADINGS,
    AllocationFileForm,
    CellsForm,
    FileChangesForm,
    key_of,
)
from planning.forms.capacity import AssumptionForm
from planning.models import Allocation
from planning.models.people_weeks import plain
from planning.services.allocations import save_cells
from planning.services.capacity import assume, overbooked, team_weeks
from planning.services.grid import Wanted, every_cell, grid
from planning.services.scenarios import picture_of
from planning.views.acts import done
from planning.views.grid_state import GridState, find_cycle, find_scenario
from prodops.people.models import Absence, Membership, Team
from prodops.people.permissions import can_plan, is_insider, require
from prodops.ui.forms import sent
from prodops.ui.lists.export import Echo
from prodops.ui.lists.export import cell as exported
from prodops.ui.toasts import toast


@require_http_methods(["GET", "POST"])
@require(is_insider)
def capacity(request, pk):
    """The grid; a post saves the whole page of it, as one without JavaScript does."""
    cycle = find_cycle(request, pk)
    scenario = find_scenario(request, cycle)
    if request.method == "POST":
        return _save_page(request, cycle, scenario)
    if request.GET.get("format") == "csv":
        return _file(cycle, scenario)
    return _page(request, cycle, scenario)


@require(can_plan)
def _save_page(request, cycle, scenario):
    form = CellsForm(request.POST)
    form.is_valid()
    told = {"by": request.user, "at": timezone.now(), "scenario": scenario}
    try:
        answers = save_cells(cycle=cycle, wishes=form.wishes, why=form.why_said, **told)
    except services.ReasonNeeded as refusal:
        wrong = {key_of(each.cell): (str(refusal), None) for each in form.wishes}
        return _page(request, cycle, scenario, wrong=wrong, typed=form.typed)
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
        return redirect(request.get_full_path())
    left = [answer for answer in answers if not answer.is_saved]
    saved = len(answers) - len(left)
    if not left and not form.wrong:
        toast(request, f"{saved} cell{'' if saved == 1 else 's'} saved.")
        return redirect(request.get_full_path())
    wrong = {key: (words, None) for key, words in form.wrong.items()}
    wrong |= {key_of(each.wish.cell): (each.refused, each.theirs) for each in left}
    return _page(request, cycle, scenario, wrong=wrong, typed=form.typed, saved=saved)


def _page(request, cycle, scenario, *, wrong=None, typed=None, saved=0):
    state = GridState(request)
    shown = grid(cycle=cycle, wanted=state.wanted, scenario=scenario)
    for row in shown.rows if wrong else ():
        for cell in row.cells:
            if cell.key in wrong:
                cell.note, theirs = wrong[cell.key]
                cell.typed = typed[cell.key]
                cell.theirs = "" if theirs is None else plain(theirs)
    context = {
        "cycle": cycle,
        "scenario": scenario,
        "scenarios": list(cycle.scenarios.without_base().order_by("-made_at", "-pk")),
        "here": "capacity",
        "here_label": "Capacity",
        "state": state,
        "grid": shown,
        "wrong": len(wrong or ()),
        "saved": saved,
        "may_write": may_write(request.user, cycle, scenario),
        "asks_why": asks_why(cycle, scenario),
        "why": request.POST.get("why", "") if wrong else "",
        **_ways(state, shown),
    }
    template = "planning/capacity/grid.html"
    return render(request, template, context, status=422 if wrong else 200)


def may_write(user, cycle, scenario):
    is_open = scenario is None or scenario.is_open
    return can_plan(user) and not cycle.is_closed and is_open


def asks_why(cycle, scenario):
    """Does a change of this plan say why?"""
    return scenario is None and cycle.is_committed and not cycle.is_closed


def _ways(state, shown):
    """Return the queries that lead to the other pages and columns of the grid."""
    page, columns = shown.wanted.page, shown.wanted.columns
    return {
        "before": state.query(page=page - 1) if page > 1 else "",
        "after": state.query(page=page + 1) if page < shown.pages else "",
        "left": state.query(columns=columns - 1) if columns > 1 else "",
        "right": state.query(columns=columns + 1) if columns < shown.windows else "",
        "by_teams": state.query(by=None, page=None),
        "by_months": state.query(by="months", page=None),
        "here_query": state.query(),
        "csv_query": "format=csv" + (f"&scenario={state.value('scenario')}"
                                     if state.value("scenario") else ""),
    }  # fmt: skip


@require_POST
@require(can_plan)
def cell(request, pk):
    """Save one cell; answers with what belongs beside it, and the totals it changed."""
    cycle = find_cycle(request, pk)
    scenario = find_scenario(request, cycle)
    form = CellsForm(request.POST)
    form.is_valid()
    key = next(iter(form.typed), "")
    if not form.wishes:
        return _cell_answer(request, key, note=form.wrong.get(key, ""))
    told = {"by": request.user, "at": timezone.now(), "scenario": scenario}
    try:
        [answer] = save_cells(cycle=cycle, wishes=form.wishes[:1], why=form.why_said, **told)
    except services.Refusal as refusal:
        return _cell_answer(request, key, note=str(refusal))
    theirs = "" if answer.theirs is None else plain(answer.theirs)
    context = {"theirs": theirs, "typed": form.typed[key], "is_theirs": answer.theirs is not None}
    if answer.is_saved:
        context |= {"seen": plain(answer.wish.wanted), **_totals(cycle, scenario, answer.wish.cell)}
    else:
        context["seen"] = plain(answer.wish.seen) if answer.theirs is None else theirs
    return _cell_answer(request, key, note=answer.refused, **context)


def _cell_answer(request, key, *, note, **context):
    context = {"key": key, "note": note, "is_htmx": True, **context}
    template = "planning/capacity/_cell_answer.html"
    return render(request, template, context, status=422 if note else 200)


def _totals(cycle, scenario, cell):
    """Return the sums a saved cell is part of."""
    counted = Allocation.objects.counted(cycle, scenario)
    rows = counted.filter(initiative=cell.initiative).by_team()
    teams = list(Team.objects.filter(pk=cell.team))
    by_month = cell.month is not None
    shown = grid(cycle=cycle, wanted=Wanted(teams=teams, by_month=by_month), scenario=scenario)
    total = rows.get(cell.team, 0) if by_month else sum(rows.values())
    feet = [*shown.columns, shown.foot] if by_month else shown.columns
    return {"cell": cell, "total": plain(total), "feet": feet, "row": shown.teams[0]}


def _file(cycle, scenario):
    writer = csv.writer(Echo())
    name = f"allocations-{cycle.slug}{f'-{scenario.pk}' if scenario else ''}.csv"

    def lines():
        yield writer.writerow(HEADINGS)
        for each in every_cell(cycle=cycle, scenario=scenario):
            values = [each.initiative.key, each.initiative.title, each.team.name]
            yield writer.writerow([*map(exported, values), plain(each.weeks)])

    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_http_methods(["GET", "POST"])
@require(can_plan)
def capacity_file(request, pk):
    """Check a CSV and show what it would change; nothing is written here."""
    cycle = find_cycle(request, pk)
    scenario = find_scenario(request, cycle)
    picture = picture_of(cycle=cycle, scenario=scenario)
    now = {pair: given.weeks for pair, given in picture.weeks.items()}
    form = AllocationFileForm(sent(request), request.FILES or None, now=now, planned=picture.items)
    is_checked = form.is_bound and form.is_valid()
    context = {"cycle": cycle, "scenario": scenario, "form": form, "is_checked": is_checked}
    context |= {
        "may_write": may_write(request.user, cycle, scenario),
        "back": _grid(cycle, scenario),
        "asks_why": asks_why(cycle, scenario),
    }
    status = 422 if form.is_bound and not is_checked else 200
    return render(request, "planning/capacity/file.html", context, status=status)


@require_POST
@require(can_plan)
def capacity_file_changes(request, pk):
    """Write the changes of a checked file that nobody contradicted meanwhile."""
    cycle = find_cycle(request, pk)
    scenario = find_scenario(request, cycle)
    form = FileChangesForm(request.POST)
    if not form.is_valid():
        toast(request, "Check the file again: its changes did not come through.", tone="negative")
        return redirect(f"{reverse('planning:capacity-file', args=[pk])}{_named(scenario)}")
    told = {"by": request.user, "at": timezone.now(), "scenario": scenario}
    try:
        wishes, why = form.cleaned_data["changes"], form.cleaned_data["why"]
        answers = save_cells(cycle=cycle, wishes=wishes, why=why, **told)
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
        return redirect(_grid(cycle, scenario))
    left = [answer for answer in answers if not answer.is_saved]
    words = f"{len(answers) - len(left)} cells saved."
    if left:
        words += f" {len(left)} changed since the check and stayed: check the file again."
    toast(request, words, tone="caution" if left else "positive")
    return redirect(_grid(cycle, scenario))


def _grid(cycle, scenario):
    return f"{reverse('planning:capacity', args=[cycle.pk])}{_named(scenario)}"


def _named(scenario):
    return f"?scenario={scenario.pk}" if scenario else ""


@require_http_methods(["GET", "POST"])
@require(is_insider)
def team_capacity(request, pk, slug):
    """One team's sum in words, who it is made of, and what is assumed about its time."""
    cycle = find_cycle(request, pk)
    scenario = find_scenario(request, cycle)
    team = get_object_or_404(Team.objects.visible_to(request.user), slug=slug)
    [row] = team_weeks(cycle=cycle, scenario=scenario, teams=[team])
    form = AssumptionForm(sent(request), row=row, asks_why=asks_why(cycle, scenario))
    if request.method == "POST" and _assume(request, cycle, scenario, team, form):
        toast(request, f"The capacity of {team} is saved.")
        return redirect(request.get_full_path())
    context = {
        "cycle": cycle, "scenario": scenario, "team": team, "row": row, "form": form,
        "here": "capacity", "here_label": "Capacity",
        "overbooked": overbooked(cycle=cycle, teams=[team]),
        **_time_of(request.user, team, cycle),
        "may_write": may_write(request.user, cycle, scenario), "back": _grid(cycle, scenario),
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "planning/capacity/team.html", context, status=status)


def _time_of(user, team, cycle):
    """Return who is away in a cycle, of those whose time this person keeps."""
    members = Membership.objects.filter(team=team)
    rows = Absence.objects.visible_to(user).touching(cycle.starts_on, cycle.ends_on)
    away = rows.filter(user__in=members.values("user"), user__is_active=True)
    return {
        "away": away.select_related("user").order_by("from_on", "user__name", "pk"),
        "may_keep": members.kept_by(user).exists(),
    }


@require(can_plan)
def _assume(request, cycle, scenario, team, form):
    told = {"by": request.user, "at": timezone.now(), "scenario": scenario}
    return done(form, lambda: assume(cycle=cycle, team=team, **form.assumed(), **told))

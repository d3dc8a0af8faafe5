"""Acts on a whole launch: move it, word it, judge it, ship it, call it off."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from launches import services
from launches.forms.launch import CancelForm, LinkForm, MoveForm, WordsForm
from launches.forms.readiness import GoNoGoForm
from launches.views.acts import (
    add_refusal,
    done,
    form_page,
    launch_for,
    refuse_unless_decider,
)
from prodops.people.permissions import can_launch, require
from prodops.ui.forms import sent


@require_http_methods(["GET", "POST"])
@require(can_launch)
def date(request, pk):
    launch = launch_for(request, pk)
    started = {"to_on": launch.launch_on, "to_precision": launch.date_precision}
    form = MoveForm(sent(request), initial=started)
    if _did(request, form, services.move_date, launch):
        return done(request, launch, f"{launch.key} moved to {launch.date_text}.")
    title, lead = "Move the date", "Due dates of items that are not settled move along."
    return form_page(request, form, launch=launch, title=title, submit="Move launch", lead=lead)


@require_http_methods(["GET", "POST"])
@require(can_launch)
def words(request, pk):
    launch = launch_for(request, pk)
    started = {"summary": launch.summary, "release_note_url": launch.release_note_url}
    form = WordsForm(sent(request), initial=started)
    if _did(request, form, services.write_summary, launch):
        return done(request, launch, "Saved what shipped.")
    title = "What those who asked are told"
    return form_page(request, form, launch=launch, title=title, submit="Save words")


@require_http_methods(["GET", "POST"])
@require(can_launch)
def initiatives(request, pk):
    launch = launch_for(request, pk)
    form = LinkForm(sent(request), user=request.user, launch=launch)
    if _did(request, form, services.link_initiative, launch):
        return done(request, launch, "Linked the initiative.")
    return form_page(request, form, launch=launch, title="Link an initiative", submit="Link")


@require_http_methods(["GET", "POST"])
@require(can_launch)
def cancellation(request, pk):
    launch = launch_for(request, pk)
    refuse_unless_decider(request.user, launch)
    form = CancelForm(sent(request))
    if _did(request, form, services.cancel, launch):
        return done(request, launch, f"{launch.key} is cancelled.")
    lead = "Items and sign-offs stay as they are; those who follow it are told."
    title, tone = "Cancel the launch", "danger"
    return form_page(
        request, form, launch=launch, title=title, submit="Cancel launch", lead=lead, tone=tone
    )


@require_http_methods(["GET", "POST"])
@require(can_launch)
def go_no_go(request, pk):
    launch = launch_for(request, pk)
    refuse_unless_decider(request.user, launch)
    form = GoNoGoForm(sent(request))
    if _did(request, form, services.decide_go_no_go, launch):
        return done(request, launch, "Recorded. The record can no longer change.")
    context = {
        "form": form,
        "launch": launch,
        "criteria": services.criteria(launch, on=timezone.localdate()),
    }
    return render(request, "launches/go_no_go.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@require(can_launch)
def shipping(request, pk, refusal=None):
    launch = launch_for(request, pk)
    refuse_unless_decider(request.user, launch)
    if request.method == "POST":
        try:
            told = services.ship(launch=launch, by=request.user, at=timezone.now())
            return done(request, launch, _shipped(launch, told))
        except services.Refusal as error:
            refusal = error
    missing = services.why_not(launch) if launch.is_open else None
    context = {
        "launch": launch,
        "askers": services.people_to_tell(launch),
        "words": services.words_for(launch),
        "go_no_go": launch.go_no_gos.for_display().first(),
        "refusal": refusal or missing,
        "may_ship": launch.is_open and missing is None,
    }
    return render(request, "launches/shipping.html", context, status=422 if refusal else 200)


def _shipped(launch, told):
    if not told and launch.told.exists():
        return f"{launch.key} had launched already; nobody was told twice."
    people = "1 person" if len(told) == 1 else f"{len(told)} people"
    return f"{launch.key} is launched. Told {people}."


def _did(request, form, service, launch):
    """Do what a posted form asks; False leaves the form with what was wrong."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        service(launch=launch, by=request.user, at=timezone.now(), **form.cleaned_data)
    except services.Refusal as refusal:
        add_refusal(form, refusal)
    return not form.errors

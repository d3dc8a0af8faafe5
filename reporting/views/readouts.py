"""Readouts: the archive, an edition as a page and as mail, and the acts that make and send it."""

from csp.decorators import csp_update
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prodops.audit import timeline
from prodops.people.permissions import can_read_reports, can_run_operations, require
from prodops.ui import lists
from prodops.ui.forms import done
from prodops.ui.toasts import toast
from reporting import letters
from reporting.forms.readout import ApprovalForm, FigureForm, HeadlineForm, MonthForm
from reporting.metrics import periods
from reporting.models import Edition, Reader
from reporting.services import readout as services
from reporting.services import sending
from reporting.services.refusals import Refusal
from reporting.views.readout_list import READOUTS


def _find(request, slug):
    try:
        month = periods.parse(slug)
    except ValueError as error:
        raise Http404(str(error)) from error
    rows = Edition.objects.visible_to(request.user).for_display()
    return get_object_or_404(rows, period_start=month.start)


@require_GET
@require(can_read_reports)
def readouts(request):
    rows = Edition.objects.visible_to(request.user).with_counts().for_display()
    context = {"may_run": can_run_operations(request.user)}
    return lists.respond(request, READOUTS, rows, context=context)


@require_GET
@require(can_read_reports)
@csp_update({"style-src": ["'unsafe-inline'"]})
def readout(request, slug):
    edition = _find(request, slug)
    may_run = can_run_operations(request.user)
    context = {
        "edition": edition,
        "lines": letters.lines(edition),
        "charts": edition.charts.defer("png", "figure").order_by("position"),
        "may_run": may_run,
        "reader_count": Reader.objects.active().count() if may_run else 0,
        "delivery_count": edition.deliveries.count() if may_run else 0,
        "approval_form": ApprovalForm(today=timezone.localdate()),
        "thread": edition.thread,
        "timeline": timeline.build(edition.thread, request.user, story=request.GET.get("story")),
    }
    return render(request, "reporting/readouts/readout.html", context)


@require_GET
@require(can_run_operations)
def deliveries(request, slug):
    edition = _find(request, slug)
    context = {"edition": edition, "deliveries": edition.deliveries.for_display()}
    return render(request, "reporting/readouts/deliveries.html", context)


@require_GET
@require(can_read_reports)
def chart(request, slug, chart):
    found = get_object_or_404(_find(request, slug).charts, slug=chart)
    return JsonResponse(found.figure)


@require_GET
@require(can_read_reports)
@csp_update({"style-src": ["'unsafe-inline'"]})
def mail(request, slug):
    """Show the HTML part as a reader gets it; mail carries its styles inline."""
    edition = _find(request, slug)
    return HttpResponse(letters.compose(edition, as_mail=False)[2])


@require_GET
@require(can_read_reports)
def text(request, slug):
    content = letters.compose(_find(request, slug), as_mail=True)[1]
    return HttpResponse(content, content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def new(request):
    today = timezone.localdate()
    last = periods.containing(timezone.now()).shifted(-1)
    form = MonthForm(request.POST or None, today=today, initial={"month": last.slug})

    def act():
        services.draft(by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act, refusal=Refusal):
        toast(request, f"The readout of {form.cleaned_data['month']} is here to edit.")
        return redirect("reporting:readout", form.cleaned_data["month"].slug)
    return _form(request, form, title="New readout", submit="Draft readout")


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def figure(request, slug, key):
    edition = _find(request, slug)
    rows = edition.figures.select_related("definition", "edition")
    figure = get_object_or_404(rows, definition__key=key)
    initial = {"why": figure.why, "what_we_do": figure.what_we_do}
    form = FigureForm(request.POST or None, initial=initial)

    def act():
        services.edit_figure(figure=figure, by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act, refusal=Refusal):
        toast(request, f"Your words about {figure.definition.name.lower()} are saved.")
        return redirect(f"{edition.get_absolute_url()}#{key}")
    line = letters.line(figure)
    title = f"{figure.definition.name}, {edition}"
    return _form(request, form, title=title, submit="Save words", edition=edition, line=line)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def headline(request, slug):
    edition = _find(request, slug)
    form = HeadlineForm(request.POST or None, initial={"headline": edition.headline})

    def act():
        services.edit_headline(
            edition=edition, by=request.user, at=timezone.now(), **form.cleaned_data
        )

    if request.method == "POST" and done(form, act, refusal=Refusal):
        return redirect(edition)
    return _form(request, form, title="Headline", submit="Save headline", edition=edition)


@require_http_methods(["GET", "POST"])
@require(can_run_operations)
def approval(request, slug):
    edition = _find(request, slug)
    form = ApprovalForm(request.POST or None, today=timezone.localdate())

    def act():
        services.approve(edition=edition, by=request.user, at=timezone.now(), **form.cleaned_data)

    if request.method == "POST" and done(form, act, refusal=Refusal):
        toast(request, f"The readout of {edition} is approved and stays as it is.")
        return redirect(edition)
    return _form(request, form, title="Approve", submit="Approve readout", edition=edition)


@require_POST
@require(can_run_operations)
def redraft(request, slug):
    edition = _find(request, slug)
    if edition.is_draft:
        services.draft(month=periods.parse(slug), by=request.user, at=timezone.now())
        toast(request, "The figures are drawn anew; what people wrote is kept.")
    else:
        toast(request, f"The readout of {edition} is approved; it stays as it is.", tone="caution")
    return redirect(edition)


@require_POST
@require(can_run_operations)
def dispatch(request, slug):
    edition = _find(request, slug)
    try:
        sending.ask_to_send(edition=edition, by=request.user, at=timezone.now())
    except Refusal as refusal:
        toast(request, str(refusal), tone="caution")
    else:
        toast(request, "A worker is sending it to everyone on the list who has not got it.")
    return redirect(edition)


def _form(request, form, **context):
    context = {"form": form, "edition": None, "line": None, **context}
    status = 422 if form.errors else 200
    return render(request, "reporting/readouts/form.html", context, status=status)

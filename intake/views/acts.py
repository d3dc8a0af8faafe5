"""The acts of triage: each answers with the cockpit at the next request."""

from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from intake import services
from intake.forms import DeclineForm, MergeForm, QuestionForm, SnoozeForm, SortingForm
from intake.models import LearnedModel, ProductRequest, TriageAct
from intake.views.triage import ACTS, Turn, address, next_pk, show
from prodops.people.permissions import can_triage, require
from prodops.ui.toasts import toast


@require_POST
@require(can_triage)
def accept(request, pk):
    return _act(request, pk, services.accept, "Accepted {key}.")


@require_POST
@require(can_triage)
def decline(request, pk):
    form = DeclineForm(request.POST, auto_id="decline_%s")
    return _act(request, pk, services.decline, "Declined {key}.", form=form, name="decline")


@require_POST
@require(can_triage)
def snooze(request, pk):
    form = SnoozeForm(request.POST, auto_id="snooze_%s")
    return _act(request, pk, services.snooze, "Put {key} aside.", form=form, name="snooze")


@require_POST
@require(can_triage)
def ask(request, pk):
    form = QuestionForm(request.POST, auto_id="ask_%s")
    done = "Asked the requester of {key}; its clocks stand still."
    return _act(request, pk, services.ask_requester, done, form=form, name="ask")


@require_POST
@require(can_triage)
def resume(request, pk):
    return _act(request, pk, services.resume, "{key} goes on.", stays=True)


@require_POST
@require(can_triage)
def escalate(request, pk):
    done = "Escalated {key} to P0; product ops knows."
    return _act(request, pk, services.escalate, done, stays=True)


@require_POST
@require(can_triage)
def spam(request, pk):
    def close(**words):
        return services.close(is_spam=True, **words)

    return _act(request, pk, close, "Closed {key} as spam.")


@require_POST
@require(can_triage)
def sort(request, pk):
    """Save the sorting; only the fields that were sent change, with JavaScript one at a time."""
    form = SortingForm(request.POST, auto_id="sorting_%s")
    sent = [name for name in form.fields if name in request.POST]
    done = (
        f"Sorted {{key}} by {form[sent[0]].label.lower()}." if len(sent) == 1 else "Sorted {key}."
    )

    def classify(product_request, by, at, **sorting):
        chosen = {name: sorting[name] for name in sent}
        return services.classify(
            product_request=product_request, by=by, at=at, shown=shown, **chosen
        )

    shown = {name: request.POST[f"was_{name}"] for name in sent if f"was_{name}" in request.POST}
    if len(sent) == 1 and "was" in request.POST:
        done += services.overwritten(pk, sent[0], was=request.POST["was"], by=request.user)
    return _act(request, pk, classify, done, form=form, name="sorting", stays=True)


@require_POST
@require(can_triage)
def take(request, pk):
    """Take what was suggested: the fields that were sent, with the values that were shown."""
    form = SortingForm(request.POST, auto_id="sorting_%s")
    sent = [name for name in LearnedModel.Target.values if name in request.POST]

    def take_them(product_request, by, at, **sorting):
        chosen = {name: sorting[name] for name in sent}
        return services.take_suggestions(product_request=product_request, by=by, at=at, **chosen)

    return _act(request, pk, take_them, "Sorted {key} as suggested.", form=form, stays=True)


@require_POST
@require(can_triage)
def merge(request, pk):
    visible = ProductRequest.objects.visible_to(request.user)
    form = MergeForm(request.POST, auto_id="merge_%s", visible=visible)

    def fold(product_request, **words):
        seen = request.POST.get("seen", "")
        return services.merge(child=product_request, seen=seen, **words)

    return _act(request, pk, fold, "Merged {key}.", form=form, name="merge")


@require_POST
@require(can_triage)
def undo(request, pk):
    """Take one's own act back and show its request again."""
    act = get_object_or_404(TriageAct.objects.filter(by=request.user), pk=pk)
    try:
        product_request = services.undo(act=act, by=request.user, at=timezone.now())
    except services.Refusal as refusal:
        toast(request, str(refusal), tone="negative")
        product_request = act.product_request
    else:
        toast(request, f"{product_request.key} is as it was.")
    if request.htmx:
        return show(request, product_request.pk, Turn())
    return redirect(address(product_request, request))


def _act(request, pk, service, done, *, form=None, name="", stays=False):
    """Call one service and show what comes next, or the form again with what is wrong."""
    visible = ProductRequest.objects.visible_to(request.user)
    product_request = get_object_or_404(visible, pk=pk)
    following = pk if stays else next_pk(request, pk)
    if form is not None and not form.is_valid():
        return show(request, pk, Turn(forms={name: form}, opened=name), status=422)
    words = form.cleaned_data if form is not None else {}
    try:
        act = service(product_request=product_request, by=request.user, at=timezone.now(), **words)
    except services.AlreadyDecided as refusal:
        turn = Turn(note=str(refusal), lost=product_request, typed=_typed(words))
        return show(request, following, turn, status=422)
    except services.Refusal as refusal:
        return show(request, pk, _refused(refusal, form, name), status=422)
    text = done.format(key=product_request.key)
    topic = f"{name}-{pk}" if stays and name else ""
    toast(request, text, undo_url=reverse("intake:undo", args=[act.pk]), topic=topic)
    if request.htmx:
        return show(request, following, Turn(stays=stays))
    target = visible.filter(pk=following).first() if following else None
    return redirect(address(target, request))


def _typed(words):
    """What somebody wrote who came too late: a reason, a question, a note."""
    return next((words[each] for each in ("reason", "question") if words.get(each)), "")


def _refused(refusal, form, name):
    """Show the same request with the reason; a dialog opens again with what was typed in it."""
    if isinstance(refusal, services.NotSorted):
        return Turn(note=str(refusal), opened="sorting")
    if name not in ACTS:
        return Turn(note=str(refusal))
    form.add_error(None, str(refusal))
    return Turn(note=str(refusal), forms={name: form}, opened=name)

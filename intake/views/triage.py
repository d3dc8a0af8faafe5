"""The cockpit: the queue on the left, one request on the right."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.http import QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET
from django_htmx.http import push_url

from intake import services
from intake.forms import DeclineForm, MergeForm, QuestionForm, SnoozeForm
from intake.models import Attachment, ProductRequest
from intake.models.passages import told_of_requests
from intake.views.desk import read_desk
from intake.views.quoting import words_of
from intake.views.requests import customer_of
from prodops.people.permissions import can_see_revenue, can_triage, require

QUEUE_SHOWN = 100
SIMILAR_SHOWN = 6
LIKE_ENOUGH = 0.1
SATURDAY = 5
NARROWED_BY = ("team", "owner")
ACTS = {"decline": DeclineForm, "snooze": SnoozeForm, "ask": QuestionForm, "merge": MergeForm}


@dataclass
class Turn:
    """What one answer shows beside queue and request: a note, refused forms, an opened one.

    `lost` is a request that somebody else settled first, `typed` what was written about it.

    A turn that stays leaves the address alone: its answer may come after the person went on.
    """

    note: str = ""
    lost: ProductRequest | None = None
    typed: str = ""
    forms: dict = field(default_factory=dict)
    opened: str = ""
    stays: bool = False


@require_GET
@require(can_triage)
def cockpit(request, pk=None):
    """The queue and one request, the first one when none is named; `act` opens an act's form."""
    opened = request.GET.get("act", "")
    return show(request, pk, Turn(opened=opened if opened in ACTS else ""))


@require_GET
@require(can_triage)
def candidates(request, pk):
    """Requests whose key or words fit, to merge into."""
    product_request = get_object_or_404(ProductRequest.objects.visible_to(request.user), pk=pk)
    text = request.GET.get("words", "")[:200]
    found = find_candidates(request.user, product_request, text)
    context = {"similar": found, "product_request": product_request, "words": text}
    return render(request, "intake/_candidates.html", context)


def show(request, pk, turn, *, status=200):
    """Answer with the cockpit at one request: the whole page, or its partial for htmx."""
    waiting = queue(request).with_total().annotate(quoted=told_of_requests())
    rows = list(waiting[:QUEUE_SHOWN])
    picked = _pick(request, pk, rows)
    desk = read_desk(request.user, picked, turn.forms.get("sorting"))
    context = {
        "queue": rows,
        "total": rows[0].total if rows else 0,
        "query": narrowing(request),
        "teams": desk.choices["team"],
        "chosen": {name: _asked(request, name) for name in NARROWED_BY},
        "is_picked": pk is not None,
        "turn": turn,
        "undoable": desk.undoable,
        **_neighbours(rows, picked),
        **(_detail(request, picked, turn, desk) if picked else {}),
    }
    template = "intake/_cockpit.html" if request.htmx else "intake/triage.html"
    response = render(request, template, context, status=status)
    if request.htmx and request.method == "POST" and not turn.stays:
        push_url(response, address(picked, request))
    return response


def queue(request):
    """What waits for triage, the clock that runs out first at the top."""
    rows = ProductRequest.objects.visible_to(request.user).genuine().awaiting_triage()
    team, owner = (_asked(request, name) for name in NARROWED_BY)
    if team:
        rows = rows.filter(team__slug=team) if team != "none" else rows.filter(team=None)
    if owner == "me":
        rows = rows.filter(owner=request.user)
    return rows.for_display().by_clock()


def narrowing(request):
    """The queue's filters as a query string, "?" included, "" when there are none."""
    kept = QueryDict(mutable=True)
    kept.update({name: value for name in NARROWED_BY if (value := _asked(request, name))})
    return f"?{kept.urlencode()}" if kept else ""


def _asked(request, name):
    """Read a filter of the queue; PostgreSQL takes no zero byte."""
    return request.GET.get(name, "").replace("\x00", "").strip()


def address(product_request, request):
    """Where the cockpit shows a request, with the queue narrowed as it is now."""
    if product_request is None:
        return reverse("intake:triage") + narrowing(request)
    return reverse("intake:triage-request", args=[product_request.pk]) + narrowing(request)


def next_pk(request, pk):
    """The request that follows `pk` in the queue, or the one before it, or None."""
    keys = list(queue(request).values_list("pk", flat=True)[: QUEUE_SHOWN + 1])
    if pk not in keys:
        return keys[0] if keys else None
    place = keys.index(pk)
    others = keys[place + 1 :] + keys[:place][::-1]
    return others[0] if others else None


def find_candidates(user, product_request, text):
    """Suggestions for a merge: by likeness, or by the words somebody typed."""
    title, body = (text, "") if text.strip() else (product_request.title, product_request.body)
    return services.similar(
        title=title,
        body=body,
        user=user,
        asker=services.Asker(
            product_request.account_id, product_request.product_area_id, product_request.author_id
        ),
        asked_at=product_request.submitted_at,
        exclude=product_request.pk,
        limit=SIMILAR_SHOWN,
        at_least=LIKE_ENOUGH if not text else 0.02,
    )


def _pick(request, pk, rows):
    if pk is None:
        return rows[0] if rows else None
    listed = next((each for each in rows if each.pk == pk), None)
    visible = ProductRequest.objects.visible_to(request.user).for_display()
    return listed or get_object_or_404(visible.annotate(quoted=told_of_requests()), pk=pk)


def _neighbours(rows, picked):
    keys = [each.pk for each in rows]
    if picked is None or picked.pk not in keys:
        return {"previous_pk": None, "next_pk": keys[0] if keys else None}
    place = keys.index(picked.pk)
    return {
        "previous_pk": keys[place - 1] if place else None,
        "next_pk": keys[place + 1] if place + 1 < len(keys) else None,
    }


def _detail(request, picked, turn, desk):
    """Everything the right pane shows."""
    visible = ProductRequest.objects.visible_to(request.user)
    forms = {
        "decline": DeclineForm(auto_id="decline_%s"),
        "snooze": SnoozeForm(auto_id="snooze_%s"),
        "ask": QuestionForm(auto_id="ask_%s"),
        "merge": MergeForm(auto_id="merge_%s", visible=visible),
        **turn.forms,
        "sorting": desk.sorting,
    }
    if turn.opened == "sorting":
        desk.sorting.fields["category"].widget.attrs["data-focused"] = ""
    return {
        "product_request": picked,
        "similar": find_candidates(request.user, picked, ""),
        "forms": forms,
        "customer": customer_of(picked, request.user),
        "suggestions": desk.suggest(picked),
        "answers": picked.answers.select_related("field").order_by("field__position", "field"),
        "attachments": Attachment.objects.visible_to(request.user).of(picked),
        "voices": picked.backings.select_related("person", "account").order_by("-is_author", "pk"),
        "sees_revenue": can_see_revenue(request.user),
        "snooze_presets": snooze_presets(timezone.localdate()),
        **words_of(picked, request.user, place="triage"),
    }


def snooze_presets(today):
    """Weekdays one often snoozes to, each once, with the words of their buttons."""
    tomorrow = today + timedelta(days=1)
    wished = [
        *([(tomorrow, "Tomorrow")] if tomorrow.weekday() < SATURDAY else []),
        (today + timedelta(days=7 - today.weekday()), "Next Monday"),
        (_weekday(today + timedelta(days=14)), "In two weeks"),
        (_weekday(today + timedelta(days=30)), "In a month"),
    ]
    words = {}
    for day, text in wished:
        words.setdefault(day, text)
    return list(words.items())


def _weekday(day):
    """Return `day`, or the Monday that follows when it falls on a weekend."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() >= SATURDAY else 0)

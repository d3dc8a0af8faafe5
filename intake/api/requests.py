"""Listing, reading and filing requests."""

from django.db import IntegrityError
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Path, Query, Router
from ninja.responses import Status

from intake import services
from intake.api.finding import account_of, one_of
from intake.api.shapes import NewRequest, RequestPage, RequestShape, Wanted
from intake.api.showing import rows_for, show
from intake.forms import ProductRequestForm
from intake.forms.questions import question_name
from intake.models import FormField, ProductRequest, RequestKind
from prodops.people.api.building import READS, WRITES
from prodops.people.api.pages import page_of
from prodops.people.api.problems import Problem, of_form
from prodops.people.models import ProductArea
from prodops.people.permissions import can_submit, require

Source = ProductRequest.Source
router = Router(tags=["Requests"])
NARROWED_BY = {
    "state": "state",
    "kind": "kind__slug",
    "area": "product_area__slug",
    "external_id": "external_id",
}


@router.get("/requests/", response=RequestPage, summary="List requests", **READS)
def list_requests(request, wanted: Query[Wanted]):
    """The requests you may see, newest first. Follow `next` until it is null."""
    rows = rows_for(request.user)
    for name, lookup in NARROWED_BY.items():
        if value := getattr(wanted, name):
            rows = rows.filter(**{lookup: value})
    if wanted.updated_since:
        rows = rows.updated_since(wanted.updated_since)
    found, following = page_of(rows, cursor=wanted.cursor, limit=wanted.limit)
    return {"items": [show(each, request.user) for each in found], "next": following}


@router.get("/requests/{int:pk}/", response=RequestShape, summary="Read a request", **READS)
def read_request(request, pk: Path[int]):
    """One request, as you see it on its page."""
    return show(one_of(rows_for(request.user), pk), request.user)


@router.post("/requests/", response={201: RequestShape}, summary="File a request", **WRITES)
@require(can_submit)
def file_request(request, new: NewRequest, response: HttpResponse):
    """Ask for something in your name. Rules sort it and its clocks start at once."""
    form = ProductRequestForm(_as_typed(new))
    if not form.is_valid():
        raise of_form(form)
    _refuse_a_second(new.external_id)
    try:
        made = services.submit(
            **form.cleaned_data,
            author=request.user,
            by=request.user,
            at=timezone.now(),
            source=Source.API,
            external_id=new.external_id,
        )
    except IntegrityError:
        _refuse_a_second(new.external_id)
        raise
    response["Location"] = reverse("api:read_request", args=[made.pk])
    return Status(201, show(one_of(rows_for(request.user), made.pk), request.user))


def _refuse_a_second(external_id: str) -> None:
    taken = ProductRequest.objects.filter(source=Source.API, external_id=external_id)
    if external_id and taken.exists():
        wrong = ("external_id", "A request with this number is here already.")
        raise Problem(409, "This request was filed before.", errors=[wrong])


def _as_typed(new: NewRequest) -> dict:
    """Return what a person would have typed into the form, so that one set of rules holds."""
    kind = RequestKind.objects.filter(slug=new.kind, is_active=True).first()
    wrong = [] if kind else [("kind", "There is no such kind.")]
    area = ProductArea.objects.filter(slug=new.product_area).first() if new.product_area else None
    if new.product_area and not area:
        wrong.append(("product_area", "There is no such product area."))
    questions = {each.pk: each for each in FormField.objects.asked(kind)} if kind else {}
    unknown = [number for number in new.answers if int(number) not in questions]
    wrong += [(f"answers.{number}", "This kind does not ask that.") for number in unknown]
    if wrong:
        raise Problem(422, "Some of what was sent cannot be taken.", errors=wrong)
    account = account_of(new.account)
    return {
        **{name: getattr(new, name) for name in ("title", "body", "why")},
        "urgency": new.urgency.value,
        "is_shared": new.is_shared,
        "kind": kind.pk,
        "account": account.pk if account else "",
        "product_area": area.pk if area else "",
        **{
            question_name(questions[int(number)]): _typed(value)
            for number, value in new.answers.items()
        },
    }


def _typed(value) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)

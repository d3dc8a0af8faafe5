"""What goes out as CSV comes in again as the same requests."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import RequestFactory
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from intake import services
from intake.models import Account, Backing, FormAnswer, FormField, ProductRequest
from intake.services.imports.values import plain
from intake.views import requests as views
from prodops.people.models import User
from prodops.ui.lists.export import cell
from tests.factories.intake import (
    AccountFactory,
    CategoryFactory,
    RequestKindFactory,
    product_request,
)
from tests.factories.people import ProductAreaFactory, TeamFactory, UserFactory
from tests.intake.imports.conftest import AT, Steps

LATER = AT + timedelta(days=3)
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=60)
LINE = WORDS.map(lambda text: " ".join(text.split())).filter(bool)
NASTY = st.sampled_from(
    ["=1+1", "'=x", "''-", "+49", "@a", '"', "a|b", "a,b;c", "\tx", "x\r\ny", "'"]
)
TEXT = st.one_of(st.just(""), WORDS, NASTY, st.tuples(NASTY, WORDS).map("".join))
TITLE = st.one_of(LINE, NASTY.map(lambda text: " ".join(text.split()) or "x"))
STATES = (
    "new",
    "triage",
    "waiting",
    "accepted",
    "declined",
    "snoozed",
    "planned",
    "shipped",
    "closed",
    "merged",
)
WISH = st.fixed_dictionaries(
    {
        "title": TITLE,
        "body": TEXT,
        "why": TEXT,
        "state": st.sampled_from(STATES),
        "urgency": st.sampled_from(ProductRequest.Urgency.values),
        "priority": st.sampled_from(["", "P0", "P3"]),
        "source": st.sampled_from(["portal", "csv", "support"]),
        "is_shared": st.booleans(),
        "reason": LINE,
        "note": TEXT,
        "answer": st.sampled_from(["", "2026-01-05"]),
        "hours": st.one_of(st.none(), st.decimals(-(10**6), 10**6, places=2)),
        "account": st.sampled_from(["", "Acme", "=Formula & Co", "'Quoted"]),
        "seconds": st.integers(0, 10**7),
        "microseconds": st.integers(0, 999_999),
        "has_number": st.booleans(),
    }
)
FIELDS = (
    "title",
    "body",
    "why",
    "state",
    "urgency",
    "priority",
    "source",
    "external_id",
    "is_shared",
    "is_spam",
)
FIELDS += (
    "submitted_at",
    "triaged_at",
    "decided_at",
    "paused_since",
    "snoozed_until",
    "decline_reason",
)
NAMES = ("kind__name", "category__name", "product_area__name", "team__name", "owner__email")
NAMES += (
    "author__email",
    "author__name",
    "account__name",
    "account__arr",
    "account__segment",
    "account__tier",
)


def facts():
    """Return all that is known of each request, by what tells it apart."""
    found = {}
    for each in ProductRequest.objects.select_related("merged_into").order_by("pk"):
        own = each.backings.filter(came_from=None).order_by("person__email", "account__name")
        found[_name(each)] = {
            **{name: getattr(each, name) for name in FIELDS},
            **ProductRequest.objects.filter(pk=each.pk).values(*NAMES).get(),
            "merged_into": _name(each.merged_into) if each.merged_into else None,
            "answers": sorted(each.answers.values_list("field__label", "value")),
            "voices": list(
                own.values_list(
                    "person__email", "account__name", "importance", "note", "at", "is_author"
                )
            ),
        }
    return found


def _name(product_request):
    return (product_request.title, product_request.submitted_at)


def export(user):
    request = RequestFactory().get("/", {"format": "csv"})
    request.user, request.htmx = user, None
    return b"".join(views.requests(request).streaming_content)


@pytest.fixture
def hub(db):
    """A hub with everything a request can name, and nobody's requests."""
    kind = RequestKindFactory()
    category, area, team = (
        CategoryFactory(name="Billing"),
        ProductAreaFactory(name="Invoices"),
        TeamFactory(name="Squad"),
    )
    for label, type_ in (("Since when?", "date"), ("Hours", "number")):
        may = {"allows_negative": type_ == "number"}
        FormField.objects.create(kind=kind, label=label, type=type_, **may)
    owner = UserFactory(role="ops", email="owner@example.com")
    return {"kind": kind, "category": category, "area": area, "team": team, "owner": owner}


def fill(hub, wishes):
    """File the wishes and bring each to its state by the acts people use."""
    accounts = {
        name: AccountFactory(name=name, arr=Decimal("1200.50"))
        for name in {w["account"] for w in wishes} - {""}
    }
    for number, wish in enumerate(wishes):
        at = AT - timedelta(days=200, seconds=wish["seconds"], microseconds=wish["microseconds"])
        made = product_request(
            title=f"{wish['title']} {number}"[:300],
            body=wish["body"],
            why=wish["why"],
            kind=hub["kind"],
            account=accounts.get(wish["account"]),
            urgency=wish["urgency"],
            is_shared=wish["is_shared"],
            source=wish["source"],
            external_id=f"N-{number}" if wish["has_number"] else "",
            author=UserFactory(role="requester", name=f"Author {number}"),
            at=at,
            state=wish["state"],
            by=hub["owner"],
        )
        _detail(hub, made, wish)


def _detail(hub, made, wish):
    changes = {"product_area": hub["area"], "team": hub["team"], "priority": wish["priority"]}
    if made.category_id:
        changes["category"] = hub["category"]
    if wish["state"] == "declined":
        changes["decline_reason"] = wish["reason"]
    ProductRequest.objects.filter(pk=made.pk).update(**changes)
    Backing.objects.create(
        product_request=made,
        person=UserFactory(role="requester"),
        account=made.account,
        importance=3,
        note=wish["note"][:500],
        at=made.submitted_at + timedelta(minutes=5),
    )
    answers = {"Since when?": wish["answer"], "Hours": _number(wish["hours"])}
    for question in FormField.objects.all():
        if answers[question.label]:
            FormAnswer.objects.create(
                product_request=made, field=question, value=answers[question.label]
            )


def _number(value):
    return "" if value is None else format(value.normalize() if value else Decimal(0), "f")


@given(wishes=st.lists(WISH, min_size=1, max_size=4))
# Shrinking a failure would take minutes: each try fills two hubs.
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
def test_an_export_comes_in_again_as_the_same_requests(hub, wishes):
    with transaction.atomic():
        fill(hub, wishes)
        file, before = export(hub["owner"]), facts()
        transaction.set_rollback(True)
    with transaction.atomic():
        assert not ProductRequest.objects.exists()
        CategoryFactory(name=f"Category of {len(wishes)}")
        steps = Steps(hub["owner"])
        importing = steps.checked(file, at=LATER)
        assert not importing.refused, list(
            importing.problems.values_list("line", "column", "value", "what")
        )
        steps.write(importing, at=LATER)

        assert facts() == before
        again = steps.checked(file, at=LATER)
        assert (again.created, again.known) == (0, len(before))
        transaction.set_rollback(True)


@given(text=st.one_of(TEXT, st.text(st.sampled_from("'=+-@\t\r\n＝a"), max_size=6)))
def test_what_is_guarded_against_formulas_comes_back_as_it_was(text):
    guarded = cell(text)

    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    line = io.StringIO(newline="")
    csv.writer(line).writerow([guarded, "x"])
    assert plain(next(csv.reader(io.StringIO(line.getvalue(), newline="")))[0]) == text


def test_an_export_into_its_own_hub_doubles_nothing(hub):
    product_request(title="From the portal", at=AT)
    product_request(title="From a file", source="csv", external_id="X-1", at=AT)

    importing = Steps(hub["owner"]).checked(export(hub["owner"]), at=LATER)

    assert (importing.created, importing.known, importing.refused) == (0, 2, 0)


def test_what_was_merged_into_a_numbered_request_finds_it_again(hub):
    with transaction.atomic():
        parent = product_request(title="Parent", source="csv", external_id="X-1", at=AT)
        child = product_request(title="Child", at=AT)
        services.merge(child=child, parent=parent, by=hub["owner"], at=AT)
        file = export(hub["owner"])
        transaction.set_rollback(True)

    importing = Steps(hub["owner"]).imported(file, at=LATER)

    assert (importing.created, importing.refused) == (2, 0)
    assert ProductRequest.objects.get(title="Child").merged_into.title == "Parent"


def test_revenue_is_exported_for_those_who_may_see_it(hub, monkeypatch):
    product_request(account=AccountFactory(arr=98_765), at=AT)
    assert b"98765" in export(hub["owner"])

    monkeypatch.setattr("intake.views.exporting.can_see_revenue", lambda user: False)
    file = export(hub["owner"])

    assert b"98765" not in file
    assert b"ARR" not in file.splitlines()[0]


def test_a_requester_gets_no_export(client, hub):
    client.force_login(UserFactory(role="requester"))

    assert client.get("/intake/requests/?format=csv").status_code == 403
    assert Account.objects.count() == 0
    assert User.objects.count() == 2


def test_moments_stay_exact(hub):
    at = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    product_request(title="At the change of summer time", at=at)
    file = export(hub["owner"])

    ProductRequest.objects.update(submitted_at=at - timedelta(days=1))
    Steps(hub["owner"]).imported(file, at=LATER)

    assert ProductRequest.objects.filter(submitted_at=at).count() == 1

"""Requests through the API: the same people may do the same things as on the pages."""

import pytest

from intake import services
from intake.models import Backing, FormField, ProductRequest
from prodops.audit.models import Change, Comment
from prodops.people.models import User
from tests.factories.api import ROOT, Api
from tests.factories.audit import CommentFactory
from tests.factories.intake import (
    SUBMITTED_AT,
    AccountFactory,
    CategoryFactory,
    RequestKindFactory,
    product_request,
)
from tests.factories.people import ProductAreaFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(requester):
    return Api(requester)


@pytest.fixture
def mira(db):
    return Api(UserFactory(role="contributor", name="Mira Chen"))


def of(request, rest=""):
    return f"{ROOT}{request.pk}/{rest}"


def wish(**fields):
    return {"kind": RequestKindFactory().slug, "title": "Export every invoice", **fields}


def wrong_fields(answer):
    return {each["field"]: each["reason"] for each in answer.json()["errors"]}


def test_a_request_is_filed_as_from_the_portal(sam):
    account, area = AccountFactory(name="Baltic Freight"), ProductAreaFactory()
    question = FormField.objects.create(kind=RequestKindFactory(), label="Since when?", type="date")
    number = FormField.objects.create(kind=RequestKindFactory(), label="How many?", type="number")
    body = wish(
        account="baltic freight",
        product_area=area.slug,
        urgency="high",
        external_id="CRM-7",
        answers={str(question.pk): "2026-11-02", str(number.pk): 12.50},
    )

    answer = sam.post(body=body)

    made = ProductRequest.objects.get()
    assert answer.status_code == 201
    assert answer["Location"] == of(made)
    assert sam.get(answer["Location"]).json() == answer.json()
    assert (made.author, made.account, made.source) == (sam.user, account, "api")
    assert (made.urgency, made.external_id, made.product_area) == ("high", "CRM-7", area)
    assert [each.value for each in made.answers.order_by("pk")] == ["2026-11-02", "12.5"]
    assert made.backings.get().is_author
    shown = answer.json()
    assert (shown["key"], shown["state"], shown["voices"]) == (made.key, "new", 1)
    assert shown["account"] == {"id": account.pk, "name": "Baltic Freight"}
    change = Change.objects.get(table="intake_productrequest", operation="INSERT")
    assert (change.actor, change.via) == (sam.user, "api")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "   "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"title": 7}, "title"),
        ({"kind": "nonsense"}, "kind"),
        ({"kind": "a\\u0000"}, "kind"),
        ({"account": "Nobody Ltd"}, "account"),
        ({"product_area": "nowhere"}, "product_area"),
        ({"urgency": "now"}, "urgency"),
        ({"is_shared": "perhaps"}, "is_shared"),
        ({"colour": "blue"}, "colour"),
        ({"answers": {"999999": "x"}}, "answers.999999"),
        ({"answers": {"x": "x"}}, "answers.x.[key]"),
        ({"external_id": "x" * 121}, "external_id"),
        ({"body": "x" * 20_001}, "body"),
    ],
    ids=str,
)
def test_each_mistake_is_told_at_its_field(sam, wrong, field):
    answer = sam.post(body=wish(**wrong))

    assert answer.status_code == 422
    assert wrong_fields(answer)[field]
    assert not ProductRequest.objects.exists()


def test_a_question_that_must_be_answered_must_be_answered_here_too(sam):
    question = FormField.objects.create(
        kind=RequestKindFactory(), label="How many?", type="number", is_required=True
    )
    field = f"answers.{question.pk}"

    assert "How many?" in wrong_fields(sam.post(body=wish()))[field]
    answer = sam.post(body=wish(answers={str(question.pk): "many"}))
    assert "number" in wrong_fields(answer)[field]
    asked = sam.get("/api/v1/kinds/").json()[0]["questions"]
    assert [(each["id"], each["is_required"]) for each in asked] == [(question.pk, True)]


def test_ones_own_number_is_taken_once(sam, mira):
    assert sam.post(body=wish(external_id="CRM-7")).status_code == 201
    answer = mira.post(body=wish(external_id="CRM-7"))

    assert answer.status_code == 409
    assert wrong_fields(answer)["external_id"]
    assert sam.get(external_id="CRM-7").json()["items"][0]["external_id"] == "CRM-7"


@pytest.mark.parametrize("role", User.Role.values)
def test_each_role_sees_and_does_what_the_pages_let_it(role):
    """The signs of `intake:request` and `intake:backing` in tests/page_matrix.py, by token."""
    hidden = product_request(is_shared=False)
    api = Api(UserFactory(role=role))
    inside = role != "requester"

    assert api.get(of(hidden)).status_code == (200 if inside else 404)
    assert len(api.get().json()["items"]) == (1 if inside else 0)
    assert api.get(of(hidden, "comments/")).status_code == (200 if inside else 404)
    said = api.post(of(hidden, "comments/"), {"body": "Me too"})
    assert said.status_code == (201 if inside else 404)
    voice = api.send("put", of(hidden, "backing/"), {})
    assert voice.status_code == (200 if inside else 404)
    assert api.send("delete", of(hidden, "backing/")).status_code == (204 if inside else 404)
    assert api.post(body=wish()).status_code == 201


def test_a_requester_reads_no_more_than_their_page_shows(sam, mira, ask):
    asked = ask()
    services.classify(
        product_request=asked,
        category=CategoryFactory(),
        owner=mira.user,
        priority="P1",
        by=mira.user,
        at=SUBMITTED_AT,
    )
    CommentFactory(thread=asked.thread, by=mira.user, body="Internal words")
    CommentFactory(thread=asked.thread, by=mira.user, body="Public words", is_public=True)

    shown = sam.get(of(asked)).json()

    assert (shown["category"], shown["priority"]) == (None, "")
    assert shown["owner"]["name"] == "Mira Chen"
    said = [each["body"] for each in sam.get(of(asked, "comments/")).json()["items"]]
    assert said == ["Public words"]
    inside = mira.get(of(asked)).json()
    assert (inside["category"] is not None, inside["priority"]) == (True, "P1")
    assert len(mira.get(of(asked, "comments/")).json()["items"]) == 2


def test_a_comment_is_public_and_tells_who_follows(sam, mira, ask):
    asked = ask()

    made = mira.post(of(asked, "comments/"), {"body": "We look at it."})

    assert made.json()["is_public"] is True
    assert Comment.objects.get().by == mira.user
    assert sam.user.notifications.get().title.startswith("Mira Chen commented")
    assert mira.post(of(asked, "comments/"), {"body": " "}).status_code == 422


def test_a_voice_is_given_changed_and_taken_back(sam, mira, ask):
    asked, account = ask(), AccountFactory(name="Baltic Freight")
    address = of(asked, "backing/")

    for importance in (2, 3):
        voice = {"account": "Baltic Freight", "importance": importance, "note": "They churn."}
        answer = mira.send("put", address, voice)
        assert answer.json()["importance"] == importance
    assert asked.backings.get(person=mira.user).account == account
    assert mira.send("delete", address).status_code == 204
    assert not asked.backings.filter(person=mira.user).exists()
    refused = sam.send("delete", address)
    assert (refused.status_code, "stays" in refused.json()["detail"]) == (409, True)


def test_a_voice_goes_where_the_request_was_merged(mira, ask):
    child, parent = ask(), ask("The same")
    services.merge(child=child, parent=parent, by=mira.user, at=SUBMITTED_AT)

    answer = mira.send("put", of(child, "backing/"), {})

    assert answer.json()["request"] == parent.pk
    assert Backing.objects.filter(person=mira.user).get().product_request == parent


def test_what_is_settled_takes_no_voice(mira):
    declined = product_request(state="declined")

    answer = mira.send("put", of(declined, "backing/"), {})

    assert (answer.status_code, "declined" in answer.json()["detail"]) == (409, True)


def test_voices_are_taken_back_all_or_none(sam, mira):
    child, parent = product_request(author=sam.user), product_request()
    told = {"by": mira.user, "at": SUBMITTED_AT}
    services.back(product_request=parent, person=sam.user, account=AccountFactory(), **told)
    services.merge(child=child, parent=parent, **told)

    answer = sam.send("delete", of(parent, "backing/"))

    assert (answer.status_code, "merged" in answer.json()["detail"]) == (409, True)
    assert Backing.objects.filter(product_request=parent, person=sam.user).count() == 2

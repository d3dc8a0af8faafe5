"""Each kind asks its own questions: built in admin, answered in the portal, shown everywhere."""

import csv

import pytest
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.urls import reverse

from intake import services
from intake.models import FormAnswer, FormField, ProductRequest
from tests.factories.intake import RequestKindFactory
from tests.factories.people import UserFactory
from tests.factories.routing import draft, live, rule

pytestmark = pytest.mark.django_db
Type = FormField.Type


@pytest.fixture
def kind(db):
    return RequestKindFactory(slug="outage", name="Outage", position=0)


@pytest.fixture
def question(kind):
    def make(label="Which version?", type=Type.SHORT, **fields):
        return FormField.objects.create(kind=kind, label=label, type=type, **fields)

    return make


@pytest.fixture
def send(client, kind, requester):
    client.force_login(requester)

    def post(**answers):
        sent = {"title": "The app is down", "kind": kind.pk, "urgency": "normal", **answers}
        return client.post(reverse("intake:new"), sent)

    return post


def name(question):
    return f"answer_{question.pk}"


def test_the_form_asks_what_the_kind_asks(client, requester, kind, question):
    question("Which version?", help_text="On the page About.")
    question("Old question", is_active=False)
    other = FormField.objects.create(kind=RequestKindFactory(), label="Of another kind")
    client.force_login(requester)

    page = client.get(reverse("intake:new"), {"kind": kind.pk}).content.decode()

    assert "Which version?" in page
    assert "On the page About." in page
    assert "Old question" not in page
    assert other.label not in page


def test_without_javascript_a_button_shows_the_questions_and_keeps_what_was_typed(
    client, requester, kind, question
):
    question()
    client.force_login(requester)
    sent = {"title": "Half a title", "kind": kind.pk, "choose": "1"}
    response = client.post(reverse("intake:new"), sent)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Which version?" in page
    assert "Half a title" in page
    assert not ProductRequest.objects.exists()


def test_with_htmx_only_the_questions_are_exchanged(client, requester, kind, question):
    question()
    client.force_login(requester)
    asked = {"HX-Request": "true", "HX-Target": "questions"}
    page = client.get(reverse("intake:new"), {"kind": kind.pk}, headers=asked).content.decode()
    assert "Which version?" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    ("type", "typed", "value", "words"),
    [
        (Type.SHORT, " 4.2 ", "4.2", "4.2"),
        (Type.LONG, "first\nsecond", "first\nsecond", "first\nsecond"),
        (Type.NUMBER, "0", "0", "0"),
        (Type.NUMBER, "1200.50", "1200.5", "1200.5"),
        (Type.DATE, "2026-12-01", "2026-12-01", "1 Dec 2026"),
        (Type.YES_NO, "no", "no", "No"),
        (Type.LINK, "example.com/x", "https://example.com/x", "https://example.com/x"),
    ],
)
def test_an_answer_is_kept_and_read_back(send, question, type, typed, value, words):
    asked = question(type=type)
    assert send(**{name(asked): typed}).status_code == 302
    answer = FormAnswer.objects.get()
    assert (answer.value, answer.words) == (value, words)


@pytest.mark.parametrize(
    ("type", "typed", "error"),
    [
        (Type.NUMBER, "many", "Enter a number."),
        (Type.DATE, "soon", "Choose a day such as 2026-12-01."),
        (Type.DATE, "0001-01-01", "Choose a day between 1900 and 2200."),
        (Type.DATE, "9999-12-31", "Choose a day between 1900 and 2200."),
        (Type.YES_NO, "perhaps", "Select a valid choice"),
        (Type.LINK, "javascript:alert(1)", "Enter a valid URL."),
        (Type.SHORT, "", "Answer “Which version?”."),
    ],
)
def test_a_wrong_answer_is_refused_in_words(send, question, type, typed, error):
    asked = question(type=type, is_required=True)
    response = send(**{name(asked): typed})
    assert response.status_code == 422
    assert error in response.content.decode()
    assert not ProductRequest.objects.exists()


def test_what_is_not_required_may_stay_empty(send, question):
    asked = question()
    assert send(**{name(asked): ""}).status_code == 302
    assert not FormAnswer.objects.exists()


def test_answers_stand_on_the_record_in_triage_in_the_file_and_are_found(send, question, client):
    asked = question("Which version?", type=Type.CHOICE, options=["Aurora", "Borealis"])
    also = question("Since when?", type=Type.DATE)
    send(**{name(asked): "Borealis", name(also): "2026-11-01"})
    made = ProductRequest.objects.get()
    client.force_login(UserFactory(role="ops"))

    record = client.get(reverse("intake:request", args=[made.pk])).content.decode()
    triage = client.get(reverse("intake:triage-request", args=[made.pk])).content.decode()
    listed = client.get(reverse("intake:requests"), {"q": "boreal"}).content.decode()
    missed = client.get(reverse("intake:requests"), {"q": "austral"}).content.decode()
    answer = client.get(reverse("intake:requests"), {"format": "csv"})
    file = b"".join(answer.streaming_content).decode()

    assert "Borealis" in record
    assert "Borealis" in triage
    assert made.key in listed
    assert made.key not in missed
    head, row = csv.reader(file.splitlines())
    answers = {name.rpartition(": ")[2]: value for name, value in zip(head, row, strict=True)}
    assert answers["Which version?"] == "Borealis"
    assert answers["Since when?"] == "2026-11-01"


def test_a_question_that_is_switched_off_keeps_its_answers(send, question, client):
    asked = question()
    send(**{name(asked): "4.2"})
    FormField.objects.update(is_active=False)
    made = ProductRequest.objects.get()
    page = client.get(reverse("intake:request", args=[made.pk])).content.decode()
    assert "4.2" in page
    with pytest.raises(ProtectedError):
        FormField.objects.all().delete()


def test_a_question_with_answers_keeps_its_type(send, question):
    asked = question()
    send(**{name(asked): "4.2"})
    with pytest.raises(DatabaseError), transaction.atomic():
        FormField.objects.update(type=Type.DATE)
    FormField.objects.update(label="Renamed")


def test_administrators_build_the_form_of_a_kind(client, kind, question):
    question("Which version?")
    client.force_login(UserFactory(role="admin"))
    url = reverse("admin:intake_requestkind_change", args=[kind.pk])
    form = client.get(url).context["adminform"].form.initial
    first = FormField.objects.get()
    sent = {
        **{key: value for key, value in form.items() if value is not None},
        "is_active": "on",
        "promises-TOTAL_FORMS": 0,
        "promises-INITIAL_FORMS": 0,
        "form_fields-TOTAL_FORMS": 2,
        "form_fields-INITIAL_FORMS": 1,
        "form_fields-0-id": first.pk,
        "form_fields-0-kind": kind.pk,
        "form_fields-0-label": "Which version is it?",
        "form_fields-0-type": "short",
        "form_fields-0-position": 0,
        "form_fields-0-is_active": "on",
        "form_fields-1-kind": kind.pk,
        "form_fields-1-label": "How bad?",
        "form_fields-1-type": "choice",
        "form_fields-1-options": "A little\r\nA little, ,Very",
        "form_fields-1-position": 1,
        "form_fields-1-is_active": "on",
    }
    wrong = client.post(url, {**sent, "form_fields-1-options": ""})
    assert "A choice needs two options" in wrong.content.decode()
    wrong = client.post(url, {**sent, "acknowledge_hours": 40, "answer_hours": 8})
    assert "sorted within 40 hours, so it is not answered before" in wrong.content.decode()

    assert client.post(url, sent).status_code == 302
    assert list(kind.form_fields.order_by("position").values_list("label", "options")) == [
        ("Which version is it?", []),
        ("How bad?", ["A little", "Very"]),
    ]


def test_a_rule_asks_about_answers(send, question):
    hours = question("Hours lost?", type=Type.NUMBER)
    bad = question("How bad?", type=Type.CHOICE, options=["A little", "Very"])
    asks = [(f"answer:{hours.pk}", "at_least", "10"), (f"answer:{bad.pk}", "is", "Very")]
    live(rule("Bad outages", asks=asks, priority="P0"))

    send(**{name(hours): "9", name(bad): "Very"})
    send(**{name(hours): "10", name(bad): "Very", "anyway": "1"})

    priorities = ProductRequest.objects.order_by("pk").values_list("priority", flat=True)
    assert list(priorities) == ["", "P0"]


def test_a_rule_about_an_answer_is_said_in_words_and_tried_on_past_requests(
    send, question, requester
):
    bad = question("How bad?", type=Type.CHOICE, options=["A little", "Very"])
    send(**{name(bad): "Very"})
    version = draft(rule("Bad", asks=[(f"answer:{bad.pk}", "is", "Very")]))
    rules = version.rules.for_display()
    said = services.say_all(rules, services.read_book())
    assert said[0].asks[0][1] == "Outage: How bad? is Very"
    ops = UserFactory(role="ops")
    assert len(services.try_rules(rules, by=ops, size=10).routed) == 1

"""The same write sent twice to the API: done once, answered the same."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from intake.models import ProductRequest
from prodops.people import tasks
from prodops.people.models import StoredAnswer
from tests.factories.people import UserFactory
from tests.people.api_calls import key, post, problem, wish


@pytest.fixture
def sam(db):
    return UserFactory(role="requester", name="Sam Sales")


def test_the_same_key_and_body_do_it_once(client, sam):
    headers, body = {**key(sam), "Idempotency-Key": "order-7"}, wish()

    first, second = post(client, headers, body), post(client, headers, body)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first["Location"] == second["Location"]
    assert (first.get("Idempotent-Replayed"), second["Idempotent-Replayed"]) == (None, "true")
    assert ProductRequest.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(client, sam):
    headers = {**key(sam), "Idempotency-Key": "order-7"}
    post(client, headers, wish())

    answer = post(client, headers, wish(title="Something else"))

    assert (answer.status_code, "another request" in problem(answer)["detail"]) == (422, True)
    assert ProductRequest.objects.count() == 1
    other = {**key(UserFactory()), "Idempotency-Key": "order-7"}
    assert post(client, other, wish(title="Something else")).status_code == 201


def test_a_refused_request_may_be_mended_under_its_key(client, sam):
    headers = {**key(sam), "Idempotency-Key": "order-7"}

    assert post(client, headers, wish(kind="nonsense")).status_code == 422
    assert post(client, headers, wish()).status_code == 201


@pytest.mark.parametrize("wrong", ["", "x" * 256, "with space", "é"])
def test_a_key_must_be_one(client, sam, wrong):
    answer = post(client, {**key(sam), "Idempotency-Key": wrong}, wish())

    assert answer.status_code == 400
    assert not ProductRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_with_one_key_one_is_done(client):
    sam = UserFactory(role="requester")
    headers, body, answers = {**key(sam), "Idempotency-Key": "order-7"}, wish(), []
    start = threading.Barrier(6)

    def send():
        start.wait(timeout=10)
        answers.append(post(type(client)(), headers, body))
        connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert ProductRequest.objects.count() == 1
    statuses = {answer.status_code for answer in answers}
    assert len(answers) == 6
    assert statuses <= {201, 409}
    assert len({a.content for a in answers if a.status_code == 201}) == 1
    assert post(client, headers, body)["Idempotent-Replayed"] == "true"


def test_answers_are_kept_for_two_days(client, sam):
    post(client, {**key(sam), "Idempotency-Key": "order-7"}, wish())
    tasks.forget_answers()
    assert StoredAnswer.objects.exists()

    StoredAnswer.objects.update(at=timezone.now() - timedelta(hours=49))
    tasks.forget_answers()
    assert not StoredAnswer.objects.exists()

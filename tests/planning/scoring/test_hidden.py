"""Nobody learns what another votes before the reveal: nothing anybody may fetch depends on it.

Two worlds differ only in what one person votes. Everything every other person can get from any
address of the hub, its headers and its length, and everything the database and the logs keep in the
open, has to be the same in both.
"""

import json
import logging
import re
from decimal import Decimal
from difflib import ndiff

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.views.debug import get_exception_reporter_class

from planning.models import Ballot, ScoringSession, Vote
from planning.services import ballots, scoring_sessions
from tests import world as worlds
from tests.factories import scoring as factory
from tests.page_matrix import ROWS
from tests.page_matrix_scoring import SCORING

pytestmark = pytest.mark.django_db
VOTES = (Decimal("0.25"), Decimal(3), None)
OTHERS = ("ops", "executive", "admin", "requester")
ELSEWHERE = ["planning:cycle", "planning:initiative", "reporting:home", "notifications:inbox"]
FLEETING = re.compile(
    r'(csrfmiddlewaretoken" value="|X-CSRFToken": "|nonce="|nonce-)[\w+/=-]+'
    r"|just now|\d+ \w+ ago"
)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("reporting.charts.png.png", lambda figure: b"a picture")
        with django_db_blocker.unblock(), transaction.atomic():
            yield worlds.build()
            transaction.set_rollback(True)


def fashions(address):
    """Ask for a page, and where fragments differ from pages, for the fragment too."""
    differs = "rounds" in address or "sensitivity" in address
    return ({}, {"HX-Request": "true"}) if differs else ({},)


def told_apart(address, one, other):
    lines = ndiff(one[2].splitlines(), other[2].splitlines())
    return "\n".join([str(address), *(line for line in lines if line[0] in "+-")])


def fetched(world, addresses):
    """Return what the others get from each address: status, headers and text, without tokens."""
    found = {}
    for who in OTHERS:
        client = Client(raise_request_exception=False)
        if user := world.users[who]:
            client.force_login(user)
        for address in addresses:
            for headers in fashions(address):
                with transaction.atomic():
                    answer = client.get(address, headers=headers)
                    body = b"".join(answer) if answer.streaming else answer.content
                    transaction.set_rollback(True)
                kept = {name: answer.headers.get(name) for name in ("ETag", "Last-Modified")}
                text = FLEETING.sub("", body.decode("utf-8", "replace"))
                found[who, address, *headers] = (answer.status_code, kept, text)
    return found


def addresses_of(world):
    """Return every page of scores, and the others that show what happens in a cycle."""
    names = [name for name, row in SCORING.items() if "+" in row.get] + ELSEWHERE
    found = [reverse(name, kwargs=ROWS[name].keys(world)) for name in names]
    session, asked = world.scoring_session, world.scoring_round
    found += [f"{reverse('planning:scores', args=[world.cycle.pk])}?format=csv"]
    found += [reverse("audit:changes"), f"{reverse('audit:changes')}?format=csv"]
    for table, row in (
        ("planning_scoringround", asked.pk),
        ("planning_scoringsession", session.pk),
        ("planning_ballot", 1),
        ("planning_vote", 1),
    ):
        found.append(reverse("audit:history", kwargs={"table": table, "row": row}))
    found.append(reverse("audit:thread-history", args=[session.thread_id]))
    return found


def everything_written(of_tables):
    """Return every row of these tables as text, but for the sealed ballots themselves."""
    rows = []
    for model in of_tables:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{model._meta.db_table}" t')  # noqa: S608
            rows += [(model._meta.label, text) for (text,) in cursor.fetchall()]
    return sorted(rows)


def tables():
    left_out = {"planning.Ballot", "sessions.Session", "notifications.MailBody"}
    return [
        model
        for model in apps.get_models()
        if model._meta.managed
        and model._meta.label not in left_out
        and model._meta.app_label in {"planning", "audit", "notifications", "ui"}
    ]


def seen_with(world, vote, caplog):
    """Let the contributor vote through the front door; return what the others can know of it."""
    with transaction.atomic():
        client = Client()
        voter = world.users["contributor"]
        client.force_login(voter)
        caplog.clear()
        with caplog.at_level(logging.DEBUG):
            client.post(
                reverse("planning:scoring-ballot", args=[world.scoring_round.pk]),
                {"secret_impact": "unsure" if vote is None else str(vote)},
            )
            own = scoring_sessions.own_votes(asked=world.scoring_round, user=voter)
            assert own == {"impact": vote}
            pages = fetched(world, addresses_of(world))
        sealed = Ballot.objects.get(round=world.scoring_round, user=voter).sealed
        seen = (pages, everything_written(tables()), len(bytes(sealed)))
        transaction.set_rollback(True)
    return seen


def test_nothing_anybody_else_can_fetch_depends_on_a_hidden_vote(world, caplog):
    first, *others = [seen_with(world, vote, caplog) for vote in VOTES]

    assert len(first[0]) > 100
    for pages, rows, length in others:
        assert length == first[2]
        assert rows == first[1]
        for address, answer in pages.items():
            assert answer == first[0][address], told_apart(address, first[0][address], answer)


def test_no_log_line_tells_a_hidden_vote(world, caplog):
    logged = []
    for vote in ("0.25", "3"):
        with transaction.atomic(), caplog.at_level(logging.INFO):
            caplog.clear()
            client = Client(raise_request_exception=False)
            client.force_login(world.users["contributor"])
            path = reverse("planning:scoring-ballot", args=[world.scoring_round.pk])
            client.post(path, {"secret_impact": vote})
            client.post(path, {"secret_impact": f"{vote}777"})
            logged.append([record.getMessage() for record in caplog.records])
            transaction.set_rollback(True)

    assert logged[0] == logged[1]
    assert "777" not in json.dumps(logged)


def test_an_error_page_tells_no_vote(world, rf):
    secret_value = Decimal(493665) / 100  # nowhere written as it is, not even in this file
    request = rf.post("/", {"secret_impact": str(secret_value)})
    request.user = world.users["contributor"]
    with pytest.raises(ValueError) as caught:
        ballots.seal({"impact": secret_value, "x" * 5000: None}, round_id=1, user_id=1)

    reporter = get_exception_reporter_class(request)(request, caught.type, caught.value, caught.tb)

    assert "secret_words" in reporter.get_traceback_html()
    for text in (reporter.get_traceback_html(), reporter.get_traceback_text()):
        assert "4936" + ".65" not in text


def test_a_ballot_opens_for_its_own_person_and_round_alone():
    sealed = ballots.seal({"impact": Decimal(3)}, round_id=7, user_id=9)

    assert ballots.unseal(sealed, round_id=7, user_id=9) == {"impact": Decimal(3)}
    for elsewhere in ({"round_id": 8, "user_id": 9}, {"round_id": 7, "user_id": 8}):
        with pytest.raises(ballots.BallotUnreadable):
            ballots.unseal(sealed, **elsewhere)
    with pytest.raises(ballots.BallotUnreadable):
        ballots.unseal(b"nothing", round_id=7, user_id=9)


def test_a_key_that_is_gone_loses_a_vote_and_not_the_round(world, settings):
    with transaction.atomic():
        asked = world.scoring_round
        ops = world.users["ops"]
        settings.CREDENTIALS_KEYS = ["a-new-key-of-twenty-letters", *settings.CREDENTIALS_KEYS]
        factory.cast(asked, ops, impact=1)
        settings.CREDENTIALS_KEYS = settings.CREDENTIALS_KEYS[:1]

        scoring_sessions.reveal(asked=asked, by=ops, at=factory.AT)

        assert [vote.user for vote in Vote.objects.filter(round=asked)] == [ops]
        event = world.scoring_session.thread.events.get(verb="scoring.revealed")
        assert event.detail == "1 could not be opened: their key is gone."
        transaction.set_rollback(True)


def test_no_column_but_the_sealed_one_could_hold_a_hidden_vote():
    kinds = {field.name: type(field) for field in Ballot._meta.concrete_fields}

    assert kinds == {
        "id": models.BigAutoField,
        "round": models.ForeignKey,
        "user": models.ForeignKey,
        "sealed": models.BinaryField,
    }
    assert not any(trigger.name == "recorded" for trigger in Ballot._meta.triggers)
    assert ScoringSession._meta.get_field("asks")

"""The readout's pages and command: who may do what, and what is said when it cannot be done."""

import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from reporting.models import Edition, Reader
from reporting.services import readout
from tests.factories.people import UserFactory
from tests.factories.reporting import AFTERWARDS, OCTOBER, history

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(client):
    user = UserFactory(role="ops")
    client.force_login(user)
    return user


@pytest.fixture
def draft(ops):
    history("K9", 97.0, 98.0)
    return readout.draft(month=OCTOBER, by=ops, at=AFTERWARDS)


def address(name, *args):
    return reverse(f"reporting:{name}", args=args)


def test_ops_draft_a_month_write_about_it_and_approve_it(client, ops):
    history("K9", 97.0, 98.0)
    assert client.post(address("readout_new"), {"month": "2026-10"}).status_code == 302

    words = {"why": "The rota **works**.", "what_we_do": "We keep it."}
    client.post(address("readout_figure", "2026-10", "K9"), words)
    client.post(address("readout_headline", "2026-10"), {"headline": "A calm month"})
    client.post(address("readout_approval", "2026-10"), {"send_on": ""})

    page = client.get(address("readout", "2026-10")).content.decode()
    assert "<strong>works</strong>" in page
    assert "A calm month" in page
    assert Edition.objects.get().state == "approved"


@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("2026-13", "is not a month"),
        ("soon", "is not a month"),
        ("2999-01", "has not begun"),
        ("2001-01", "There is no record from January 2001"),
        ("", "required"),
    ],
)
def test_a_month_that_cannot_be_reported_is_refused(client, ops, month, words):
    response = client.post(address("readout_new"), {"month": month})

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Edition.objects.exists()


def test_a_day_that_is_over_is_no_day_to_send_on(client, draft):
    response = client.post(address("readout_approval", "2026-10"), {"send_on": "2020-01-01"})

    assert response.status_code == 422
    assert "This day is over" in response.content.decode()


def test_a_script_in_a_persons_words_stays_text(client, draft):
    evil = "<script>alert(1)</script> [x](javascript:alert(1))"
    client.post(address("readout_figure", "2026-10", "K9"), {"why": evil, "what_we_do": ""})

    for name in ("readout", "readout_mail"):
        page = client.get(address(name, "2026-10")).content.decode()
        assert "<script>alert" not in page
        assert 'href="javascript' not in page


@pytest.mark.parametrize(
    ("role", "state", "status"),
    [
        ("executive", "draft", 404),
        ("executive", "approved", 200),
        ("contributor", "approved", 200),
        ("requester", "approved", 403),
    ],
)
def test_a_draft_is_for_ops_only(client, draft, role, state, status):
    if state == "approved":
        readout.approve(
            edition=draft, send_on=None, by=draft.thread.events.first().by, at=AFTERWARDS
        )
    client.force_login(UserFactory(role=role))

    assert client.get(address("readout", "2026-10")).status_code == status


@pytest.mark.parametrize("name", ["readout_approval", "readout_sending", "readout_redraft"])
def test_an_executive_neither_approves_nor_sends(client, draft, name):
    client.force_login(UserFactory(role="executive"))

    assert client.post(address(name, "2026-10")).status_code == 403


def test_readers_are_added_once_recognised_and_removed(client, ops):
    user = UserFactory(email="head@example.com")
    person = {"email": "Head@example.com", "name": "Head", "time_zone": "Europe/Berlin"}
    client.post(address("readers"), person)
    client.post(address("readers"), person)
    assert Reader.objects.get().user == user

    client.post(address("reader_removal", Reader.objects.get().pk))
    assert not Reader.objects.active().exists()
    bad = client.post(address("readers"), {**person, "time_zone": "Europe/Atlantis"})
    assert bad.status_code == 422


def run(*args):
    stdout, stderr = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    call_command("readout", *args, stdout=stdout, stderr=stderr)
    return stderr.getvalue()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["October"], "is not a month"),
        (["2999-01"], "has not begun"),
        (["2001-01"], "There is no record from January 2001"),
        (["2026-10", "--send"], "approve it first"),
        (["2026-10", "--output", "/nowhere/at/all.txt"], "/nowhere/at/all.txt: No such file"),
    ],
)
def test_the_command_says_what_is_wrong_and_exits_with_two(draft, args, words):
    with pytest.raises(CommandError, match=words) as refused:
        run(*args)
    assert refused.value.returncode == 2


def test_the_command_prints_what_the_page_shows(draft, tmp_path):
    for form in ("json", "html", "text"):
        run("2026-10", "--format", form, "--output", str(tmp_path / form))

    told = json.loads((tmp_path / "json").read_text())
    (figure,) = [each for each in told["figures"] if each["key"] == "K9"]
    assert (told["period"], told["state"], figure["value"]) == ("2026-10", "draft", 98.0)
    assert figure["what_changed"] in (tmp_path / "text").read_text()
    assert "<h1" in (tmp_path / "html").read_text()


def test_the_command_prints_a_pdf(draft, tmp_path, chromium):
    run("2026-10", "--format", "pdf", "--output", str(tmp_path / "readout.pdf"))

    assert (tmp_path / "readout.pdf").read_bytes().startswith(b"%PDF-")

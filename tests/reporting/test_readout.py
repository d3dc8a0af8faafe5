"""The readout: drafted from figures, finished by a person, frozen, and sent to each reader once."""

import threading
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from prodops.notifications.models import Channel, Kind, Mail, Preference
from reporting.models import Delivery, Edition, MetricDefinition
from reporting.services import flow, readers, readout, sending
from reporting.services.definitions import load_definitions, revise_definition
from reporting.services.refusals import Refusal
from tests.factories import jira
from tests.factories.people import UserFactory
from tests.factories.reporting import AFTERWARDS, OCTOBER, history, metric_value

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _tables_for_pictures(request, settings):
    """Starting a browser for each picture is for the test that looks at them."""
    if "chromium" not in request.fixturenames:
        settings.CHROMIUM = "no-such-browser"


@pytest.fixture
def ops():
    return UserFactory(role="ops", name="Rosa Martens")


@pytest.fixture
def figures():
    """Thirteen months of readiness, the last far below, and an issue that took four days."""
    history("K9", *([97.0, 98.0] * 6), 60.0)
    start = OCTOBER.starts_at + timedelta(days=5)
    jira.issue(
        created=start,
        statuses=[(start, "In Progress"), (start + timedelta(days=4), "Done")],
    )
    flow.rebuild(at=AFTERWARDS)


@pytest.fixture
def draft(figures, ops):
    return readout.draft(month=OCTOBER, by=ops, at=AFTERWARDS)


@pytest.fixture
def approved(draft, ops):
    explain(draft, ops)
    return readout.approve(edition=draft, send_on=None, by=ops, at=AFTERWARDS)


def explain(edition, by):
    for figure in edition.figures.select_related("edition__thread", "definition"):
        if figure.needs_a_note:
            readout.edit_figure(
                figure=figure, why="The load test failed.", what_we_do="", by=by, at=AFTERWARDS
            )


def figure_of(edition, key):
    return edition.figures.select_related("edition__thread", "definition").get(definition__key=key)


def add_readers(count, **fields):
    return [
        readers.add_reader(
            email=f"reader{n}@example.com", name=f"Reader {n}", time_zone="Europe/Berlin", **fields
        )
        for n in range(count)
    ]


def test_a_draft_holds_the_month_figure_by_figure(draft):
    figure = figure_of(draft, "K9")

    assert (figure.value, figure.previous, figure.status) == (60.0, 98.0, "bad")
    assert "Signal: outside the limits" in figure.what_changed
    findings = dict(draft.charts.values_list("slug", "finding"))
    assert findings["delivery-cycle-time"].startswith("Half the work takes 4.0 days")
    assert len(findings) == 4
    assert "behind: Launch readiness" in draft.headline


def test_drawing_anew_takes_new_figures_and_keeps_a_persons_words(draft, ops):
    readout.edit_figure(
        figure=figure_of(draft, "K9"), why="We know.", what_we_do="", by=ops, at=AFTERWARDS
    )
    draft.figures.model.objects.filter(edition=draft).update(value=1)
    readout.draft(month=OCTOBER, by=ops, at=AFTERWARDS)

    figure = figure_of(draft, "K9")
    assert (figure.value, figure.why) == (60.0, "We know.")


def test_a_kpi_that_crossed_its_target_needs_a_reason_in_a_persons_words(draft, ops):
    with pytest.raises(Refusal, match="Say why these crossed their target: Launch readiness"):
        readout.approve(edition=draft, send_on=None, by=ops, at=AFTERWARDS)

    explain(draft, ops)
    readout.approve(edition=draft, send_on=None, by=ops, at=AFTERWARDS)
    draft.refresh_from_db()
    assert (draft.state, draft.approved_by) == ("approved", ops)


def test_approved_figures_are_frozen_in_the_database_too(approved, ops):
    with pytest.raises(Refusal, match="stays as it is"):
        readout.edit_figure(
            figure=figure_of(approved, "K9"), why="No!", what_we_do="", by=ops, at=AFTERWARDS
        )
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        approved.figures.update(value=100)
    metric_value("T1", value=7.0)
    readout.draft(month=OCTOBER, by=ops, at=AFTERWARDS)
    assert figure_of(approved, "K9").value == 60.0
    assert figure_of(approved, "T1").value != 7.0


def test_everyone_on_the_list_gets_it_once_however_often_it_is_sent(approved, ops):
    add_readers(3)
    first = sending.send(edition=approved, at=AFTERWARDS, by=ops)
    again = sending.send(edition=approved, at=AFTERWARDS, by=ops)

    assert (first, again) == (3, 0)
    assert Mail.objects.count() == Delivery.objects.count() == 3
    approved.refresh_from_db()
    assert approved.state == "sent"


@pytest.mark.django_db(transaction=True)
def test_eight_senders_at_once_make_one_mail_a_reader(approved, ops):
    add_readers(5)
    sending.compose(edition=approved)
    counts = []

    def send():
        edition = Edition.objects.get(pk=approved.pk)
        counts.append(sending.send(edition=edition, at=AFTERWARDS, by=ops))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == [0] * 7 + [5]
    assert Mail.objects.count() == 5


def test_it_leaves_at_eight_in_the_morning_of_each_reader(approved):
    Edition.objects.filter(pk=approved.pk).update(send_on=date(2026, 11, 4))
    for name, zone in (("kolkata", "Asia/Kolkata"), ("berlin", "Europe/Berlin")):
        readers.add_reader(email=f"{name}@example.com", name=name, time_zone=zone)

    def sent_by(hour, minute=0):
        sending.send_due(at=datetime(2026, 11, 4, hour, minute, tzinfo=UTC))
        return sorted(Mail.objects.values_list("to", flat=True))

    assert sent_by(2, 29) == []
    assert sent_by(2, 30) == ["kolkata@example.com"]
    assert sent_by(6, 59) == ["kolkata@example.com"]
    assert sent_by(7) == ["berlin@example.com", "kolkata@example.com"]
    approved.refresh_from_db()
    assert approved.state == "sent"


def test_who_turned_readouts_off_or_left_the_list_gets_none(approved, ops):
    user = UserFactory(email="off@example.com")
    Preference.objects.create(user=user, kind=Kind.READOUT, channel=Channel.OFF)
    readers.add_reader(email=user.email, name="Off", time_zone="Europe/Berlin")
    (gone,) = add_readers(1)
    readers.remove_reader(reader=gone)

    assert sending.send(edition=approved, at=AFTERWARDS, by=ops) == 0


def test_a_draft_is_not_sent(draft, ops):
    add_readers(1)
    with pytest.raises(Refusal, match="approve it first"):
        sending.send(edition=draft, at=AFTERWARDS, by=ops)
    assert not Mail.objects.exists()


def test_the_mail_says_the_same_in_both_parts_and_carries_the_pictures(
    client,
    draft,
    ops,
    chromium,
    mail_server,
    django_capture_on_commit_callbacks,
):
    explain(draft, ops)
    add_readers(2)
    client.force_login(ops)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("reporting:readout_approval", args=["2026-10"]), {"send_on": ""})
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("reporting:readout_sending", args=["2026-10"]))

    message = mail_server.taken[0]
    text = message.get_body(("plain",)).get_content()
    html = unescape(message.get_body(("html",)).get_content())
    assert mail_server.receivers == {"reader0@example.com": 1, "reader1@example.com": 1}
    assert message["Subject"].startswith("Northwind Product readout, October 2026")
    for part in (text, html):
        assert "60\N{NO-BREAK SPACE}%" in part
        assert "The load test failed." in part
        assert "Half the work takes 4.0 days" in part
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert len(pictures) == 4
    assert all(part.get_content().startswith(b"\x89PNG\r\n") for part in pictures)
    assert 'src="cid:delivery-cycle-time"' in html


def test_without_a_browser_tables_take_the_place_of_pictures_and_the_log_says_so(
    approved, settings, monkeypatch
):
    settings.CHROMIUM = "no-such-browser"
    body = sending.compose(edition=approved)

    approved.refresh_from_db()
    assert body.images == {}
    assert "Half the work takes 4.0 days" in body.html
    assert '<th scope="col"' in body.html
    assert "No Chromium was found" in approved.log


@pytest.mark.django_db(transaction=True)
def test_two_who_draft_a_month_at_once_get_one_edition(figures, ops):
    answers = run_at_once(lambda: readout.draft(month=OCTOBER, by=ops, at=AFTERWARDS).pk)

    assert len(set(answers)) == 1
    assert Edition.objects.get().figures.count() > 0


@pytest.mark.django_db(transaction=True)
def test_revisions_of_a_definition_at_once_follow_each_other(ops):
    definition = load_definitions()["K9"]
    run_at_once(
        lambda: revise_definition(
            definition=definition,
            target_low=90,
            target_high=None,
            owner="Ops",
            reason="Agreed.",
            by=ops,
            at=AFTERWARDS,
        )
    )

    versions = MetricDefinition.objects.filter(key="K9").order_by("version")
    assert list(versions.values_list("version", flat=True)) == [1, 2, 3, 4, 5]
    assert versions.filter(is_current=True).get().version == 5


def run_at_once(act, times=4):
    """Run `act` in as many threads and return what each answered; an error fails the test."""
    answers, errors = [], []

    def run():
        try:
            answers.append(act())
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    return answers

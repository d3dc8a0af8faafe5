"""The readout when something happens between two steps, or fails on the way."""

import subprocess

import pytest

from prodops.notifications.models import Mail
from reporting import letters, narrative
from reporting.charts import png
from reporting.models import Edition, MetricValue, Reader
from reporting.services import printing, readers, readout, sending
from reporting.services.definitions import revise_definition
from reporting.templatetags.readout import first_rows
from tests.factories.people import UserFactory
from tests.factories.reporting import AFTERWARDS, OCTOBER, history, metric_value
from tests.reporting.test_readout import _tables_for_pictures, approved, draft, figures, ops

__all__ = ["_tables_for_pictures", "approved", "draft", "figures", "ops"]
pytestmark = pytest.mark.django_db


def figure_of(edition, key="K9"):
    return edition.figures.select_related("definition", "edition").get(definition__key=key)


def now_it_is(value):
    MetricValue.objects.filter(definition__key="K9", period_start=OCTOBER.start).update(value=value)


def test_words_are_kept_when_the_figure_has_a_new_definition(draft, ops):
    figure = figure_of(draft)
    readout.edit_figure(figure=figure, why="Late copy.", what_we_do="", by=ops, at=AFTERWARDS)
    new = revise_definition(
        definition=figure.definition, target_low=90, target_high=None, owner="Launches",
        reason="Agreed.", by=ops, at=AFTERWARDS,
    )  # fmt: skip
    type(new).objects.filter(pk=new.pk).update(name="Ready to launch")
    metric_value("K9", value=61.0, definition=new)
    readout.draft(month=OCTOBER, by=ops, at=AFTERWARDS)
    assert figure_of(draft).definition == new
    assert figure_of(draft).why == "Late copy."


def test_words_reach_a_figure_that_was_drawn_anew_meanwhile(draft, ops):
    read_before = figure_of(draft)
    readout.draft(month=OCTOBER, by=ops, at=AFTERWARDS)
    readout.edit_figure(figure=read_before, why="Late.", what_we_do="", by=ops, at=AFTERWARDS)
    assert figure_of(draft).why == "Late."


def test_a_drafted_headline_follows_the_figures_and_a_written_one_stays(draft, ops):
    first = draft.headline
    now_it_is(99.0)
    again = readout.draft(month=OCTOBER, by=ops, at=AFTERWARDS)
    assert again.headline != first
    readout.edit_headline(edition=again, headline="A calm month", by=ops, at=AFTERWARDS)
    now_it_is(50.0)
    assert readout.draft(month=OCTOBER, by=ops, at=AFTERWARDS).headline == "A calm month"


def test_a_headline_is_one_line_for_it_becomes_the_subject(draft, ops):
    edition = readout.edit_headline(
        edition=draft, headline=" Two\r\nBcc: all@example.com ", by=ops, at=AFTERWARDS
    )
    assert edition.headline == "Two Bcc: all@example.com"


def test_a_title_with_brackets_stays_one_link_and_reads_as_written():
    drafted = narrative.why([], [("Export [beta] *new* moved to 3 Nov", "/launches/7/")])
    html = letters.html_of(drafted)
    assert html.count("<a ") == 1
    assert "Export [beta] *new* moved to 3 Nov</a>" in html
    assert "records: Export [beta] *new* moved to 3 Nov (" in letters.plain(drafted)


def test_a_browser_that_fails_once_is_tried_again(approved, monkeypatch):
    failures = [png.NotDrawn("It crashed.")]

    def draw(figure):
        if failures:
            raise failures.pop()
        return b"a picture"

    monkeypatch.setattr(png, "png", draw)
    sending.compose(edition=approved)
    assert approved.log == "4 charts drawn."


def test_a_browser_that_keeps_failing_leaves_tables_and_says_so(approved, monkeypatch):
    def draw(figure):
        raise png.NotDrawn("It crashed.")

    monkeypatch.setattr(png, "png", draw)
    body = sending.compose(edition=approved)
    assert approved.log == "The charts are tables in this edition: It crashed."
    assert body.images == {}


def test_an_edition_that_fails_holds_no_other_back(approved, ops, monkeypatch, caplog):
    september = OCTOBER.shifted(-1)
    other = readout.draft(month=september, by=ops, at=AFTERWARDS)
    Edition.objects.filter(pk=other.pk).update(
        state="approved", approved_by=ops, approved_at=AFTERWARDS
    )
    Edition.objects.update(asked_at=AFTERWARDS, asked_by=ops)
    readers.add_reader(email="a@example.com", name="A", time_zone="UTC")
    real = sending.compose

    def compose(*, edition):
        if edition.pk == other.pk:
            raise RuntimeError("Broken.")
        return real(edition=edition)

    monkeypatch.setattr(sending, "compose", compose)
    assert sending.send_due(at=AFTERWARDS) == 1
    assert Mail.objects.filter(key__startswith="readout:2026-10").count() == 1
    assert "September 2026 was not sent" in caplog.text


def test_a_person_whose_address_changed_is_on_the_list_once():
    user = UserFactory(email="old@example.com")
    readers.add_reader(email="old@example.com", name="Mira", time_zone="UTC")
    user.email = "new@example.com"
    user.save(update_fields=["email"])
    readers.add_reader(email="new@example.com", name="Mira", time_zone="UTC")
    (reader,) = Reader.objects.active()
    assert (reader.email, reader.user) == ("new@example.com", user)


@pytest.mark.parametrize(
    "failure", [subprocess.TimeoutExpired("chromium", 60), PermissionError("No.")]
)
def test_a_browser_that_cannot_print_says_so(monkeypatch, failure):
    def run(*given, **named):
        raise failure

    monkeypatch.setattr(printing, "find_chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(printing.subprocess, "run", run)
    with pytest.raises(png.NotDrawn, match="could not print the readout"):
        printing.pdf("<p>Hello</p>")


def test_the_first_rows_of_a_table_are_shown_and_the_rest_counted():
    shown = first_rows({"columns": ["Week"], "rows": [["new"], ["older"], ["oldest"]]}, 2)
    assert (shown["rows"], shown["left_out"]) == ([["new"], ["older"]], 1)


def test_a_month_without_a_reason_in_the_records_is_left_to_a_person(ops):
    history("K3", *[80.0] * 13)
    edition = readout.draft(month=OCTOBER, by=ops, at=AFTERWARDS)
    assert figure_of(edition, "K3").why == ""

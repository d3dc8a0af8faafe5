"""Finding what asks for the same, and bringing requests in from a file."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from intake import services
from intake.models import Account, ProductRequest, RequestKind
from intake.services import ranking
from prodops.people.models import User
from tests.factories.intake import SUBMITTED_AT, AccountFactory, product_request
from tests.factories.people import ProductAreaFactory, UserFactory

COLUMNS = ["external_id", "title", "body", "kind", "author_email", "account", "created"]
GOOD = ["X-1", "Export", "All of it,\nat once", "Idea", "a@example.com", "Acme", "2026-11-02"]


def titles(text, **options):
    return [each.product_request.title for each in services.similar(title=text, **options)]


def test_shared_words_bring_the_alike_first_with_the_reason(db):
    product_request(title="Dark mode for the dashboard")
    product_request(title="Bulk export of invoices as PDF")
    product_request(title="Download many invoices", body="We export them by hand")

    found = services.similar(title="Exporting an invoice in bulk")

    assert found[0].product_request.title == "Bulk export of invoices as PDF"
    assert set(found[0].words) >= {"Exporting", "invoice", "bulk"}
    assert 0 < found[1].score < found[0].score <= 1
    assert len(found) == 2


def test_a_word_with_a_hyphen_is_named_once(db):
    product_request(title="E-invoicing for public buyers")

    (found,) = services.similar(title="E-invoicing for schools")

    assert found.words == ("E-invoicing",)


def test_a_misspelt_title_is_found_by_its_trigrams(db):
    product_request(title="Single sign-on with Okta")

    assert titles("Singel singon wiht Okta") == ["Single sign-on with Okta"]


def test_a_merged_request_speaks_for_where_it_went(db):
    parent = product_request(title="Everything about billing")
    child = product_request(title="Export invoices in bulk")
    services.merge(child=child, parent=parent, by=UserFactory(), at=SUBMITTED_AT)

    assert titles("Export invoices in bulk") == ["Everything about billing"]


def test_parts_of_a_compound_word_are_found(db):
    product_request(title="Login by SSO/SAML fails")
    product_request(title="setTimeout is ignored")

    assert titles("saml certificates") == ["Login by SSO/SAML fails"]
    assert titles("a longer timeout") == ["setTimeout is ignored"]


def test_a_request_says_why_it_is_similar(db, requester):
    account, area = AccountFactory(name="Acme"), ProductAreaFactory(name="Billing")
    parent = product_request(
        title="Exports of invoices", account=account, product_area=area, author=requester
    )
    child = product_request(title="Invoices as one export")
    services.merge(child=child, parent=parent, by=UserFactory(), at=SUBMITTED_AT)
    asker = services.Asker(account.pk, area.pk, requester.pk)

    (found,) = services.similar(title="Invoices in one export", asker=asker)

    assert found.reasons == (
        "same customer, Acme",
        "same area, Billing",
        f"same person, {requester}",
        f"{child.key} was merged into it",
    )
    assert [piece for piece, is_shared in found.title_pieces if is_shared] == [
        "Exports",
        "invoices",
    ]
    assert found.strength in {"Nearly the same", "Very alike", "Alike"}
    assert 2 <= found.bars <= 4


def test_whose_a_request_is_stays_with_those_who_may_open_it(db, requester):
    account = AccountFactory()
    product_request(title="Export invoices", account=account)

    (found,) = services.similar(
        title="Export invoices", user=requester, asker=services.Asker(account_id=account.pk)
    )

    assert not found.is_open_to_user
    assert found.reasons == ()


def test_what_was_asked_at_the_same_time_comes_first(db):
    long_ago = product_request(title="Export invoices", at=SUBMITTED_AT - timedelta(days=900))
    lately = product_request(title="Export invoices", at=SUBMITTED_AT - timedelta(days=9))

    found = services.similar(title="Export invoices", asked_at=SUBMITTED_AT)

    assert [each.product_request for each in found] == [lately, long_ago]


def test_a_search_that_takes_too_long_finds_nothing_and_harms_nothing(db, monkeypatch):
    product_request(title="Export invoices")
    slow = ranking.CANDIDATES_SQL.replace(
        "WITH sharing", "WITH slow AS (SELECT pg_sleep(5)), sharing"
    )
    monkeypatch.setattr(ranking, "CANDIDATES_SQL", slow.replace("FROM (\n", "FROM slow, (\n"))
    monkeypatch.setattr(ranking, "LONGEST_MS", 50)

    assert titles("Export invoices") == []

    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)


def test_spam_and_the_request_itself_are_left_out(db):
    own = product_request(title="Export invoices")
    spam = product_request(title="Export invoices now")
    services.close(product_request=spam, by=UserFactory(), at=SUBMITTED_AT, is_spam=True)

    assert titles("Export invoices", exclude=own.pk) == []


@pytest.mark.parametrize(
    "text", ["", " ", "the of and", "'); DROP TABLE x; --", "a\x00b", "\\'&|!:*<->", "🦄 é ß"]
)
def test_any_text_is_a_fair_question(db, text):
    product_request(title="Export invoices")

    assert isinstance(services.similar(title=text, body=text), list)


def test_words_are_counted_over_all_requests(db):
    product_request(title="Export invoices")
    product_request(title="Export reports")

    assert services.count_words() == 1
    assert titles("export")


def csv_file(tmp_path, *rows, columns=COLUMNS):
    path = tmp_path / "requests.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
    return str(path)


def test_a_file_is_imported_whole_and_only_once(db, tmp_path):
    path = csv_file(tmp_path, GOOD, ["X-2", "Import", "", "Idea", "", "", "2026-11-02T09:00:00Z"])
    out = io.StringIO()

    call_command("import_requests", path, stdout=out, stderr=io.StringIO())
    call_command("import_requests", path, stdout=out, stderr=io.StringIO())

    assert "2 imported, 0 known already" in out.getvalue()
    assert "0 imported, 2 known already" in out.getvalue()
    made = ProductRequest.objects.get(external_id="X-1")
    assert made.body == "All of it,\nat once"
    assert made.account == Account.objects.get(name="Acme")
    assert made.author == User.objects.get(email="a@example.com")
    assert not made.author.has_usable_password()
    assert made.kind == RequestKind.objects.get(slug="idea")
    assert made.thread.key == made.key
    assert made.backings.get().is_author
    assert made.state_changes.count() == made.thread.events.count() == 1


def test_a_dry_run_keeps_nothing(db, tmp_path):
    out = io.StringIO()

    call_command("import_requests", csv_file(tmp_path, GOOD), "--dry-run", stdout=out, stderr=out)

    assert "nothing was kept" in out.getvalue()
    assert not ProductRequest.objects.exists()
    assert not Account.objects.exists()


def changed(**values):
    return [values.get(name, value) for name, value in zip(COLUMNS, GOOD, strict=True)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (changed(title=""), "line 4, title: Title is empty"),
        (changed(kind=""), "line 4, kind: Kind is empty"),
        (changed(created=""), "line 4, created: Asked on is empty"),
        (changed(title="x" * 301), "line 4, title: It is longer than 300"),
        (changed(created="soon"), "line 4, created: It is no date"),
        (changed(created="2026-02-31"), "line 4, created: It is no date"),
        (changed(created="2999-01-01"), "line 4, created: It lies in the future"),
        (changed(created="0001-01-01T00:00:00+14:00"), "line 4, created: It is no date"),
        (changed(created="9999-12-31T23:59:59-14:00"), "line 4, created: It is no date"),
        (
            changed(author_email=f"{'x' * 150}@example.com"),
            "line 4, author_email: It has more than",
        ),
        (
            changed(author_email=f"x@{'y' * 60}.{'z' * 60}.{'y' * 60}.{'z' * 60}.{'y' * 20}.com"),
            "line 4, author_email: It is longer than 254",
        ),
        (changed(author_email="nobody"), "line 4, author_email: It is no e-mail address"),
        (changed(external_id="X-1"), "line 4: The same number stands in line 2 already"),
        (GOOD[:4], "line 4: It has 4 cells, the heading has 7"),
        ([*GOOD, "more"], "line 4: It has 8 cells, the heading has 7"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_kept(db, tmp_path, row, words):
    row = [value if value != "X-1" or "stands in line 2" in words else "X-2" for value in row]

    with pytest.raises(CommandError, match=words):
        call_command("import_requests", csv_file(tmp_path, GOOD, row), stderr=io.StringIO())

    assert not ProductRequest.objects.exists()


def test_a_missing_column_and_a_missing_file_are_named(db, tmp_path):
    with pytest.raises(CommandError, match="line 1: the column title"):
        call_command("import_requests", csv_file(tmp_path, columns=["external_id"]))
    with pytest.raises(CommandError, match="No such file") as refusal:
        call_command("import_requests", "/nowhere.csv")
    assert refusal.value.returncode == 2


def test_a_column_that_stands_twice_is_named(db, tmp_path):
    path = csv_file(tmp_path, [*GOOD, "Another"], columns=[*COLUMNS, "title"])

    with pytest.raises(CommandError, match="line 1: the column title stands there twice"):
        call_command("import_requests", path)

    assert not ProductRequest.objects.exists()


def test_similar_answers_each_line_without_the_record_itself(db, tmp_path):
    first = product_request(title="Export invoices", external_id="X-1")
    second = product_request(title="Export all invoices", external_id="X-2")
    path, out = tmp_path / "queries.jsonl", io.StringIO()
    path.write_text(
        json.dumps({"id": "X-1", "title": "Export invoices", "body": ""})
        + "\n\n"
        + json.dumps({"id": second.key, "title": "Export", "body": None})
    )

    call_command("similar", "--file", str(path), "--limit", "5", stdout=out)

    one, two = map(json.loads, out.getvalue().splitlines())
    assert one["id"] == "X-1"
    assert [(hit["external_id"], hit["key"]) for hit in one["similar"]] == [("X-2", second.key)]
    assert 0 < one["similar"][0]["score"] <= 1
    assert [hit["key"] for hit in two["similar"]] == [first.key]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"title": "x"}',
        '{"id": 1, "title": 2}',
        '{"id": ["x"]}',
        r'{"id": "a\u0000"}',
        r'{"id": 1, "title": "a\u0000"}',
        r'{"id": "\ud800", "title": "a"}',
        r'{"id": 1, "title": "a", "body": "\udc00"}',
        "[" * 100_000,
    ],
)
def test_similar_names_the_line_it_cannot_read(db, tmp_path, line):
    path = tmp_path / "queries.jsonl"
    path.write_text(f"\n{line}\n")

    with pytest.raises(CommandError, match="line 2") as refusal:
        call_command("similar", "--file", str(path))
    assert refusal.value.returncode == 2


def test_similar_reads_the_beginning_of_an_endless_title(db, tmp_path):
    found = product_request(title="Export invoices", external_id="X-1")
    path, out = tmp_path / "queries.jsonl", io.StringIO()
    path.write_text(json.dumps({"id": "Q", "title": "Export invoices " * 200_000}))

    call_command("similar", "--file", str(path), stdout=out)

    assert json.loads(out.getvalue())["similar"][0]["key"] == found.key

"""What words and days of a file mean, by themselves and because a person said so."""

from datetime import datetime

import pytest
from django.urls import reverse

from intake.models import (
    Imported,
    ProductRequest,
)
from tests.factories.intake import AccountFactory, CategoryFactory, RequestKindFactory
from tests.factories.people import ProductAreaFactory, TeamFactory, UserFactory
from tests.intake.imports.conftest import problems, table


def test_words_are_found_by_name_and_the_others_asked(steps, idea):
    TeamFactory(name="Billing Squad", slug="billing")
    ProductAreaFactory(name="Invoices")
    category = CategoryFactory(name="Reporting")
    owner = UserFactory(role="contributor", email="mira@example.com", name="Mira Chen")
    head = ["Title", "Type", "Squad", "Area", "Category", "Assignee", "Priority", "Status"]
    row = [
        "Export",
        "idea",
        "billing squad",
        "INVOICES",
        "Reports!",
        "Mira Chen",
        "High",
        "Backlog",
    ]
    importing = steps.keep(table(head, row))

    assert steps.check(importing).refused == 1
    assert problems(importing) == [(2, "Category", "There is no category “Reports!”.")]

    importing = steps.check(importing, words={"category": {"reports!": category.slug}})
    steps.write(importing)

    made = ProductRequest.objects.get()
    assert (made.team.name, made.product_area.name) == ("Billing Squad", "Invoices")
    assert (made.category, made.owner, made.priority) == (category, owner, "P1")
    assert made.state == "accepted"


def test_a_person_may_let_the_import_make_what_is_missing(steps, idea):
    content = table(["Title", "Type", "Category"], ["One", "Wish", "Fax"], ["Two", "Wish", "Fax"])

    importing = steps.checked(
        content, mapping={"words": {"kind": {"wish": "+"}, "category": {"fax": "+"}}}
    )
    assert importing.makes == {"categories": 1, "kinds": 1, "people": 1}
    steps.write(importing)

    kinds = set(ProductRequest.objects.values_list("kind__name", "category__name"))
    assert kinds == {("Wish", "Fax")}
    assert Imported.objects.exclude(kind=None).count() == 1


def test_a_word_may_mean_an_account_that_is_called_otherwise(steps, idea, client):
    account = AccountFactory(name="Baltic Freight")
    importing = steps.keep(
        table(["Title", "Customer"], ["One", "Baltic"], ["Two", "baltic freight"])
    )
    address = reverse("intake:import-mapping", args=[importing.pk])
    page = client.get(address).content.decode()
    form = {"column_0": "title", "column_1": "account", "default_kind": idea.slug}

    assert page.count('name="word_1_') == 1
    assert client.post(address, {**form, "word_1_0": "Nobody"}).status_code == 422
    client.post(address, {**form, "word_1_0": "baltic FREIGHT"})
    steps.work(importing)
    steps.write(importing)

    assert set(ProductRequest.objects.values_list("account", flat=True)) == {account.pk}


def test_kinds_of_an_empty_column_become_the_one_that_was_chosen(steps, idea):
    other = RequestKindFactory(slug="other", name="Other")

    steps.imported(
        table(["Title", "Status"], ["One", "New"]), mapping={"defaults": {"kind": other.slug}}
    )

    assert ProductRequest.objects.get().kind == other


@pytest.mark.parametrize(
    ("dates", "text", "day"),
    [
        ("dmy", "03/11/2026", 3),
        ("mdy", "11/03/2026", 3),
        ("", "3 Nov 2026", 3),
        ("", "2026-11-03T10:00:00+02:00", 3),
        ("", "1793700000", 3),
        ("", "1793700000000", 3),
    ],
)
def test_days_are_read_as_they_are_written(steps, idea, dates, text, day):
    steps.imported(table(["Title", "Created"], ["One", text]), dates=dates)

    assert ProductRequest.objects.get().submitted_at.date() == datetime(2026, 11, day).date()


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("01/02/2026", "“Day first: 31/12/2026” or “Month first: 12/31/2026”"),
        ("01-02-26 10:00", "“Day first: 31/12/2026” or “Month first: 12/31/2026”"),
        ("13/02/2026", "“Day first: 31/12/2026”"),
        ("02/13/2026", "“Month first: 12/31/2026”"),
    ],
)
def test_a_day_that_could_be_two_is_refused_unless_the_file_says_how(steps, idea, text, cure):
    importing = steps.checked(table(["Title", "Created"], ["One", text]))

    assert problems(importing) == [(2, "Created", "Its day and month could be either way round.")]
    told = importing.problems.get().cure
    assert told == f"Hand the file in again with {cure} as how days are written."


@pytest.mark.parametrize(("text", "is_wrong"), [("2201-01-01", True), ("2200-12-31", False)])
def test_a_day_far_off_is_no_day(steps, idea, text, is_wrong):
    head = ["Title", "State", "Snoozed until"]
    importing = steps.checked(table(head, ["One", "Snoozed", text]))

    told = [(2, "Snoozed until", "It lies after 2200.")] if is_wrong else []
    assert problems(importing) == told


@pytest.mark.parametrize(
    ("subject", "source", "head", "row", "columns"),
    [
        (
            "requests",
            "csv",
            ["Nr", "Title", "Reason", "Requester"],
            ["7", "Export", "Too dear", "Ada <ada@example.com>"],
            ["external_id", "title", "decline_reason", "author_email"],
        ),
        (
            "tickets",
            "zendesk",
            ["No.", "Subject", "Created", "requester"],
            ["7", "Export", "2026-11-02", "ada@example.com"],
            ["external_id", "subject", "opened_at", "requester_email"],
        ),
        (
            "tickets",
            "zendesk",
            ["Id", "Subject", "Email", "requester"],
            ["7", "Export", "ada@example.com", "ada@example.com"],
            ["external_id", "subject", "requester_email", "requester_name"],
        ),
    ],
)
def test_usual_headings_are_known_and_addresses_tell_their_column(
    steps, subject, source, head, row, columns
):
    importing = steps.keep(table(head, row), subject=subject, source=source)

    assert importing.mapping["columns"] == columns

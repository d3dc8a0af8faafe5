"""Rows become requests: checked, mapped, in batches, once each."""

from datetime import UTC, datetime

import pytest

from intake.models import (
    Account,
    FormField,
    ProductRequest,
)
from intake.services import Refusal
from intake.services.imports import keeping
from prodops.notifications.models import Mail, Notification
from prodops.people.models import User
from tests.factories.intake import AccountFactory, CategoryFactory
from tests.factories.routing import live, rule
from tests.intake.imports.conftest import AT, HEAD, ROW, problems, table


def test_a_file_is_checked_without_writing_and_then_written(steps, idea):
    importing = steps.checked(table(HEAD, ROW))

    assert (importing.state, importing.created, importing.refused) == ("checked", 1, 0)
    assert importing.makes == {"accounts": 1, "people": 1}
    assert ["Title", "Export invoices"] in importing.preview[0]
    assert not ProductRequest.objects.exists()
    assert not Account.objects.exists()

    importing = steps.write(importing)

    made = ProductRequest.objects.get()
    assert (importing.state, importing.created) == ("done", 1)
    assert (made.external_id, made.source, made.state) == ("X-1", "csv", "new")
    assert made.submitted_at == datetime(2026, 11, 2, tzinfo=UTC)
    assert made.body == "All of it,\nat once"
    assert made.account == Account.objects.get(name="Acme")
    assert made.author == User.objects.get(email="a@example.com")
    assert not made.author.has_usable_password()
    assert (made.thread.key, made.thread.title) == (made.key, made.title)
    assert made.backings.get().is_author
    assert made.imported.importing == importing
    assert not Notification.objects.exists()
    assert not Mail.objects.exists()


def test_the_same_file_twice_doubles_nothing(steps, idea):
    steps.imported(table(HEAD, ROW))

    again = steps.checked(table(HEAD, ROW))

    assert (again.created, again.known) == (0, 1)
    with pytest.raises(Refusal, match="None of its rows would be new"):
        steps.write(again)


def test_rows_without_any_number_are_told_apart_by_what_they_say(steps, idea):
    content = table(["Title", "Type"], ["Export", "Idea"], ["Export", "Idea"], ["Import", "Idea"])
    steps.imported(content)

    again = steps.checked(content + "New one,Idea\r\n")

    assert ProductRequest.objects.count() == 3
    assert (again.created, again.known) == (1, 3)


def test_a_number_counts_once_for_each_source(steps, idea):
    steps.imported(table(HEAD, ROW))

    assert steps.checked(table(HEAD, ROW), source="jira").created == 1
    assert steps.checked(table(HEAD, ROW, ROW)).refused == 1


@pytest.mark.parametrize(
    ("changes", "column", "what"),
    [
        ({"Title": ""}, "Title", "Title is empty."),
        ({"Title": "x" * 301}, "Title", "It is longer than 300 characters."),
        ({"Created": "soon"}, "Created", "It is no date."),
        ({"Created": "2026-02-31"}, "Created", "It is no date."),
        ({"Created": "2999-01-01"}, "Created", "It lies in the future."),
        ({"Created": "1969-12-31"}, "Created", "It lies before 1970."),
        ({"Author email": "nobody"}, "Author email", "It is no e-mail address."),
        ({"Author email": f"{'x' * 80}@example.com"}, "Author email", "It is no e-mail address."),
        ({"Type": "Unknown"}, "Type", "There is no kind “Unknown”."),
        ({"State": "Declined"}, "Reason", "It is declined, and this is empty."),
        ({"State": "Snoozed"}, "Snoozed until", "It is snoozed, and this is empty."),
        ({"State": "Accepted"}, "Category", "It is accepted, and this is empty."),
        ({"Decided on": "2026-11-01"}, "Decided on", "It lies before the request was asked."),
        (
            {"State": "Merged", "Merged into": "X-9"},
            "Merged into",
            "This request is neither in the file nor here.",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_place(steps, idea, changes, column, what):
    head = [*HEAD, "State", "Reason", "Decided on", "Merged into"]
    row = [
        changes.get(name, value) for name, value in zip(head, [*ROW, "", "", "", ""], strict=True)
    ]
    columns = ["external_id", "title", "body", "kind", "author_email", "account", "submitted_at"]
    columns += ["state", "decline_reason", "decided_at", "merged_into"]

    importing = steps.checked(table(head, row), mapping={"columns": columns})

    assert importing.refused == 1
    found = problems(importing)
    assert [(line, place) for line, place, _ in found] == [(2, column)]
    assert found[0][2] in {what, "It has more than 64 characters before the @."}


def test_wrong_rows_are_left_out_only_when_a_person_says_so(steps, idea):
    importing = steps.checked(table(HEAD, ROW, ["X-2", "", "", "Idea", "", "", ""]))

    with pytest.raises(Refusal, match="1 rows are wrong"):
        steps.write(importing)
    steps.write(importing, is_partial=True)

    assert ProductRequest.objects.count() == 1
    assert list(keeping.wrong_rows(importing)) == [
        [*HEAD, "What is wrong"],
        ["X-2", "", "", "Idea", "", "", "", "Title: Title is empty. Fill it in."],
    ]


def test_the_wrong_rows_can_be_mended_and_handed_in_again(steps, idea):
    importing = steps.imported(
        table(HEAD, ROW, ["X-2", "", "", "Idea", "", "", ""]), is_partial=True
    )
    head, wrong = keeping.wrong_rows(importing)
    wrong[1] = "Mended"

    again = steps.imported(table(head, wrong))

    assert again.created == 1
    assert ProductRequest.objects.filter(external_id="X-2", title="Mended").exists()


def test_a_mapping_is_offered_again_for_the_same_columns(steps, idea):
    category = CategoryFactory()
    said = {"category": {"odd": category.slug}}
    head = ["Headline", "Sort"]
    first = steps.checked(
        table(head, ["One", "odd"]), mapping={"columns": ["title", "category"], "words": said}
    )

    again = steps.keep(table(head, ["Two", "odd"]))

    assert again.mapping["columns"] == ["title", "category"]
    assert again.mapping["words"] == said
    assert again.mapping["from"] == first.pk


def test_answers_backers_and_accounts_come_along(steps, idea):
    question = FormField.objects.create(kind=idea, label="Since when?", type="date")
    hours = FormField.objects.create(kind=idea, label="Hours", type="number")
    AccountFactory(name="ACME", arr=5)
    head = ["Title", "Type", "Since when?", "Idea: Hours", "Customer", "Segment", "ARR", "Backers"]
    rows = [
        ["One", "Idea", "2026-01-05", "1,250.50", "Acme", "", "", "b@example.com; c@example.com"],
        ["Two", "Idea", "", "", "Globex", "SMB", "€ 120,000", "d@example.com|Acme|3||It hurts"],
    ]

    steps.imported(table(head, *rows))

    one, two = ProductRequest.objects.order_by("title")
    assert {answer.field: answer.value for answer in one.answers.all()} == {
        question: "2026-01-05",
        hours: "1250.5",
    }
    assert one.account.name == "ACME"
    assert one.backings.count() == 3
    globex = Account.objects.get(name="Globex")
    assert (globex.segment, globex.arr) == ("small_business", 120_000)
    voice = two.backings.get(person__email="d@example.com")
    assert (voice.account, voice.importance, voice.note) == (one.account, 3, "It hurts")


def test_a_wait_that_began_before_the_request_is_named(steps, idea):
    importing = steps.checked(
        table([*HEAD, "State", "Waiting since"], [*ROW, "waiting", "2026-11-01"])
    )

    assert problems(importing) == [(2, "Waiting since", "It lies before the request was asked.")]


def test_rules_sort_what_came_unsorted(steps, idea):
    live(rule("Exports", asks=[("title", "has", "export")], priority="P2"), by=steps.by, at=AT)

    steps.imported(table(["Title", "Priority"], ["Export one", ""], ["Export two", "P0"]))

    assert dict(ProductRequest.objects.values_list("title", "priority")) == {
        "Export one": "P2",
        "Export two": "P0",
    }

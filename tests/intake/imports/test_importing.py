"""Rows become requests: checked, mapped, in batches, once each."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from intake.models import (
    Account,
    Backing,
    FormField,
    Import,
    Imported,
    ImportPart,
    ProductRequest,
)
from intake.services import Refusal
from intake.services.imports import keeping, reading, work, writing
from prodops.audit.models import Event
from prodops.notifications.models import Mail, Notification
from prodops.people.models import User
from reporting.metrics.intake import time_to_triage, waits
from reporting.metrics.periods import Period
from tests.factories.intake import AccountFactory, CategoryFactory, RequestKindFactory
from tests.factories.people import ProductAreaFactory, TeamFactory, UserFactory
from tests.factories.routing import live, rule
from tests.intake.imports.conftest import AT, problems, table

HEAD = ["External id", "Title", "Description", "Type", "Author email", "Customer", "Created"]
ROW = [
    "X-1",
    "Export invoices",
    "All of it,\nat once",
    "Idea",
    "a@example.com",
    "Acme",
    "2026-11-02",
]


def numbered(count, first=1):
    rows = [
        [f"X-{n}", f"Wish {n}", "", "Idea", "a@example.com", "Acme", "2026-11-02"]
        for n in range(first, first + count)
    ]
    return table(HEAD, *rows)


@pytest.fixture
def idea(db):
    return RequestKindFactory()


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


def test_history_keeps_its_states_reasons_and_moments(steps, idea):
    category = CategoryFactory(name="Billing")
    head = [
        "Title",
        "Created",
        "State",
        "Decided on",
        "Decision reason",
        "Category",
        "Waiting since",
    ]
    rows = [
        ["Declined", "2024-03-01", "Declined", "2024-03-09", "Against the rules.", "", ""],
        ["Shipped", "2024-03-01", "Shipped", "2024-06-01", "", "Billing", ""],
        ["Waiting", "2024-03-01", "Waiting on requester", "", "", "", "2024-03-02"],
        ["Open", "2024-03-01", "New", "", "", "", ""],
    ]

    steps.imported(table(head, *rows))

    by_title = {each.title: each for each in ProductRequest.objects.all()}
    declined, shipped = by_title["Declined"], by_title["Shipped"]
    assert declined.decline_reason == "Against the rules."
    assert declined.decided_at == datetime(2024, 3, 9, tzinfo=UTC)
    assert shipped.category == category
    assert by_title["Waiting"].paused_since == datetime(2024, 3, 2, tzinfo=UTC)
    assert [each.to_state for each in declined.state_changes.order_by("pk")] == ["new", "declined"]
    assert Event.objects.filter(thread=declined.thread).count() == 2


def test_history_was_never_late(steps, idea):
    content = table(["Title", "Created", "Type"], ["Old", "2023-01-02", "Idea"])

    steps.imported(content)

    old = ProductRequest.objects.get()
    assert not ProductRequest.objects.late(AT + timedelta(minutes=1)).exists()
    assert old.acknowledge_due_at > AT
    assert old.answer_due_at > old.acknowledge_due_at


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


def test_a_merged_row_goes_into_its_request_wherever_that_stands(steps, idea):
    head = ["External id", "Title", "State", "Merged into", "Author email"]
    rows = [
        ["X-2", "Child", "Merged", "X-1", "b@example.com"],
        ["X-1", "Parent", "New", "", "a@example.com"],
    ]

    importing = steps.imported(table(head, *rows))

    child = ProductRequest.objects.get(external_id="X-2")
    parent = ProductRequest.objects.get(external_id="X-1")
    assert (importing.created, importing.refused) == (2, 0)
    assert child.merged_into == parent
    assert set(parent.backings.values_list("person__email", "came_from")) == {
        ("a@example.com", None),
        ("b@example.com", child.pk),
    }


def test_rules_sort_what_came_unsorted(steps, idea):
    live(rule("Exports", asks=[("title", "has", "export")], priority="P2"), by=steps.by, at=AT)

    steps.imported(table(["Title", "Priority"], ["Export one", ""], ["Export two", "P0"]))

    assert dict(ProductRequest.objects.values_list("title", "priority")) == {
        "Export one": "P2",
        "Export two": "P0",
    }


def test_a_worker_that_dies_is_followed_by_one_that_doubles_nothing(steps, idea, monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 3)
    importing = steps.checked(numbered(10))
    batches, writing_one = [], writing.write_batch

    def die(*args):
        if len(batches) == 2:
            raise SystemExit
        batches.append(writing_one(*args))

    monkeypatch.setattr(writing, "write_batch", die)
    keeping.start_import(importing=importing, by=steps.by, at=AT, is_partial=False)
    with pytest.raises(SystemExit):
        work.run(import_id=importing.pk, clock=lambda: AT)
    monkeypatch.setattr(writing, "write_batch", writing_one)
    importing.refresh_from_db()
    assert (importing.state, importing.created, ProductRequest.objects.count()) == ("running", 6, 6)

    assert work.run(import_id=importing.pk, clock=lambda: AT) is None
    importing = steps.work(importing, AT + timedelta(minutes=11))

    assert (importing.state, importing.created, importing.known) == ("done", 10, 0)
    assert ProductRequest.objects.count() == 10
    assert Backing.objects.count() == 10


def test_a_batch_that_fails_leaves_nothing_of_itself(steps, idea, monkeypatch):
    monkeypatch.setattr(reading, "AT_ONCE", 3)
    importing = steps.checked(numbered(5))
    noted = writing.note_made

    def fail(fresh):
        if any(each.line > 4 for each in fresh):
            raise ValueError("broken")
        noted(fresh)

    monkeypatch.setattr(writing, "note_made", fail)
    with pytest.raises(ValueError, match="broken"):
        steps.write(importing)
    monkeypatch.setattr(writing, "note_made", noted)
    importing.refresh_from_db()

    assert (importing.state, ProductRequest.objects.count()) == ("failed", 3)
    again = steps.check(importing)
    assert (again.created, again.known) == (2, 3)
    assert steps.write(again).state == "done"
    assert ProductRequest.objects.count() == 5


def test_a_file_that_kills_every_worker_is_given_up(steps, idea):
    importing = steps.keep(table(HEAD, ROW))
    keeping.start_check(importing=importing, mapping=importing.mapping, by=steps.by, at=AT)
    Import.objects.filter(pk=importing.pk).update(attempts=3, lease_until=AT)

    work.sweep(at=AT + timedelta(seconds=1))

    importing.refresh_from_db()
    assert importing.state == "failed"


def test_contents_are_forgotten_after_thirty_days(steps, idea):
    importing = steps.imported(table(HEAD, ROW))

    work.sweep(at=AT + timedelta(days=31))

    assert not ImportPart.objects.exists()
    Import.objects.filter(pk=importing.pk).update(state="failed")
    with pytest.raises(Refusal, match="forgotten"):
        steps.check(importing)


def test_a_file_with_a_heading_alone_fails_with_the_cure(steps, idea):
    importing = steps.checked(table(HEAD))

    assert importing.state == "failed"
    assert importing.notes == ["The file has a heading but no row. Export it again."]


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


def test_time_to_triage_does_not_count_the_years_before_the_import(steps, idea):
    head = ["Title", "Created", "State", "Decided on", "Decision reason"]
    rows = [["Decided there", "2026-10-05", "Declined", "2026-10-30", "No."]]
    rows += [[f"Open {n}", "2026-10-05", "New", "", ""] for n in range(6)]
    steps.imported(table(head, *rows))
    october = Period(date(2026, 10, 1), date(2026, 11, 1))

    figure = time_to_triage(october, AT + timedelta(days=1))[None]

    assert (figure.n, figure.companions["still_waiting"]) == (6, 6)
    assert figure.excluded == {"imported": 1}
    assert {wait.days for wait in waits(october, AT + timedelta(days=1))} == {1}

"""Rows that were merged where they come from: they end in a request, or are told as wrong."""

from django.db import connection

from intake.models import ProductRequest
from intake.services.imports import requests
from intake.services.merging import ONE_MERGE_AT_A_TIME
from tests.factories.intake import product_request
from tests.intake.imports.conftest import problems, table

MERGES = ["Nr", "Title", "State", "Merged into", "Author email", "Customer"]
MERGED_COLUMNS = ["external_id", "title", "state", "merged_into", "author_email", "account"]


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


def test_a_merged_row_names_its_request_by_number_or_key(steps, idea):
    head = ["External id", "Key", "Title", "State", "Merged into", "Author email"]
    rows = [
        ["A:1", "", "Numbered", "New", "", "a@example.com"],
        ["", "REQ-900", "With a key", "New", "", "a@example.com"],
        ["X-2", "", "First", "Merged", "A:1", "b@example.com"],
        ["X-3", "", "Second", "Merged", "req-900", "b@example.com"],
    ]

    importing = steps.imported(table(head, *rows))

    assert (importing.created, importing.refused) == (4, 0)
    into = ProductRequest.objects.filter(state="merged").order_by("title")
    assert [each.merged_into.title for each in into] == ["Numbered", "With a key"]


def merged(number, into, who="x@example.com", account="Acme"):
    return [number, f"Wish {number}", "Merged", into, who, account]


def test_a_circle_of_merges_is_wrong_at_the_check_with_line_and_cure(steps, idea):
    rows = [
        ["X-1", "Alone", "New", "", "a@example.com", "Acme"],
        merged("X-7", "X-8", "c@example.com", "Nowhere Inc"),
        merged("X-8", "X-7", "d@example.com", "Nowhere Inc"),
        merged("X-9", "X-7"),
        merged("X-3", "X-3"),
    ]

    importing = steps.checked(table(MERGES, *rows), mapping={"columns": MERGED_COLUMNS})

    assert (importing.created, importing.refused) == (1, 4)
    assert importing.makes == {"accounts": 1, "people": 1}
    assert [dict(shown)["Line"] for shown in importing.preview] == ["2"]
    assert problems(importing) == [
        (3, "Merged into", "It leads round in a circle: X-8 → X-7 → X-8."),
        (4, "Merged into", "It leads round in a circle: X-7 → X-8 → X-7."),
        (5, "Merged into", "It leads round in a circle: X-7 → X-8 → X-7."),
        (6, "Merged into", "It leads round in a circle: X-3 → X-3."),
    ]
    assert "Name the request" in importing.problems.first().cure
    importing = steps.write(importing, is_partial=True)
    assert (importing.created, importing.refused) == (1, 4)
    assert ProductRequest.objects.count() == 1


def test_a_row_merged_into_a_merged_row_ends_where_that_one_does(steps, idea):
    """Whatever stands first; and what ends in nothing says in what."""
    rows = [
        merged("X-2", "X-3"),
        merged("X-3", "X-4"),
        ["X-4", "Alone", "New", "", "a@example.com", ""],
        merged("X-5", "X-6"),
        merged("X-6", "X-99"),
    ]

    importing = steps.checked(table(MERGES, *rows), mapping={"columns": MERGED_COLUMNS})

    assert (importing.created, importing.refused) == (3, 2)
    assert problems(importing) == [
        (5, "Merged into", "It leads to X-99, which is neither in the file nor here."),
        (6, "Merged into", "This request is neither in the file nor here."),
    ]
    importing = steps.write(importing, is_partial=True)
    assert (importing.created, importing.refused) == (3, 2)
    children = ProductRequest.objects.filter(state="merged")
    assert {each.merged_into.external_id for each in children} == {"X-4"}


def test_a_row_whose_request_went_since_the_check_is_named(steps, idea):
    parent = product_request(source="csv", external_id="X-1")
    rows = [["X-3", "Alone", "New", "", "a@example.com", ""], merged("X-2", "X-1")]
    importing = steps.checked(table(MERGES, *rows), mapping={"columns": MERGED_COLUMNS})
    ProductRequest.objects.filter(pk=parent.pk).update(external_id="Y-1")

    importing = steps.write(importing)

    assert (importing.created, importing.refused) == (1, 1)
    assert problems(importing) == [(3, "Merged into", "This request is not here any more.")]


def test_nobody_merges_meanwhile_what_rows_were_merged_into(steps, idea, monkeypatch):
    held, find = [], requests.parents_of

    def watched(*rows):
        statement = "SELECT count(*) FROM pg_locks WHERE objid = %s AND pid = pg_backend_pid()"
        with connection.cursor() as cursor:
            cursor.execute(statement, [ONE_MERGE_AT_A_TIME])
            held.append(cursor.fetchone()[0])
        return find(*rows)

    monkeypatch.setattr(requests, "parents_of", watched)
    steps.imported(
        table(
            ["External id", "Title", "State", "Merged into"],
            ["X-1", "Parent", "New", ""],
            ["X-2", "Child", "Merged", "X-1"],
        )
    )

    assert held == [0, 1]

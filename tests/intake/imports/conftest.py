"""Files of requests and tickets, and the steps from upload to undo."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from intake.services.imports import keeping, undoing, work
from tests.factories.intake import RequestKindFactory
from tests.factories.people import UserFactory

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
OPTIONS = {"time_zone": "UTC", "dates": ""}
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


def table(*rows, delimiter=","):
    """Return rows as CSV."""
    lines = io.StringIO(newline="")
    csv.writer(lines, delimiter=delimiter).writerows(rows)
    return lines.getvalue()


def numbered(count, first=1):
    """Return rows of wishes with the numbers X-`first` and so on, as CSV."""
    rows = [
        [f"X-{n}", f"Wish {n}", "", "Idea", "a@example.com", "Acme", "2026-11-02"]
        for n in range(first, first + count)
    ]
    return table(HEAD, *rows)


class Steps:
    """Takes a file through an import the way the pages and the workers do."""

    def __init__(self, by):
        self.by = by

    def keep(self, content, *, subject="requests", source="csv", name="file.csv", at=AT, **options):
        content = content if isinstance(content, bytes) else content.encode()
        return keeping.keep_file(
            file=SimpleUploadedFile(name, content),
            subject=subject,
            source=source,
            by=self.by,
            at=at,
            **{**OPTIONS, **options},
        )

    def check(self, importing, at=AT, **mapping):
        mapping = {**importing.mapping, **mapping}
        keeping.start_check(importing=importing, mapping=mapping, by=self.by, at=at)
        return self.work(importing, at)

    def checked(self, content, *, mapping=None, at=AT, **options):
        return self.check(self.keep(content, at=at, **options), at, **(mapping or {}))

    def write(self, importing, at=AT, is_partial=False):
        keeping.start_import(importing=importing, by=self.by, at=at, is_partial=is_partial)
        return self.work(importing, at)

    def imported(self, content, *, is_partial=False, at=AT, **options):
        return self.write(self.checked(content, at=at, **options), at, is_partial)

    def undo(self, importing, chosen=(), at=AT, by=None):
        undoing.start_undo(importing=importing, chosen=chosen, by=by or self.by, at=at)
        return self.work(importing, at)

    def work(self, importing, at=AT):
        work.run(import_id=importing.pk, clock=lambda: at)
        importing.refresh_from_db()
        return importing


@pytest.fixture
def idea(db):
    return RequestKindFactory()


@pytest.fixture
def operator(db, client):
    RequestKindFactory()
    user = UserFactory(role="ops", name="Olga Ops", time_zone="UTC")
    client.force_login(user)
    return user


@pytest.fixture
def steps(operator):
    return Steps(operator)


def problems(importing):
    """Return the problems of a file as (line, column, what)."""
    found = importing.problems.order_by("line", "pk")
    return list(found.values_list("line", "column", "what"))

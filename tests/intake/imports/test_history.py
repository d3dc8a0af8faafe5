"""What is old comes in as old: its states and moments, and no clock of ours."""

from datetime import UTC, date, datetime, timedelta

from intake.models import (
    ProductRequest,
)
from prodops.audit.models import Event
from reporting.metrics.intake import time_to_triage, waits
from reporting.metrics.periods import Period
from tests.factories.intake import CategoryFactory
from tests.intake.imports.conftest import AT, table


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

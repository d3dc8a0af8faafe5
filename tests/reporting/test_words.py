"""Numbers as people read them."""

import pytest

from reporting import words
from reporting.models import MetricDefinition
from tests.factories.reporting import metric_value


@pytest.mark.parametrize(
    ("given", "unit", "written"),
    [
        (1, "business_days", "1 business day"),
        (2, "business_days", "2 business days"),
        (0, "days", "0 days"),
        (1.04, "days", "1 day"),
        (1.06, "days", "1.1 days"),
        (1, "items", "1 item"),
        (1, "percent", "1 %"),
        (None, "days", "n/a"),
    ],
)
def test_an_amount_has_the_unit_that_belongs_to_its_number(given, unit, written):
    assert words.amount(given, unit).replace(words.SPACE, " ") == written


@pytest.mark.parametrize(
    ("given", "unit", "written"),
    [
        (1, "percent", "+1 point"),
        (-1.5, "percent", "−1.5 points"),
        (-1, "business_days", "−1 business day"),
        (0.01, "days", "unchanged"),
    ],
)
def test_a_change_has_a_sign_and_its_unit(given, unit, written):
    assert words.change(given, unit).replace(words.SPACE, " ") == written


@pytest.mark.parametrize(
    ("low", "high", "written"),
    [
        (None, 1, "under 1 business day"),
        (1, None, "at least 1 business day"),
        (1, 3, "1–3 business days"),
        (None, None, "none"),
    ],
)
def test_a_target_in_words(low, high, written):
    definition = MetricDefinition(unit="business_days", target_low=low, target_high=high)
    assert words.target(definition).replace(words.SPACE, " ") == written


def test_what_stands_beside_a_value_has_an_order_of_its_own(db):
    kept = metric_value(companions={"reopened": 2, "p85": 9.0, "unknown": 1, "lead_median": 12.0})
    kept.refresh_from_db()
    labels = [label for label, _ in words.companions(kept)]
    assert labels == ["85th percentile", "Lead time, median", "Reopened on the way", "unknown"]

"""Values of key results as people read them."""

from decimal import Decimal

import pytest

from planning.services.words import with_unit


@pytest.mark.parametrize(
    ("value", "unit", "read"),
    [
        (Decimal("95.3917"), "%", "95.39 %"),
        (Decimal("0.0625"), "", "0.0625"),
        (57.8, "%", "57.8 %"),
        (Decimal(1), "days", "1 day"),
        (Decimal(-1), "days", "-1 days"),
        (Decimal(1), "loss", "1 loss"),
        (Decimal(12000), "calls", "12,000 calls"),
        (None, "days", "?"),
    ],
)
def test_a_value_has_the_digits_one_reads(value, unit, read):
    assert with_unit(value, unit) == read

"""Values of key results as people read them."""

from decimal import Decimal

from planning.models import KeyResult


def number(value: Decimal | float | None) -> str:
    """Return a number without the zeros nobody wrote: "3.5", "12,000"; "?" while unknown."""
    if value is None:
        return "?"
    text = f"{Decimal(value):,.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def with_unit(value: Decimal | float | None, unit: str) -> str:
    """Return "42 %", or "?" where there is no value."""
    return f"{number(value)} {unit}".strip() if value is not None else "?"


def measured(key_result: KeyResult) -> str:
    """Return what it is measured by: "12 → 20 %"."""
    way = f"{number(key_result.baseline)} → {number(key_result.target)}"
    return f"{way} {key_result.unit}".strip()

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
    """Return "42 %" or "1 day", or "?" where there is no value; no more digits than one reads."""
    if value is None:
        return "?"
    exact = Decimal(value)
    places = 2 if abs(exact) >= 1 else 4
    is_one_of_many = exact == 1 and unit.endswith("s") and not unit.endswith("ss")
    return f"{number(round(exact, places))} {unit[:-1] if is_one_of_many else unit}".strip()


def measured(key_result: KeyResult) -> str:
    """Return what it is measured by: "12 → 20 %"."""
    way = f"{number(key_result.baseline)} → {number(key_result.target)}"
    return f"{way} {key_result.unit}".strip()

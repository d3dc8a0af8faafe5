"""Checks of what people type about zones and holidays."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError

from prodops.people import business_time

NOWHERE = {"Factory", "localtime", "posixrules"}  # names the machine's list of zones has besides


def validate_time_zone(name: str) -> None:
    if name not in available_timezones() - NOWHERE:
        raise ValidationError(f"“{name}” is not a time zone. Use a name such as Europe/Berlin.")


def validate_holiday_calendar(code: str) -> None:
    try:
        business_time.holidays_of(code, 2026)
    except (NotImplementedError, TypeError) as error:
        raise ValidationError(
            f"No holidays are known for “{code}”. Use a country or region code such as DE or US-CA."
        ) from error

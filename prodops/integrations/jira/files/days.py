"""Reading the moments of a CSV: Jira writes them in the format and language of the site."""

import re
import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
NUMERIC = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})(.*)", re.S)
NAMED = re.compile(r"(\d{1,2})[/.\- ]+([^\W\d_][^\d/\-]*?)[/.\- ]+(\d{2,4})(.*)", re.S)
NAME_FIRST = re.compile(r"([^\W\d_][^\d/\-]*?)[/.\- ]+(\d{1,2}),?[/.\- ]+(\d{2,4})(.*)", re.S)
TIME = re.compile(
    r"[,T ]*(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?"
    r"\s*([ap])?\.?\s?m?\.?\s*(Z|[+-]\d{2}:?\d{2})?",
    re.I,
)
# The first letters of each month that tell it apart, without accents: English, German, French,
# Spanish, Italian, Portuguese, Dutch, Swedish, Norwegian, Danish, Polish, Czech.
MONTHS = (
    "jan ene gen sty led",
    "feb fev fevr lut uno",
    "mar mrz maer mrt bre",
    "apr avr abr kwi dub",
    "may mai mag maj mei kve",
    "jun juin giu cze cer cervn",
    "jul juil lug lip cervenc",
    "aug aou ago sie srp",
    "sep set wrz zar",
    "oct okt ott out paz rij",
    "nov lis listop",
    "dec dez dic des dec gru pro",
)


class NoMoment(ValueError):
    """The text is no moment, or could be two."""


def order_of(text: str) -> str:
    """Say which order a text proves: dmy, mdy, or empty when it proves none."""
    found = NUMERIC.fullmatch(text.strip())
    if not found or len(found[1]) == 4 or "." in text[:6]:
        return ""
    first, second = int(found[1]), int(found[2])
    if first > 12 >= second:
        return DAY_FIRST
    return MONTH_FIRST if second > 12 >= first else ""


def is_numeric(text: str) -> bool:
    """Say whether reading it needs the order of day and month."""
    found = NUMERIC.fullmatch(text.strip())
    return found is not None and len(found[1]) != 4 and "." not in text[:6]


def read_moment(text: str, *, order: str, zone: ZoneInfo) -> datetime:
    """Return the moment in UTC; a text without an offset is a time of `zone`."""
    year, month, day, rest = _date(text.strip(), order)
    hour, minute, second, offset = _time(rest, text)
    year += 2000 if year < 100 else 0
    try:
        moment = datetime(year, month, day, hour, minute, second)
    except ValueError:
        raise NoMoment(f"“{text[:40]}” is no day of the calendar.") from None
    if offset:
        return datetime.fromisoformat(f"{moment.isoformat()}{offset}").astimezone(UTC)
    return moment.replace(tzinfo=zone).astimezone(UTC)


def _date(text: str, order: str) -> tuple[int, int, int, str]:
    if found := NUMERIC.fullmatch(text):
        first, second, third = int(found[1]), int(found[2]), int(found[3])
        if len(found[1]) == 4:
            return first, second, third, found[4]
        if "." in text[:6] or order == DAY_FIRST:
            return third, second, first, found[4]
        return third, first, second, found[4]
    if found := NAMED.fullmatch(text):
        return int(found[3]), month_of(found[2]), int(found[1]), found[4]
    if found := NAME_FIRST.fullmatch(text):
        return int(found[3]), month_of(found[1]), int(found[2]), found[4]
    raise NoMoment(f"“{text[:40]}” is no date.")


def _time(rest: str, text: str) -> tuple[int, int, int, str]:
    if not rest.strip():
        return 0, 0, 0, ""
    found = TIME.fullmatch(rest.rstrip())
    if not found:
        raise NoMoment(f"“{text[:40]}” has no time that can be read.")
    hour, half = int(found[1]), (found[4] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    offset = (found[5] or "").upper().replace("Z", "+00:00")
    return hour, int(found[2]), int(found[3] or 0), offset


def month_of(name: str) -> int:
    """Return the number of a month by its name in one of a dozen languages, whole or cut."""
    plain = name.lower().replace("ä", "ae").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().strip(". ")
    best, number = "", 0
    for place, starts in enumerate(MONTHS, start=1):
        for start in starts.split():
            if plain.startswith(start) and len(start) > len(best):
                best, number = start, place
    if not number:
        raise NoMoment(f"“{name[:20]}” is no month the hub knows.")
    return number

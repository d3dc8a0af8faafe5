"""Reading one cell: text, moments, money, yes or no, addresses, voices."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email

from intake.models import Backing
from intake.services.imports.problems import Wrong
from prodops.integrations.jira.files.days import (
    DAY_FIRST,
    MONTH_FIRST,
    NoMoment,
    is_numeric,
    order_of,
    read_moment,
)
from prodops.ui.days import FIRST_DAY, LAST_DAY
from prodops.ui.words import one_line

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
ORDERS = {DAY_FIRST: "Day first: 31/12/2026", MONTH_FIRST: "Month first: 12/31/2026"}
LONGEST_NAME = 64  # what mail allows before the @
FORMULA = "=+-@\t\r\n＝＋－＠"
GUARDED = re.compile(rf"'+[{re.escape(FORMULA)}]")
EPOCH = re.compile(r"\d{9,10}(?:\d{3})?")
YES = frozenset({"yes", "y", "true", "1", "x", "ja", "oui", "si", "sí"})
NO = frozenset({"no", "n", "false", "0", "nein", "non"})
URL = URLValidator(schemes=["http", "https"])
MOST_VOICES = 1000


@dataclass(frozen=True)
class Voice:
    """One voice of a row: who, for which account (name), how important, since when, what note."""

    email: str
    account: str
    importance: int
    at: datetime | None
    note: str


@dataclass(frozen=True)
class Reading:
    """How cells are read: the time zone of moments without one, the order of days, and now."""

    zone: ZoneInfo
    order: str
    at: datetime


def plain(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from reading a formula."""
    return cell[1:] if GUARDED.match(cell) else cell


def text(longest: int, *, is_line: bool = False) -> Callable[[str, Reading], str]:
    """Return a reader of text; a line loses its breaks and doubled blanks."""

    def read(cell: str, reading: Reading) -> str:
        if "\x00" in cell:
            raise Wrong("It holds a zero byte.", "Export it again, or take it out.")
        found = one_line(cell) if is_line else cell
        if is_line and cell and not found:
            raise Wrong("It holds nothing that can be seen.", "Write it out.")
        if len(found) > longest:
            raise Wrong(f"It is longer than {longest:,} characters.", "Shorten it.")
        return found

    return read


def address(cell: str, reading: Reading) -> str:
    """Read an e-mail address, also out of “Mira Chen <mira@example.com>”."""
    found = cell.strip()
    if found.endswith(">") and "<" in found:
        found = found.rpartition("<")[2][:-1]
    found = found.strip().lower()
    try:
        validate_email(found)
    except ValidationError:
        cure = "Write one such as mira@example.com, or leave it empty."
        raise Wrong("It is no e-mail address.", cure) from None
    if len(found.partition("@")[0]) > LONGEST_NAME:
        raise Wrong(f"It has more than {LONGEST_NAME} characters before the @.", "Mend it.")
    if len(found) > 254:
        raise Wrong("It is longer than 254 characters.", "Mend it.")
    return found


def moment(cell: str, reading: Reading) -> datetime:
    """Read a moment; a day is its midnight, and without a zone it is of the file's."""
    found = _since_earliest(cell, reading)
    if found.year > LAST_DAY.year:
        raise Wrong(f"It lies after {LAST_DAY.year}.", "Mend the year.")
    return found


def day(cell: str, reading: Reading) -> date:
    """Read a day; written as year, month and day it may lie further back than any moment."""
    try:
        found = date.fromisoformat(cell.strip())
    except ValueError:
        return moment(cell, reading).astimezone(reading.zone).date()
    if not FIRST_DAY <= found <= LAST_DAY:
        raise Wrong(f"It lies before {FIRST_DAY.year} or after {LAST_DAY.year}.", "Mend the year.")
    return found


def past(cell: str, reading: Reading) -> datetime:
    """Read a moment that has come already."""
    found = _since_earliest(cell, reading)
    if found > reading.at:
        raise Wrong("It lies in the future.", "Mend it, or choose how the file writes days.")
    return found


def _since_earliest(cell: str, reading: Reading) -> datetime:
    found = _moment(cell.strip(), reading)
    if found < EARLIEST:
        raise Wrong(f"It lies before {EARLIEST.year}.", "Mend the year.")
    return found


def _moment(cell: str, reading: Reading) -> datetime:
    if EPOCH.fullmatch(cell):
        return datetime.fromtimestamp(int(cell[:10]) if len(cell) < 12 else int(cell) / 1000, UTC)
    try:
        found = datetime.fromisoformat(cell)
    except ValueError:
        return _written(cell, reading)
    try:
        return (found if found.tzinfo else found.replace(tzinfo=reading.zone)).astimezone(UTC)
    except (OverflowError, ValueError):
        raise Wrong("It is no date.", "Write 2026-11-02 or 2026-11-02T09:00:00Z.") from None


def _written(cell: str, reading: Reading) -> datetime:
    if not reading.order and is_numeric(cell):
        proved = order_of(cell)
        choices = (
            f"“{ORDERS[proved]}”" if proved else " or ".join(f"“{x}”" for x in ORDERS.values())
        )
        cure = f"Hand the file in again with {choices} as how days are written."
        raise Wrong("Its day and month could be either way round.", cure)
    try:
        return read_moment(cell, order=reading.order, zone=reading.zone)
    except (NoMoment, ValueError, OverflowError):
        cure = "Write 2026-11-02 or 2026-11-02T09:00:00Z, or choose how the file writes days."
        raise Wrong("It is no date.", cure) from None


def number(cell: str) -> Decimal:
    """Read a number with or without thousands separators and a currency sign."""
    found = re.sub(r"[\s'’_€$£]|[A-Z]{3}\b", "", cell)
    comma, point = found.rfind(","), found.rfind(".")
    if comma > point:
        is_thousands = point < 0 and re.fullmatch(r"-?\d{1,3}(,\d{3})+", found)
        found = found.replace(".", "").replace(",", "" if is_thousands else ".")
    else:
        found = found.replace(",", "")
    try:
        value = Decimal(found)
    except InvalidOperation:
        raise Wrong("It is no number.", "Write 1250.50.") from None
    if not value.is_finite() or abs(value) >= Decimal(10) ** 12:
        raise Wrong("It is no number the hub can hold.", "Write 1250.50.")
    return value


def money(cell: str, reading: Reading) -> Decimal:
    value = round(number(cell), 2)
    if value < 0:
        raise Wrong("It is less than nothing.", "Write the revenue of a year, 0 for none.")
    return value


def yes_no(cell: str, reading: Reading) -> bool:
    word = cell.strip().casefold()
    if word not in YES | NO:
        raise Wrong("It is neither yes nor no.", "Write yes or no.")
    return word in YES


def link(cell: str, reading: Reading) -> str:
    found = cell.strip()
    try:
        URL(found)
    except ValidationError:
        raise Wrong("It is no web address.", "Write one that begins with https://.") from None
    if len(found) > 500:
        raise Wrong("It is longer than 500 characters.", "Shorten it.")
    return found


def labels(cell: str, reading: Reading) -> list[str]:
    """Read tags with commas, semicolons, bars or line breaks between; each once, in lower case."""
    found = (" ".join(each.split()).lower()[:60] for each in re.split(r"[,;|\n]", cell))
    return list(dict.fromkeys(each for each in found if each))


def voices(cell: str, reading: Reading) -> list[Voice]:
    """Read who stands behind a request.

    Either addresses with commas, semicolons or line breaks between, or a line a voice as the hub
    exports it: address|account|importance|since|note.
    """
    is_list = "|" not in cell
    rows = [[each] for each in re.split(r"[,;\s]+", cell) if each] if is_list else _lines(cell)
    if len(rows) > MOST_VOICES:
        raise Wrong(f"It names more than {MOST_VOICES:,} people.", "Leave some out.")
    return [_voice(row, reading) for row in rows]


def _lines(cell: str) -> list[list[str]]:
    try:
        rows = csv.reader(io.StringIO(cell, newline=""), delimiter="|", strict=True)
        return [row for row in rows if row]
    except csv.Error:
        raise Wrong(
            "Its lines cannot be told apart.", "Write address|account|importance."
        ) from None


def _voice(row: list[str], reading: Reading) -> Voice:
    email, account, importance, since, note = (*row, "", "", "", "", "")[:5]
    try:
        weight = int(importance or Backing.Importance.IMPORTANT)
    except ValueError:
        weight = 0
    if weight not in Backing.Importance.values:
        raise Wrong(f"“{importance[:20]}” is no importance.", "Write 1, 2 or 3.")
    at = past(since, reading) if since else None
    return Voice(
        email=address(email, reading),
        account=text(160, is_line=True)(account, reading),
        importance=weight,
        at=at,
        note=text(500)(note, reading),
    )

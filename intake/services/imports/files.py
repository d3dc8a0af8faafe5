"""Opening a file: which encoding and delimiter it has, and its records one by one."""

import codecs
import csv
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TextIO

from intake.models import Import, ImportPart
from intake.services.imports import ticket_files
from intake.services.imports.problems import FileRefused, Problem
from intake.services.imports.values import plain
from prodops.integrations.jira.files.reading import Pieces

LARGEST_CELL = 2_000_000  # characters
MOST_COLUMNS = 300
SAMPLED = 1 << 18  # bytes
DELIMITERS = ",;\t|"
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SIGNS = (
    (b"PK\x03\x04", "It is an Excel or zip file. Save the sheet as CSV and hand that in."),
    (b"\xd0\xcf\x11\xe0", "It is an old Excel file. Save the sheet as CSV and hand that in."),
    (b"%PDF", "It is a PDF. Export the rows as CSV and hand that in."),
    (b"\x1f\x8b", "It is gzipped. Unpack it first."),
)
Opener = Callable[[], Iterator[bytes]]


class Record(NamedTuple):
    """One row of a file: the line it begins on, its cells, and what is wrong with it as a row."""

    line: int
    cells: list[str]
    problem: Problem | None = None


@dataclass(frozen=True)
class Format:
    """How a file is to be opened."""

    shape: str
    encoding: str
    delimiter: str = ""


def stored(importing: Import) -> Iterator[bytes]:
    """Yield the bytes of a kept file."""
    number = 0
    while part := ImportPart.objects.filter(importing=importing, number=number).first():
        yield zlib.decompress(part.content)
        number += 1


def find_format(opener: Opener, *, is_of_tickets: bool) -> Format:
    """Find out how a file is written. Raises FileRefused when it is no text or empty."""
    start = _start(opener)
    encoding = _encoding(start, opener)
    try:
        text = start.decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n")
    except UnicodeError:
        raise FileRefused("It cannot be read as text. Save it as CSV in UTF-8.") from None
    if not text:
        raise FileRefused("The file is empty. Export it again, with its heading line.")
    if text[0] in "[{":
        if not is_of_tickets:
            raise FileRefused("It is JSON. Requests come from CSV; export them as that.")
        return Format(ticket_files.shape_of(text), encoding)
    return Format("csv", encoding, _delimiter(text))


def _start(opener: Opener) -> bytes:
    start = b""
    for piece in opener():
        start += piece
        if len(start) >= SAMPLED:
            break
    return start[:SAMPLED]


def _encoding(start: bytes, opener: Opener) -> str:
    for sign, words in SIGNS:
        if start.startswith(sign):
            raise FileRefused(words)
    for bom, encoding in BOMS:
        if start.startswith(bom):
            return encoding
    zeros = start.count(0)
    if zeros * 4 > len(start):
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    strange = sum(start.count(byte) for byte in range(32) if byte not in b"\t\n\r\x0c")
    if strange * 20 > len(start):
        raise FileRefused("It is no text file. Export the rows as CSV and hand that in.")
    return "utf-8" if _is_utf8(opener) else _western(opener)


def _is_utf8(opener: Opener) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in opener():
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _western(opener: Opener) -> str:
    """Windows-1252 has what Latin-1 has and more, save five bytes that it does not know."""
    unknown = b"\x81\x8d\x8f\x90\x9d"
    return "latin-1" if any(byte in piece for piece in opener() for byte in unknown) else "cp1252"


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first lines into the most columns, and always as many."""
    best, most = ",", (0.0, 0)
    whole = text[: text.rfind("\n") + 1] or text
    for delimiter in DELIMITERS:
        rows = _first_rows(whole, delimiter)
        width = len(rows[0]) if rows else 0
        alike = sum(len(row) == width for row in rows) / len(rows) if rows else 0.0
        if width > 1 and (alike, width) > most:
            best, most = delimiter, (alike, width)
    return best


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for row in islice(reader, 100):
            if row:
                rows.append(row)
    except csv.Error:
        pass
    return rows


def opened(pieces: Iterator[bytes], encoding: str) -> TextIO:
    """Return the text of a file, no more than a piece of it in memory; lines keep their ends."""
    buffered = io.BufferedReader(Pieces(pieces), SAMPLED)
    return io.TextIOWrapper(buffered, encoding=encoding, errors="replace", newline="")


def records(opener: Opener, form: Format) -> Iterator[Record]:
    """Yield the heading and then each record; a broken one carries its problem.

    Raises FileRefused when there is no heading that can be used.
    """
    with opened(opener(), form.encoding) as stream:
        if form.shape == "csv":
            yield from csv_records(stream, form.delimiter)
        else:
            yield from ticket_records(stream, form.shape)


def ticket_records(stream: TextIO, shape: str) -> Iterator[Record]:
    yield Record(0, list(ticket_files.HEAD))
    try:
        for line, cells in ticket_files.rows(stream, shape):
            yield Record(line, cells)
    except ticket_files.Broken as error:
        yield Record(error.line, [], Problem(error.line, "", "", error.what, error.cure))


def csv_records(stream: Iterable[str], delimiter: str) -> Iterator[Record]:
    """Yield heading and records of lines of CSV; a broken one carries its problem."""
    csv.field_size_limit(LARGEST_CELL)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    width = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if not width:
                raise FileRefused(f"Its heading cannot be read: {error}.") from None
            yield Record(line, [], _broken(line, error))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if not width:
            width = len(_checked_head(cells))
        yield _record(line, cells, width)
    if not width:
        raise FileRefused("The file is empty. Export it again, with its heading line.")


def _checked_head(cells: list[str]) -> list[str]:
    if len(cells) > MOST_COLUMNS:
        raise FileRefused(f"It has {len(cells)} columns; the hub reads up to {MOST_COLUMNS}.")
    if not any(any(letter.isalpha() for letter in cell) for cell in cells):
        raise FileRefused("Its first line names no columns. Put a heading line on top.")
    return cells


def _record(line: int, cells: list[str], width: int) -> Record:
    """A row with cells missing or too many is named, save for empty ones at its end."""
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) == width:
        return Record(line, [plain(cell) for cell in cells])
    what = f"It has {len(cells)} cells, the heading has {width}."
    cure = "Put quotation marks around cells that hold the delimiter, or fill it up."
    return Record(line, cells, Problem(line, "", "", what, cure))


def _broken(line: int, error: csv.Error) -> Problem:
    if "end of data" in str(error) or "limit" in str(error):
        what = "A quotation mark opens here and never closes, or a cell is too large."
        return Problem(line, "", "", what, "Close it, or double it where it is meant as such.")
    what = f"It cannot be read as CSV: {error}."
    return Problem(line, "", "", what, "Double quotation marks that stand inside a cell.")

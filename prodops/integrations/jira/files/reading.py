"""Opening an export: plain or gzipped, JSON or CSV, and what is wrong with a place in it."""

import io
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple, TextIO

CHUNK = 1 << 18
UNREADABLE = (UnicodeDecodeError, EOFError, OSError, zlib.error)  # what reading a file may raise
LARGEST_RECORD = 64 << 20  # characters of one issue


class Problem(NamedTuple):
    """What is wrong with a file, where, and what to do about it."""

    line: int
    column: str
    what: str
    cure: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: {self.what} {self.cure}".strip()


class FileRefused(Exception):
    """The file cannot be read from here on."""

    def __init__(self, problem: Problem):
        super().__init__(str(problem))
        self.problem = problem


class Row(NamedTuple):
    """One issue of a file as the API would have sent it, and the line it begins on."""

    line: int
    payload: Any
    problem: Problem | None = None


class Pieces(io.RawIOBase):
    """A file over an iterator of bytes, so that no more than a piece is in memory."""

    def __init__(self, pieces: Iterator[bytes]):
        self.pieces, self.rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.rest:
            piece = next(self.pieces, None)
            if piece is None:
                return 0
            self.rest = piece
        taken = self.rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self.rest = self.rest[len(taken) :]
        return len(taken)


def pieces_of(file: Any) -> Iterator[bytes]:
    """Yield the bytes of an open file."""
    while piece := file.read(CHUNK):
        yield piece


def opened(pieces: Iterator[bytes]) -> TextIO:
    """Return the text of a file that is gzipped or not; lines keep their ends."""
    first = next(pieces, b"")
    whole = _chained(first, pieces)
    if first.startswith(b"\x1f\x8b"):
        whole = _unzipped(whole)
    buffered = io.BufferedReader(Pieces(whole), CHUNK)
    return io.TextIOWrapper(buffered, encoding="utf-8-sig", newline="")


def is_json(text: str) -> bool:
    """Say whether a file that begins so holds JSON."""
    return text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _unzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unzip as it comes, all members of a gzip file, at most a megabyte at a time."""
    member = zlib.decompressobj(31)
    for piece in pieces:
        data = piece
        while data:
            if member.eof:
                member = zlib.decompressobj(31)
            yield member.decompress(data, 1 << 20)
            data = member.unconsumed_tail or member.unused_data
    if not member.eof:
        raise EOFError


def explained(error: Exception, line: int) -> FileRefused:
    """Turn what the reading of a file may raise into a place and a cure."""
    if isinstance(error, UnicodeDecodeError):
        what, cure = "The file is not UTF-8 text.", "Save it as UTF-8 and try again."
    elif isinstance(error, zlib.error | EOFError):
        what, cure = "The gzip file is damaged or cut off.", "Export it again."
    else:
        what, cure = str(error), "Export it again."
    return FileRefused(Problem(line, "", what, cure))

"""Issues out of JSON: search results, lists, single issues, one after another; one at a time."""

import json
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from prodops.integrations.jira.files.reading import (
    CHUNK,
    LARGEST_RECORD,
    FileRefused,
    Problem,
    Row,
)

SPACE = " \t\r\n"
NEARLY = 16  # an error this close to the end of what was read may be an unfinished value


class Text:
    """What was read of a file and not used yet, and which line that begins on."""

    def __init__(self, stream: TextIO):
        self.stream, self.buffer, self.position = stream, "", 0
        self.line, self.is_over = 1, False

    def more(self, size: int = CHUNK) -> bool:
        """Read on; False at the end of the file."""
        added = self.stream.read(size)
        self.is_over = not added
        self.buffer = self.buffer[self.position :] + added
        self.position = 0
        return bool(added)

    def peek(self) -> str:
        """Return the next character that is no white space, empty at the end."""
        while True:
            while self.position < len(self.buffer):
                character = self.buffer[self.position]
                if character not in SPACE:
                    return character
                self._pass(1)
            if not self.more():
                return ""

    def take(self, wanted: str) -> str:
        """Pass over one of the characters `wanted` and return it."""
        found = self.peek()
        if not found or found not in wanted:
            expected = " or ".join(wanted)
            raise self.wrong(f"Here stands {found or 'the end'!r}, but {expected} is expected.")
        self._pass(1)
        return found

    def value(self) -> Any:
        """Return the next whole value; more is read until it is there."""
        self.peek()
        size = CHUNK
        while True:
            try:
                found, end = DECODER.raw_decode(self.buffer, self.position)
            except json.JSONDecodeError as error:
                self._read_on(error, size)
                size *= 2
                continue
            except RecursionError:
                raise self.wrong("The value is nested too deeply.") from None
            if end == len(self.buffer) and isinstance(found, int | float) and self.more():
                continue
            self._pass(end - self.position)
            return found

    def wrong(self, what: str, line: int = 0) -> FileRefused:
        cure = "The JSON ends too early or was changed by hand: export it again."
        return FileRefused(Problem(line or self.line, "", what, cure))

    def _read_on(self, error: json.JSONDecodeError, size: int) -> None:
        """Read more if the value may go on, else say what is wrong with it."""
        is_cut = error.msg.startswith("Unterminated") or error.pos >= len(self.buffer) - NEARLY
        if len(self.buffer) - self.position > LARGEST_RECORD:
            raise self.wrong("A value is larger than 64 million characters.")
        ahead = self.buffer.count("\n", self.position, error.pos)
        if not is_cut or not self.more(size):
            raise self.wrong(f"{error.msg}.", self.line + ahead)

    def _pass(self, count: int) -> None:
        self.line += self.buffer.count("\n", self.position, self.position + count)
        self.position += count


DECODER = json.JSONDecoder()


def rows(
    stream: TextIO, describe: Callable[[str, Any], None] = lambda name, value: None
) -> Iterator[Row]:
    """Yield each issue; `describe` is told of `names` and `schema` of a search result."""
    text = Text(stream)
    while start := text.peek():
        if start == "[":
            yield from _list(text)
        elif start == "{":
            yield from _object(text, describe)
        else:
            text.take("{[")


def _list(text: Text) -> Iterator[Row]:
    text.take("[")
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        text.peek()
        line = text.line
        yield Row(line, with_changelog(text.value()))
        if text.take(",]") == "]":
            return


def _object(text: Text, describe: Callable[[str, Any], None]) -> Iterator[Row]:
    """Yield the issues of a search result, or the object itself if it is an issue."""
    line, kept, had_issues = text.line, {}, False
    text.take("{")
    is_more = text.peek() != "}"
    while is_more:
        name = text.value()
        text.take(":")
        if name == "issues" and text.peek() == "[":
            had_issues = True
            yield from _list(text)
        else:
            value = text.value()
            describe(str(name), value)
            kept[str(name)] = value
        is_more = text.take(",}") == ","
    if not kept and not had_issues:
        text.take("}")
    if not had_issues and not {"startAt", "total", "maxResults"} <= kept.keys():
        yield Row(line, with_changelog(kept))


def with_changelog(payload: Any) -> Any:
    """A file tells all it has: no changelog is an empty one, and a cut one counts as it stands."""
    if not isinstance(payload, dict):
        return payload
    changelog = payload.get("changelog")
    histories = changelog.get("histories") if isinstance(changelog, dict) else []
    if isinstance(histories, list):
        payload["changelog"] = {"total": len(histories), "histories": histories}
    return payload

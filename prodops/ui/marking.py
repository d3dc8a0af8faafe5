"""Passages of a text: the words of rendered Markdown, finding some of them, and marking them."""

import re
from collections.abc import Sequence
from html import escape
from html.parser import HTMLParser
from typing import NamedTuple

from prodops.ui import markdown


class Span(NamedTuple):
    """From `start` up to `end` of a text's words; `title` is shown on hover."""

    start: int
    end: int
    key: int
    title: str


class _Words(HTMLParser):
    """Gathers the text between the tags."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data):
        self.parts.append(data)


class _Marker(HTMLParser):
    """Writes sanitised HTML again, with a mark around each piece of text that a span covers."""

    def __init__(self, spans: Sequence[Span]):
        super().__init__(convert_charrefs=True)
        self.spans, self.place, self.parts = spans, 0, []

    def handle_starttag(self, tag, attrs):
        self.parts.append(self.get_starttag_text())

    def handle_startendtag(self, tag, attrs):
        self.parts.append(self.get_starttag_text())

    def handle_endtag(self, tag):
        self.parts.append(f"</{tag}>")

    def handle_data(self, data):
        begins, ends = self.place, self.place + len(data)
        edges = {edge for span in self.spans for edge in span[:2] if begins < edge < ends}
        cuts = [begins, *sorted(edges), ends]
        for start, end in zip(cuts, cuts[1:], strict=False):
            self._write(data[start - begins : end - begins], start)
        self.place = ends

    def _write(self, text: str, start: int) -> None:
        covering = [span for span in self.spans if span.start <= start < span.end]
        # Between the rows of a table there is only space, and no mark may stand there.
        if not covering or not text.strip():
            self.parts.append(escape(text, quote=False))
            return
        keys = " ".join(str(span.key) for span in covering)
        title = escape("; ".join(span.title for span in covering))
        self.parts.append(
            f'<mark class="quoted" data-quotes="{keys}" title="{title}">'
            f"{escape(text, quote=False)}</mark>"
        )


def words(text: str) -> str:
    """Return the words of Markdown as people read them, without its signs."""
    reader = _Words()
    reader.feed(markdown.render(text))
    reader.close()
    return "".join(reader.parts)


def find(text: str, wanted: str, *, near: int = 0) -> tuple[int, int] | None:
    """Return where `wanted` stands in `text`, the place nearest to `near`; None of none.

    Any space stands for any other; capitals matter only where both spellings occur.
    """
    parts = [re.escape(part) for part in wanted.split()]
    if not parts:
        return None
    pattern = r"\s+".join(parts)
    for flags in (0, re.IGNORECASE):
        found = [match.span() for match in re.finditer(pattern, text, flags)]
        if found:
            return min(found, key=lambda span: abs(span[0] - near))
    return None


def mark(html: str, spans: Sequence[Span]) -> str:
    """Return sanitised HTML with the spans of its words marked; the words stay the same."""
    marker = _Marker(spans)
    marker.feed(html)
    marker.close()
    return "".join(marker.parts)

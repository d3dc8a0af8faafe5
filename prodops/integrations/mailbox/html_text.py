"""HTML mail as text: words, line breaks, quotes as "> " lines; nothing that only styles."""

import re
from html.parser import HTMLParser

SILENT = {"script", "style", "head", "title", "template", "noscript", "object", "svg", "select"}
BLOCKS = {"p", "div", "tr", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
BLOCKS |= {"section", "article", "header", "footer", "pre", "hr", "dl", "dt", "dd", "address"}
SPACED = {"p", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote"}
DEEPEST_QUOTE = 10
COMMENT = re.compile(r"<!--(?:-?>|.*?(?:-->|\Z))", re.DOTALL)
DECLARATION = re.compile(r"<[!?][^>]*>?")
LOOSE = re.compile(r"<(?![^<>]*>)")


def render(html: str) -> str:
    """Return what a page says."""
    reader = _Reader()
    reader.feed(_whole(html))
    reader.close()
    return reader.text()


def _whole(html: str) -> str:
    """Return the page with whole tags only.

    From each sign that opens something and never closes it, the parser reads on to the end.
    """
    plain = DECLARATION.sub("", COMMENT.sub("", html))
    return LOOSE.sub("&lt;", plain)


class _Reader(HTMLParser):
    """Collects lines; each knows how deep in quotes it stands."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[int, str]] = []
        self.line = ""
        self.silent = self.depth = 0
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag, attrs):
        if tag in SILENT:
            self.silent += 1
        elif tag == "br":
            self._end_line(forced=True)
        elif tag == "li":
            self._end_line()
            self.line = "- "
        elif tag in BLOCKS:
            self._end_block(tag)
            self.depth += tag == "blockquote"
        elif tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.line)))

    def handle_endtag(self, tag):
        if tag in SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in BLOCKS or tag == "li":
            self._end_block(tag)
            self.depth = max(0, self.depth - (tag == "blockquote"))
        elif tag in ("td", "th"):
            self.line += " "
        elif tag == "a" and self.links:
            self._add_address(*self.links.pop())

    def handle_startendtag(self, tag, attrs):
        if tag == "br":
            self._end_line(forced=True)

    def handle_data(self, data):
        if not self.silent:
            words = re.sub(r"[\s\u200b\ufeff]+", " ", data)
            self.line += words.lstrip() if not self.line else words

    def text(self) -> str:
        self._end_line()
        marks = (("> " * min(depth, DEEPEST_QUOTE), line) for depth, line in self.lines)
        return re.sub(r"\n{3,}", "\n\n", "\n".join((mark + line).rstrip() for mark, line in marks))

    def _add_address(self, href, start):
        """Keep where a link leads when its words do not say it."""
        words = self.line[start:].strip()
        if re.match(r"https?://", href) and href.rstrip("/") not in words and len(href) < 500:
            self.line = f"{self.line.rstrip()} ({href})" if words else self.line

    def _end_line(self, *, forced=False):
        line = self.line.strip()
        if line or forced:
            self.lines.append((self.depth, line))
        self.line = ""

    def _end_block(self, tag):
        self._end_line()
        if tag in SPACED and self.lines and self.lines[-1][1]:
            self.lines.append((self.depth, ""))

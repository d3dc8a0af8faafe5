"""Writing Markdown: what is text stays text, whatever signs it is made of."""

import re
from collections.abc import Iterable, Sequence

# Signs that mean something inside a line: an asterisk unless it stands alone, an underscore at the
# edge of a word, a bracket that would end a link, what looks like a tag or an entity.
SIGNS = re.compile(
    r"[\\`]|(?<!\s)\*|\*(?!\s)|(?<![^\W_])_|_(?![^\W_])|~(?=~)|(?<=~)~|\](?=[(\[:])"
    r"|<(?=[A-Za-z/!?])|&(?=#?\w{1,32};)"
)
ANY_SIGN = re.compile(r"[\\`*_~\]<&]")  # a quick look first: most words have none
# What begins a block, underlines a heading or divides a table when a line begins with it.
BLOCK = re.compile(
    r"#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|\d{1,9}(?=[.)](?:\s|$))|[|:-](?=[|: \t-]*$)"
    r"|=(?==*\s*$)|[`~]{3}"
)
BEGINNINGS = frozenset("#>-+*|:=`~0123456789")
LINE_WITH_WORDS = re.compile(r"\n(?=[^\n])")
SAFE_URL = re.compile(r"(?:https?://|mailto:)[^\s<>]+", re.I)
LONGEST_URL = 4000
LANGUAGE = re.compile(r"[\w+#.-]{1,30}")


def text(words: str) -> str:
    """Return words as they are to be read, with Markdown's signs escaped."""
    return SIGNS.sub(r"\\\g<0>", words) if ANY_SIGN.search(words) else words


def paragraph(inline: str) -> str:
    """Return finished inline Markdown as a block of its own: no line of it may begin another."""
    lines = (line.strip(" \t\u00a0") for line in inline.split("\n"))
    return "\n".join(_disarmed(line) for line in lines if line)


def _disarmed(line: str) -> str:
    if line[0] not in BEGINNINGS or not (found := BLOCK.match(line)):
        return line
    at = found.end() if line[0].isdigit() else 0
    return f"{line[:at]}\\{line[at:]}"


def heading(level: int, inline: str) -> str:
    line = " ".join(inline.split())
    return f"{'#' * max(1, min(level, 6))} {line}" if line else ""


def emphasis(sign: str, inline: str) -> str:
    """Put the sign around the words, not around the blanks beside them."""
    words = inline.strip()
    if not words or "\n\n" in words:
        return inline
    before, _, after = inline.partition(words)
    return f"{before}{sign}{words}{sign}{after}"


def code(words: str) -> str:
    """Return code within a line, between more backticks than it holds in a row."""
    words = " ".join(words.split("\n"))
    if not words.strip():
        return words
    ticks = "`" * (_longest_run(words) + 1)
    gap = " " if words[0] == "`" or words[-1] == "`" else ""
    return f"{ticks}{gap}{words}{gap}{ticks}"


def code_block(words: str, language: str = "") -> str:
    ticks = "`" * max(3, _longest_run(words) + 1)
    named = language.strip().lower() if LANGUAGE.fullmatch(language.strip()) else ""
    return f"{ticks}{named}\n{words.strip(chr(10))}\n{ticks}"


def _longest_run(words: str) -> int:
    return max((len(run) for run in re.findall(r"`+", words)), default=0)


def link(inline: str, url: str) -> str:
    """Return a link; of an address that is not of the web or mail only the words are left."""
    url = url.strip()
    if len(url) > LONGEST_URL or not SAFE_URL.fullmatch(url):
        return inline or text(url)
    words = inline.strip()
    if not words or words in (url, text(url)):
        return f"<{url}>"
    if words.count("[") != words.count("]"):
        words = words.replace("[", "\\[").replace("]", "\\]")
    target = url.replace("\\", "%5C").replace("(", "%28").replace(")", "%29")
    return f"[{' '.join(words.split())}]({target})"


def items(blocks: Iterable[tuple[str, str]]) -> str:
    """Return a list of (marker, block); what follows in a block stands under its first word."""
    return "\n".join(f"{marker}{indented(block, len(marker))}" for marker, block in blocks)


def indented(block: str, by: int) -> str:
    return LINE_WITH_WORDS.sub("\n" + " " * by, block)


def quoted(block: str) -> str:
    return "> " + LINE_WITH_WORDS.sub("\n> ", block).replace("\n\n", "\n>\n") if block else ""


def table(rows: Sequence[Sequence[str]], *, has_head: bool) -> str:
    """Return a table of finished inline cells; all rows get the width of the widest."""
    rows = [row for row in rows if row]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    head, body = (rows[0], rows[1:]) if has_head else ([], rows)
    lines = [_row(head, width), "|" + " --- |" * width, *(_row(row, width) for row in body)]
    return "\n".join(lines)


def _row(cells: Sequence[str], width: int) -> str:
    shown = [" ".join(cell.split()).replace("|", "\\|") for cell in cells]
    return "| " + " | ".join([*shown, *[""] * (width - len(shown))]) + " |"


def blocks(parts: Iterable[str]) -> str:
    """Join blocks by an empty line."""
    return "\n\n".join(part for part in parts if part.strip())

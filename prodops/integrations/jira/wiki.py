r"""Jira's wiki text as Markdown: read line by line, in time that grows with its length only.

Bold, lists, tables, links, panels, quotes and code are written as Markdown has them; colours,
underlines and anchors leave their words; what was not meant as markup stays text.
"""

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from prodops.integrations.jira import prose

VERBATIM = re.compile(r"\{(code|noformat)(?::([^{}\n]{0,200}))?\}")
FENCE = re.compile(r"\{(quote|panel)(?::([^{}\n]{0,300}))?\}")
HEADING = re.compile(r"h([1-6])\.(?:\s+|$)(.*)")
ITEM = re.compile(r"([*#]{1,10}|-{1,3})\s+(.*)")
HOLDER = re.compile(r"\ue000(\d+)\ue001")
DEEPEST = 8
ICONS = {
    "(/)": "✅", "(x)": "❌", "(!)": "⚠️", "(?)": "❓", "(i)": "ℹ️", "(y)": "👍", "(n)": "👎",
    "(+)": "➕", "(-)": "➖", "(on)": "💡", "(*)": "⭐",
}  # fmt: skip
POSSIBLE = re.compile(r"[\\{\[!*_+?(\ue000-]|https?://")  # a quick look: where INLINE might begin
# Each alternative stops at the end of its line and at its own sign, so none looks far ahead.
INLINE = re.compile(
    r"\\(?P<escaped>[\\{}\[\]*_+^~?!|#-])|(?P<held>\ue000\d+\ue001)"
    r"|\{\{(?P<mono>[^{}\n]{1,1000})\}\}"
    r"|\{(?:color(?::[^{}\n]{0,40})?|anchor:[^{}\n]{0,100})\}(?P<nothing>)"
    r"|\[(?P<link>[^\[\]\n]{1,4000})\]"
    r"|!(?P<image>[^\s!|][^!\n|]{0,500})(?:\|[^!\n]{0,200})?!"
    r"|\{\*\}(?P<bold>[^{}\n]{1,4000})\{\*\}|\{_\}(?P<slant>[^{}\n]{1,4000})\{_\}"
    r"|(?<![\w*])\*(?=\S)(?P<strong>[^*\n]{1,4000})(?<=\S)\*(?![\w*])"
    r"|(?<![\w_])_(?=\S)(?P<em>[^_\n]{1,4000})(?<=\S)_(?![\w_])"
    r"|(?<![\w-])-(?=[^\s-])(?P<strike>[^-\n]{1,4000})(?<=\S)-(?![\w-])"
    r"|(?<![\w+])\+(?=[^\s+])(?P<under>[^+\n]{1,4000})(?<=\S)\+(?![\w+])"
    r"|\?\?(?=\S)(?P<cite>[^?\n]{1,4000})(?<=\S)\?\?"
    r"|(?P<icon>\((?:[/x!?iyn+*-]|on)\))"
    r"|(?P<url>https?://[^\s<>\[\]|{}\"'()\ue000]{1,4000}(?<![.,;:!?*_]))"
    r"|(?P<dash>(?<=\s)---?(?=\s))"
)


def to_markdown(wiki: str) -> str:
    """Return wiki text as Markdown."""
    held: list[str] = []
    text = wiki.replace("\r\n", "\n").replace("\r", "\n").replace("\ue000", "")
    lines = _without_verbatim(text, held).split("\n")
    return _restored(_blocks(list(_fenced(lines)), 0), held).strip("\n")


def _without_verbatim(text: str, held: list[str]) -> str:
    """Take out code, word for word, and leave a mark on a line of its own in its place."""
    out, at = [], 0
    while opening := VERBATIM.search(text, at):
        end = text.find(f"{{{opening[1]}}}", opening.end())
        out.append(text[at : opening.start()])
        if end < 0:
            break
        held.append(prose.code_block(text[opening.end() : end], _language(opening[2] or "")))
        out.append(f"\n\ue000{len(held) - 1}\ue001\n")
        at = end + len(opening[1]) + 2
    else:
        return "".join([*out, text[at:]])
    return "".join([*out, text[opening.end() :]])


def _language(options: str) -> str:
    """Return the language among the options of {code:title=x|java}."""
    parts = [part.strip() for part in options.split("|")]
    named = [part.partition("=")[2] for part in parts if part.startswith("language=")]
    return next(iter([*named, *(part for part in parts if part and "=" not in part)]), "")


def _restored(markdown: str, held: list[str]) -> str:
    """Put code back where its mark is, indented as the mark is."""
    out = []
    for line in markdown.split("\n"):
        found = HOLDER.search(line)
        if found and line[: found.start()].strip(" >") == "":
            before = line[: found.start()]
            out += [before + part for part in held[int(found[1])].split("\n")]
        else:
            out.append(line)
    return "\n".join(out)


def _fenced(lines: list[str]) -> Iterator[str]:
    """Put the marks of quotes and panels on lines of their own."""
    for line in lines:
        at = 0
        for found in FENCE.finditer(line):
            if line[at : found.start()].strip():
                yield line[at : found.start()]
            yield found[0]
            at = found.end()
        if at == 0 or line[at:].strip():
            yield line[at:]


def _blocks(lines: list[str], depth: int) -> str:
    """Return the lines as blocks, quotes and panels with what is inside them."""
    parts: list[str] = []
    plain: list[str] = []
    at = 0
    while at < len(lines):
        fence = FENCE.fullmatch(lines[at].strip())
        if not fence:
            plain.append(lines[at])
            at += 1
            continue
        parts.append(_plain(plain))
        plain = []
        end = _closing(lines, at + 1, fence[1]) if depth < DEEPEST else at
        inside = lines[at + 1 : end]
        parts.append(_framed(fence, inside, depth) if inside else "")
        at = end + 1
    return prose.blocks([*parts, _plain(plain)])


def _closing(lines: list[str], start: int, name: str) -> int:
    """Return the line that closes the frame; one left open ends with the text."""
    mark = f"{{{name}}}"
    return next((at for at in range(start, len(lines)) if lines[at].strip() == mark), len(lines))


def _framed(fence: re.Match[str], inside: list[str], depth: int) -> str:
    options = (part.partition("=") for part in (fence[2] or "").split("|"))
    title = next((value.strip() for name, _, value in options if name.strip() == "title"), "")
    head = prose.emphasis("**", prose.text(title))
    return prose.quoted(prose.blocks([head, _blocks(inside, depth + 1)]))


def _plain(lines: list[str]) -> str:
    """Return lines without frames: runs of list items, table rows, paragraphs."""
    parts = []
    for kind, group in groupby(lines, _kind):
        if write := WRITE.get(kind):
            parts.append(write(list(group)))
        elif kind != "empty":
            parts += [_single(kind, line.strip()) for line in group]
    return prose.blocks(parts)


def _kind(line: str) -> str:
    line = line.strip()
    if not line:
        return "empty"
    if HOLDER.fullmatch(line):
        return "held"
    if line[0] == "|":
        return "table"
    if line[0] == "h" and HEADING.fullmatch(line):
        return "heading"
    if line.startswith("bq. "):
        return "quote"
    if line.startswith("----") and not line.strip("-"):
        return "rule"
    return "list" if line[0] in "*#-" and ITEM.fullmatch(line) else "text"


def _single(kind: str, line: str) -> str:
    if kind == "heading" and (found := HEADING.fullmatch(line)):
        return prose.heading(int(found[1]), inline(found[2]))
    if kind == "quote":
        return prose.quoted(prose.paragraph(inline(line[4:])))
    return "---" if kind == "rule" else line


def _paragraph(lines: list[str]) -> str:
    joined = "\n".join(line.strip() for line in lines)
    return prose.paragraph("\n".join(inline(line) for line in re.split(r"\n|\\\\", joined)))


def _list(lines: list[str]) -> str:
    """Write items; the last sign of `*#` says what the item is, their number how deep it lies."""
    out: list[str] = []
    levels: list[tuple[str, int, int]] = []  # sign, number, width of the marker
    for line in lines:
        signs, words = ITEM.fullmatch(line.strip()).groups()  # type: ignore[union-attr]
        depth = min(len(signs), len(levels) + 1)
        before = levels[depth - 1] if depth <= len(levels) else ("", 0, 0)
        del levels[depth - 1 :]
        number = before[1] + 1 if before[0] == signs[-1] else 1
        marker = f"{number}. " if signs[-1] == "#" else "- "
        shown = " ".join(prose.paragraph(inline(words)).split("\n"))
        out.append(" " * sum(width for _, _, width in levels) + marker + shown)
        levels.append((signs[-1], number, len(marker)))
    return "\n".join(out)


def _table(lines: list[str]) -> str:
    rows = [line.strip() for line in lines]
    has_head = rows[0].startswith("||")
    return prose.table([_cells(row) for row in rows], has_head=has_head)


def _cells(row: str) -> list[str]:
    """Split a row at its bars, but not at those inside a link or behind a backslash."""
    guarded = re.sub(
        r"\[[^\[\]\n]{1,4000}\]|\\\||\{\{[^{}\n]{1,1000}\}\}|![^!\n]{1,700}!",
        lambda found: found[0].replace("|", "\ue002"),
        row.replace("\ue002", ""),
    )
    cells = re.split(r"\|\|?", guarded)[1:]
    if cells and not cells[-1].strip():
        cells.pop()
    return [inline(cell.replace("\ue002", "|").replace("\\\\", " ").strip()) for cell in cells]


def inline(line: str) -> str:
    """Return one line's markup as Markdown."""
    out, done, at = [], 0, 0
    while candidate := POSSIBLE.search(line, at):
        found = INLINE.match(line, candidate.start())
        at = found.end() if found else candidate.start() + 1
        if found:
            out += [prose.text(line[done : found.start()]), _written(found)]
            done = at
    return "".join([*out, prose.text(line[done:])])


def _written(found: re.Match[str]) -> str:
    kind, words = str(found.lastgroup), str(found[str(found.lastgroup)])
    if kind in SIGNS:
        return prose.emphasis(SIGNS[kind], inline(words))
    if kind == "under":
        return inline(words)
    if kind == "link":
        return _link(words)
    if kind == "url":
        return prose.link("", words)
    write = PLAIN.get(kind, prose.text)
    return write(words)


def _link(words: str) -> str:
    """Write [text|address], [address], [~user], [^file]; anything else in brackets is text."""
    label, bar, target = words.partition("|")
    target = (target if bar else label).partition("|")[0].strip()
    if not bar and words.startswith("~"):
        return prose.text("@" + words[1:].removeprefix("accountid:"))
    if not bar and words.startswith("^"):
        return prose.text(words[1:])
    if prose.SAFE_URL.fullmatch(target):
        return prose.link(inline(label) if bar else "", target)
    return inline(label) if bar else f"[{inline(words)}]"


def _image(words: str) -> str:
    """Images are not copied: leave the file's name, or a link to one on the web."""
    return prose.link("", words) if "://" in words else prose.text(words)


PLAIN: dict[str, Callable[[str], str]] = {
    "mono": prose.code,
    "icon": ICONS.__getitem__,
    "image": _image,
    "held": str,
}
SIGNS = {"strong": "**", "bold": "**", "em": "*", "slant": "*", "cite": "*", "strike": "~~"}
WRITE = {"list": _list, "table": _table, "text": _paragraph}

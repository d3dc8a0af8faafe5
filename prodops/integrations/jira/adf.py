"""Atlassian documents (ADF) as Markdown; what a node means to nobody here is kept as its text."""

from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from prodops.integrations.jira import prose

DEEPEST = 40  # documents of people are not nested deeper; below that only words are kept
Node = dict[str, Any]


def to_markdown(document: Any) -> str:
    """Return the document as Markdown; bounded by its size, whatever its shape."""
    return _blocks(document if isinstance(document, dict) else {}, 0).strip()


def words(node: Any) -> str:
    """Join the text below a node, a line for each block; no recursion, so depth is no danger."""
    out: list[str] = []
    stack: list[Any] = [node]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            out.append(node)
        elif isinstance(node, dict):
            out.append(_own_text(node) or "\n" * (_kind(node) == "hardBreak"))
            ends_line = _kind(node) in {"paragraph", "heading", "codeBlock", "tableRow"}
            stack += ["\n"] * ends_line + _children(node)[::-1]
    return "".join(out)


def _blocks(node: Node, depth: int) -> str:
    """Return the children of a node as blocks; inline ones beside each other are a paragraph."""
    if depth > DEEPEST:
        return prose.paragraph(prose.text(words(node)))
    parts = []
    for is_block, group in groupby(_nodes(node), _is_block):
        if is_block:
            parts += [_block(child, depth + 1) for child in group]
        else:
            parts.append(prose.paragraph(_inline(list(group))))
    return prose.blocks(parts)


def _is_block(node: Node) -> bool:
    """A known block, or an unknown node that has children; what has only text is inline."""
    kind = _kind(node)
    return kind in BLOCKS or (kind not in INLINE and bool(_children(node)))


def _block(node: Node, depth: int) -> str:
    write = BLOCKS.get(_kind(node))
    return write(node, depth) if write else _blocks(node, depth)


def _paragraph(node: Node, depth: int) -> str:
    if any(_is_block(child) for child in _nodes(node)):
        return _blocks(node, depth)
    return prose.paragraph(_inline(_nodes(node)))


def _heading(node: Node, depth: int) -> str:
    level = _attributes(node).get("level")
    return prose.heading(level if isinstance(level, int) else 1, _inline(_nodes(node)))


def _bullets(node: Node, depth: int) -> str:
    return prose.items(("- ", _item(item, depth)) for item in _nodes(node))


def _item(node: Node, depth: int) -> str:
    """Return an item; the lists in it follow its words without a gap."""
    parts = []
    for is_list, group in groupby(_nodes(node), lambda child: _kind(child) in LISTS):
        parts.append(("\n" if is_list else "\n\n") + _blocks({"content": list(group)}, depth))
    return "".join(parts).strip("\n")


def _numbers(node: Node, depth: int) -> str:
    first = _attributes(node).get("order")
    number = first if isinstance(first, int) and 0 <= first < 10**6 else 1
    marked = enumerate(_nodes(node), start=number)
    return prose.items((f"{place}. ", _item(item, depth)) for place, item in marked)


def _tasks(node: Node, depth: int) -> str:
    """Write tasks with a box; a list of tasks among them belongs to the one before."""
    rows: list[tuple[str, str]] = []
    for item in _nodes(node):
        block = _block(item, depth) if _kind(item) == "taskList" else _paragraph(item, depth)
        if _kind(item) == "taskList" and rows:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]}\n{block}")
        else:
            done = _attributes(item).get("state") == "DONE"
            rows.append(("- ", f"[{'x' if done else ' '}] {block}"))
    return prose.items(rows)


def _code(node: Node, depth: int) -> str:
    return prose.code_block(
        words(node).removesuffix("\n"), str(_attributes(node).get("language") or "")
    )


def _quote(node: Node, depth: int) -> str:
    return prose.quoted(_blocks(node, depth))


def _panel(node: Node, depth: int) -> str:
    kind = PANELS.get(str(_attributes(node).get("panelType")), "Note")
    return prose.quoted(prose.blocks([f"**{kind}**", _blocks(node, depth)]))


def _expand(node: Node, depth: int) -> str:
    title = prose.text(str(_attributes(node).get("title") or ""))
    return prose.blocks([prose.emphasis("**", title), _blocks(node, depth)])


def _table(node: Node, depth: int) -> str:
    rows: list[list[str]] = []
    has_head = False
    for row in _nodes(node):
        cells: list[str] = []
        for cell in _nodes(row):
            has_head |= not rows and _kind(cell) == "tableHeader"
            span = _attributes(cell).get("colspan")
            extra = min(span, 50) - 1 if isinstance(span, int) else 0
            cells += [_cell(cell), *[""] * extra]
        rows.append(cells)
    return prose.table(rows, has_head=has_head)


def _cell(cell: Node) -> str:
    """Put the blocks of a cell on one line; a list becomes bullets."""
    parts = []
    for child in _nodes(cell):
        if _kind(child) in LISTS:
            parts += [f"• {prose.text(words(item).strip())}" for item in _nodes(child)]
        elif _kind(child) == "codeBlock":
            parts.append(prose.code(words(child).strip()))
        elif _kind(child) in {"paragraph", "heading"}:
            parts.append(_inline(_nodes(child)))
        else:
            parts.append(prose.text(words(child).strip()))
    return " ".join(part for part in parts if part)


def _inline(nodes: list[Node]) -> str:
    """Join inline nodes; those of the same marks beside each other are marked once."""
    out = []
    for found, group in groupby(nodes, _marks):
        marks = dict(found)
        joined = "".join([_words_of(node, is_code="code" in marks) for node in group])
        out.append(_marked(joined, marks) if marks else joined)
    return "".join(out)


def _words_of(node: Node, *, is_code: bool) -> str:
    kind = _kind(node)
    if kind == "text" and type(own := node.get("text")) is str and own:
        return own if is_code else prose.text(own)
    attributes = _attributes(node)
    if kind == "hardBreak":
        return "\n"
    if kind == "date":
        return _day(attributes.get("timestamp"))
    if kind in {"inlineCard", "blockCard", "embedCard"}:
        return prose.link("", str(attributes.get("url") or ""))
    if kind in {"media", "mediaInline"}:
        return _media(attributes)
    found = _own_text(node) or words({"content": _children(node)})
    return found if is_code else prose.text(found)


def _media(attributes: dict[str, Any]) -> str:
    name = prose.text(str(attributes.get("alt") or attributes.get("title") or "attachment"))
    return prose.link(name, str(attributes.get("url") or "")) if attributes.get("url") else name


def _day(stamp: Any) -> str:
    """Return a date node as a day; its time is milliseconds in a string."""
    try:
        return datetime.fromtimestamp(int(stamp) / 1000, UTC).date().isoformat()
    except (ValueError, TypeError, OverflowError, OSError):
        return prose.text(str(stamp or ""))


def _marks(node: Node) -> tuple[tuple[str, str], ...]:
    """Return the marks we write, with the address of a link."""
    marks = node.get("marks")
    if not marks or not isinstance(marks, list):
        return ()
    found = {}
    for mark in marks:
        kind = mark.get("type") if isinstance(mark, dict) else None
        if isinstance(kind, str) and kind in MARKS:
            found[kind] = str(_attributes(mark).get("href") or "")
    return tuple(sorted(found.items()))


def _marked(joined: str, marks: dict[str, str]) -> str:
    if "code" in marks:
        joined = prose.code(joined)
    for name, sign in (("strike", "~~"), ("em", "*"), ("strong", "**")):
        if name in marks:
            joined = prose.emphasis(sign, joined)
    return prose.link(joined, marks["link"]) if "link" in marks else joined


def _nodes(node: Any) -> list[Node]:
    """Return the children that are nodes; a bare text among them becomes one."""
    return [
        child if isinstance(child, dict) else {"type": "text", "text": child}
        for child in _children(node)
        if isinstance(child, (dict, str))
    ]


def _kind(node: Node) -> str:
    kind = node.get("type")
    return kind if isinstance(kind, str) else ""


def _children(node: Any) -> list[Any]:
    children = node.get("content")
    return children if isinstance(children, list) else []


def _attributes(node: Node) -> dict[str, Any]:
    attributes = node.get("attrs")
    return attributes if isinstance(attributes, dict) else {}


def _own_text(node: Node) -> str:
    """Return the text a node itself has: its own, a mention's, an emoji's, a status's …"""
    if type(text := node.get("text")) is str and text:
        return text
    attributes = _attributes(node)
    found = [attributes.get(name) for name in ("text", "shortName", "title", "url")]
    return next((value for value in found if isinstance(value, str) and value), "")


def _blocks_of(node: Node, depth: int) -> str:
    return _blocks(node, depth)


def _rule(node: Node, depth: int) -> str:
    return "---"


LISTS = {"bulletList", "orderedList", "taskList", "decisionList"}
MARKS = {"strong", "em", "strike", "code", "link"}
PANELS = {
    "info": "Info",
    "note": "Note",
    "tip": "Tip",
    "success": "Success",
    "warning": "Warning",
    "error": "Error",
}
BLOCKS = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bulletList": _bullets,
    "decisionList": _bullets,
    "orderedList": _numbers,
    "taskList": _tasks,
    "codeBlock": _code,
    "blockquote": _quote,
    "panel": _panel,
    "expand": _expand,
    "nestedExpand": _expand,
    "table": _table,
    "rule": _rule,
    "doc": _blocks_of,
    "layoutSection": _blocks_of,
    "layoutColumn": _blocks_of,
    "mediaSingle": _blocks_of,
    "mediaGroup": _blocks_of,
    "bodiedExtension": _blocks_of,
}
INLINE = {"text", "hardBreak", "mention", "emoji", "date", "status", "inlineCard", "mediaInline"}

"""The table a benchmark prints: plain text that is Markdown too."""

from benchmarks.pages import Page


def pages(measured: list[Page], *, peer: Page) -> str:
    """Return the pages' table; the last columns compare with the plain list of `peer`."""
    head = ("page", "p50 ms", "p95 ms", "CPU ms", "kB", "SQL", "p50 ÷ list", "CPU ÷ list")
    rows = [
        (
            page.name,
            f"{page.p50:.1f}",
            f"{page.p95:.1f}",
            f"{page.cpu:.1f}",
            f"{page.kilobytes:.1f}",
            "" if page.queries is None else str(page.queries),
            f"{page.p50 / peer.p50:.1f}",
            f"{page.cpu / peer.cpu:.1f}" if peer.cpu else "",
        )
        for page in measured
    ]
    return table(head, rows)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    rule = tuple(
        "-" * width if not place else "-" * (width - 1) + ":" for place, width in enumerate(widths)
    )
    return "\n".join(_line(row, widths) for row in (head, rule, *rows))


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    cells = [
        text.ljust(width) if not place else text.rjust(width)
        for place, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    return f"| {' | '.join(cells)} |"

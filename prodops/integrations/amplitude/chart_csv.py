"""A saved chart as CSV: title lines first, then a head of days, then a row a segment."""

import csv
import io
from typing import Any

from prodops.integrations.amplitude.values import Malformed, read_day


def as_body(text: str) -> dict[str, Any]:
    """Return the CSV in the shape of the JSON answer; raises Malformed when it has no days."""
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error as error:
        raise Malformed(f"The chart's CSV cannot be read: {error}.") from None
    for place, row in enumerate(rows):
        first = _first_day(row)
        if first is not None:
            return {"data": _matrix(row, rows[place + 1 :], first)}
    raise Malformed("The chart's CSV has no line of days.")


def _matrix(head: list[str], rows: list[list[str]], first: int) -> dict[str, Any]:
    """Return days, labels and numbers; a line without numbers ends them."""
    days = [cell for cell in head[first:] if cell]
    labels, series = [], []
    for row in rows:
        cells = row[first : first + len(days)]
        if not any(cells):
            break
        labels.append(" · ".join(cell for cell in row[:first] if cell))
        series.append([cell or None for cell in cells] + [None] * (len(days) - len(cells)))
    if labels == ["All Users"]:
        labels = [""]
    return {"xValues": days, "series": series, "seriesLabels": labels}


def _first_day(row: list[str]) -> int | None:
    """Return where the days of a head begin; nothing when the line is no head."""
    for place, cell in enumerate(row):
        if not cell:
            continue
        try:
            read_day(cell, "head")
        except Malformed:
            continue
        return place
    return None

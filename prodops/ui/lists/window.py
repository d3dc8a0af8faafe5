"""Which rows of a list stand on one page of it."""

from prodops.ui.lists import state as states

COUNT_UP_TO = 1000


def count(rows):
    """Counting stops at a thousand and one: exact enough to read, cheap on a million rows."""
    return rows.order_by().values("pk")[: COUNT_UP_TO + 1].count()


def read(rows, state, page, total):
    """Return the page that exists nearest to the one asked for: number, rows, does more follow."""
    number, size = state.number, state.size or page.per_page
    if total <= COUNT_UP_TO:
        number = min(number, max(1, -(-total // size)))
    first = (number - 1) * size
    found = _rows(rows, state, page, first, total) if total else []
    if not found and number > 1:
        number = max(1, COUNT_UP_TO // size)
        found = _rows(rows, state, page, (number - 1) * size, total)
    return number, found[:size], len(found) > size and number < states.LAST_PAGE


def _rows(rows, state, page, first, total):
    """Return a page of rows and one more.

    Of many rows in an order of one's own, or far down, the keys are read first: rows that are
    sorted or skipped need nothing else.
    """
    most = (state.size or page.per_page) + 1
    if total <= COUNT_UP_TO or not state.sort and first < COUNT_UP_TO:
        return list(rows[first : first + most])
    keys = _keys(states.parts(rows, state, page), first, most)
    found = {row.pk: row for row in rows.order_by().filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


def _keys(parts, first, most):
    """Return the keys from place `first` on of querysets that follow each other."""
    keys = []
    for place, part in enumerate(parts):
        wanted = most - len(keys)
        found = list(part.values_list("pk", flat=True)[first : first + wanted])
        keys += found
        if len(found) == wanted or place == len(parts) - 1:
            break
        first = 0 if found else max(0, first - part.order_by().count())
    return keys

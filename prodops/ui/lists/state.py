"""What the address says about a list: read forgivingly, so that no address is an error."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q
from django.http import QueryDict

from prodops.ui.finding import having
from prodops.ui.lists.definition import Column, Filter, ListPage

LONGEST_SEARCH = 200
MOST_WORDS = 8
LAST_PAGE = 1000
SIZES = (25, 50, 100)
KEY = re.compile(r"(?:([a-z]{2,5})-)?(\d{1,18})", re.IGNORECASE)


@dataclass(frozen=True)
class Chip:
    """An active filter: what it is, what was chosen, and what could be chosen instead."""

    filter: Filter
    value: str
    label: str
    options: list[tuple[str, str]]


@dataclass(frozen=True)
class State:
    """The search, filters, order, page and rows a page (0: as many as the list has by itself)."""

    q: str = ""
    chips: tuple[Chip, ...] = ()
    sort: str = ""
    number: int = 1
    size: int = 0
    ignored: tuple[str, ...] = field(default=())

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.chips)

    def query(self, **changes: Any) -> str:
        """Return the query string of this state with `changes`; None or "" drops a parameter."""
        values: dict[str, Any] = {chip.filter.key: chip.value for chip in self.chips}
        values |= {"q": self.q, "sort": self.sort, "rows": self.size or None}
        if self.number > 1:
            values["page"] = self.number
        values |= changes
        query = QueryDict(mutable=True)
        for key, value in values.items():
            if value not in (None, ""):
                query[key] = str(value)
        return query.urlencode()


def read(params: QueryDict, page: ListPage, user) -> State:
    """Read an address; what it cannot mean is left out and named in `ignored`."""
    chips, ignored = [], []
    for each in page.filters:
        raw = _clean(params.get(each.key, ""))
        if not raw:
            continue
        options = options_of(each, user)
        label = dict(options).get(raw)
        if label is None:
            ignored.append(each.label)
        else:
            chips.append(Chip(each, raw, label, options))
    return State(
        q=_clean(params.get("q", ""))[:LONGEST_SEARCH].strip(),
        chips=tuple(chips),
        sort=_sort(params.get("sort", ""), page),
        number=page_number(params.get("page", "")),
        size=_size(params.get("rows", ""), page),
        ignored=tuple(ignored),
    )


def options_of(each: Filter, user) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in each.options(user)]


def narrow(queryset, state: State, page: ListPage, user):
    """Return the rows the state's filters and search leave over, in its order."""
    for chip in state.chips:
        queryset = chip.filter.apply(queryset, chip.value, user)
    words = state.q.split()[:MOST_WORDS]
    elsewhere = page.elsewhere(words) if page.elsewhere and words else [Q()] * len(words)
    for word, beside in zip(words, elsewhere, strict=True):
        queryset = queryset.filter(_matches(word, page) | beside)
    return queryset.order_by(*_order(state, page))


def parts(rows, state: State, page: ListPage) -> list:
    """Return the rows in the order of the column the state sorts by, as one or two querysets.

    Those with a value there come first, those without apart and last. An index can then give the
    order: it has the empty ones at one end only, and a join that keeps rows without a match must
    read them all before it can sort.
    """
    column = page.column(state.sort.removeprefix("-"))
    if column is None:
        return [rows]
    names = _turned(state, column)
    field = names[0].removeprefix("-")
    if _is_always_there(rows.model, field):
        return [rows.order_by(*names)]
    empty = f"{field}__isnull"
    return [
        rows.filter(**{empty: False}).order_by(*names),
        rows.filter(**{empty: True}).order_by(*names[1:]),
    ]


def _is_always_there(model, name: str) -> bool:
    """Say so of a column of the table itself that cannot be empty."""
    return any(field.name == name and not field.null for field in model._meta.concrete_fields)


def direction(state: State, column: Column) -> str:
    """Return aria-sort of a column's head."""
    return {column.key: "ascending", f"-{column.key}": "descending"}.get(state.sort, "")


def _matches(word: str, page: ListPage) -> Q:
    condition = Q()
    for lookup in page.search:
        condition |= lookup(word) if callable(lookup) else _has(lookup, word)
    key = KEY.fullmatch(word)
    if page.key_prefix and key and (key[1] or page.key_prefix).upper() == page.key_prefix:
        condition |= Q(pk=int(key[2]))
    return condition


def _has(lookup: str, word: str) -> Q:
    field, _, how = lookup.rpartition("__")
    return having(field, word) if how == "icontains" else Q(**{lookup: word})


def _order(state: State, page: ListPage) -> list:
    column = page.column(state.sort.removeprefix("-"))
    if column is None:
        return list(page.order)
    names = _turned(state, column)
    return [_last_when_empty(names[0]), *names[1:]]


def _turned(state: State, column: Column) -> list[str]:
    """Return the fields of a column and the key, all turned round when its head says so."""
    names = [*column.order, "pk"]
    if not state.sort.startswith("-"):
        return names
    return [name[1:] if name.startswith("-") else f"-{name}" for name in names]


def _last_when_empty(name: str):
    """Rows without a value come last both ways."""
    expression = F(name.removeprefix("-"))
    if name.startswith("-"):
        return expression.desc(nulls_last=True)
    return expression.asc(nulls_last=True)


def _sort(raw: str, page: ListPage) -> str:
    column = page.column(raw.removeprefix("-"))
    return raw if column is not None and column.order else ""


def page_number(raw: str) -> int:
    """A page number; nobody reads past the thousandth page, and the database should not either."""
    return min(int(raw), LAST_PAGE) if re.fullmatch(r"0*[1-9][0-9]{0,8}", raw) else 1


def _size(raw: str, page: ListPage) -> int:
    sizes = {str(size): size for size in SIZES if size != page.per_page}
    return sizes.get(raw, 0)


def _clean(raw: str) -> str:
    return raw.replace("\x00", "").strip()

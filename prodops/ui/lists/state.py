"""What the address says about a list: read forgivingly, so that no address is an error."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q
from django.http import QueryDict

from prodops.ui.lists.definition import Column, Filter, ListPage

LONGEST_SEARCH = 200
MOST_WORDS = 8
LAST_PAGE = 1000
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
    """The search, filters, order and page that an address asks for."""

    q: str = ""
    chips: tuple[Chip, ...] = ()
    sort: str = ""
    number: int = 1
    ignored: tuple[str, ...] = field(default=())

    @property
    def is_narrowed(self) -> bool:
        return bool(self.q or self.chips)

    def query(self, **changes: Any) -> str:
        """Return the query string of this state with `changes`; None or "" drops a parameter."""
        values: dict[str, Any] = {chip.filter.key: chip.value for chip in self.chips}
        values |= {"q": self.q, "sort": self.sort}
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
        number=_number(params.get("page", "")),
        ignored=tuple(ignored),
    )


def options_of(each: Filter, user) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in each.options(user)]


def narrow(queryset, state: State, page: ListPage, user):
    """Return the rows the state's filters and search leave over, in its order."""
    for chip in state.chips:
        queryset = chip.filter.apply(queryset, chip.value, user)
    for word in state.q.split()[:MOST_WORDS]:
        queryset = queryset.filter(_matches(word, page))
    return queryset.order_by(*_order(state, page))


def direction(state: State, column: Column) -> str:
    """Return aria-sort of a column's head."""
    return {column.key: "ascending", f"-{column.key}": "descending"}.get(state.sort, "")


def _matches(word: str, page: ListPage) -> Q:
    condition = Q()
    for lookup in page.search:
        condition |= lookup(word) if callable(lookup) else Q(**{lookup: word})
    key = KEY.fullmatch(word)
    if page.key_prefix and key and (key[1] or page.key_prefix).upper() == page.key_prefix:
        condition |= Q(pk=int(key[2]))
    return condition


def _order(state: State, page: ListPage) -> list:
    column = page.column(state.sort.removeprefix("-"))
    if column is None:
        return list(page.order)
    is_descending = state.sort.startswith("-")
    order: list[Any] = [_ordered(name, is_descending) for name in column.order]
    return [*order, "-pk" if is_descending else "pk"]


def _ordered(name: str, is_descending: bool):
    """Rows without a value come last both ways."""
    if name.startswith("-"):
        name, is_descending = name[1:], not is_descending
    expression = F(name)
    return expression.desc(nulls_last=True) if is_descending else expression.asc(nulls_last=True)


def _sort(raw: str, page: ListPage) -> str:
    column = page.column(raw.removeprefix("-"))
    return raw if column is not None and column.order else ""


def _number(raw: str) -> int:
    """A page number; nobody reads past the thousandth page, and the database should not either."""
    return min(int(raw), LAST_PAGE) if re.fullmatch(r"0*[1-9][0-9]{0,8}", raw) else 1


def _clean(raw: str) -> str:
    return raw.replace("\x00", "").strip()

"""What a list page is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q


@dataclass(frozen=True)
class Column:
    """One column: `value` gives the CSV cell, `order` the fields a click on its head sorts by."""

    key: str
    label: str
    value: Callable[[Any], Any] = str
    order: tuple[str, ...] = ()
    numeric: bool = False


@dataclass(frozen=True)
class Filter:
    """A chip such as "Owner: me".

    `options(user)` gives (value, label) pairs, `apply(queryset, value, user)` narrows the rows;
    it is only called with a value that is among the options.
    """

    key: str
    label: str
    options: Callable[[Any], list[tuple[Any, str]]]
    apply: Callable[[Any, str, Any], Any]


@dataclass(frozen=True)
class BulkAct:
    """A button of the bulk bar; it posts the selection to `url_name` (see `selected`)."""

    name: str
    label: str
    url_name: str
    tone: str = ""


@dataclass(frozen=True)
class ListPage:
    """A list as its view describes it; `order` must end in the primary key.

    `search` holds lookups such as "title__icontains", or functions that make a Q of a word; what
    stands in other tables is better looked up first: `elsewhere(words)` gives a Q for each word.
    `exported` columns stand only in the CSV, after the others. `downloads` are further files of
    what the list shows, as (label, URL name); the view behind gets the list's own address.
    """

    slug: str
    title: str
    columns: tuple[Column, ...]
    row_template: str
    order: tuple[str, ...] = ("-pk",)
    filters: tuple[Filter, ...] = ()
    search: tuple[str | Callable[[str], Q], ...] = ()
    elsewhere: Callable[[list[str]], list[Q]] | None = None
    exported: tuple[Column, ...] = ()
    key_prefix: str = ""
    empty_title: str = "Nothing here yet"
    empty_text: str = ""
    empty_icon: str = "inbox"
    action: tuple[str, str] | None = None
    bulk: tuple[BulkAct, ...] = ()
    downloads: tuple[tuple[str, str], ...] = ()
    per_page: int = 25
    template: str = "lists/page.html"
    noun: str = "row"
    nouns: str = "rows"

    def column(self, key: str) -> Column | None:
        return next((column for column in self.columns if column.key == key), None)

    def filter(self, key: str) -> Filter | None:
        return next((each for each in self.filters if each.key == key), None)

"""List pages: search, filters, sort, pages, saved views, bulk acts and CSV over one queryset.

A view describes its list once as a `ListPage` and answers with `respond`.
"""

from prodops.ui.lists.definition import BulkAct, Column, Filter, ListPage
from prodops.ui.lists.page import respond
from prodops.ui.lists.selection import key_of, selected

__all__ = ["BulkAct", "Column", "Filter", "ListPage", "key_of", "respond", "selected"]

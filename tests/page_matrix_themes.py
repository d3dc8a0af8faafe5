"""Who gets what from the addresses of themes; see tests/page_matrix.py."""

from tests.page_signs import INSIDE_RECORD, INSIDERS, OPERATIONS, WORKERS, Row, pk


def week(world):
    return {"slug": "2026-W40"}


THEMES = {
    "intake:theming": Row(post=WORKERS),
    "intake:quoting": Row(get=WORKERS, post=WORKERS, keys=pk("request")),
    "intake:themes": Row(get=INSIDERS),
    "intake:new-theme": Row(get=WORKERS, post=WORKERS),
    "intake:theme": Row(get=INSIDE_RECORD, keys=pk("theme")),
    "intake:edit-theme": Row(get=WORKERS, post=WORKERS, keys=pk("theme")),
    "intake:theme-merge": Row(get=WORKERS, post=WORKERS, keys=pk("theme")),
    "intake:theme-unmerge": Row(post=WORKERS, keys=pk("theme")),
    "intake:theme-archive": Row(post=WORKERS, keys=pk("theme")),
    "intake:theme-return": Row(post=WORKERS, keys=pk("theme")),
    "intake:quotes": Row(get=INSIDERS),
    "intake:quote-removal": Row(post=WORKERS, keys=pk("theme_link")),
    "intake:quote-restoration": Row(post=WORKERS, keys=pk("theme_link")),
    "intake:quote-undo": Row(post=WORKERS, keys=pk("theme_link")),
    "intake:taxonomy": Row(get=INSIDERS),
    "intake:new-theme-group": Row(get=OPERATIONS, post=OPERATIONS),
    "intake:theme-group": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("theme_group")),
    "intake:theme-group-removal": Row(post=OPERATIONS, keys=pk("theme_group")),
    "intake:clusters": Row(get=INSIDERS),
    "intake:clustering": Row(post=WORKERS),
    "intake:cluster": Row(get=WORKERS, post=WORKERS, keys=pk("cluster")),
    "intake:cluster-dismissal": Row(post=WORKERS, keys=pk("cluster")),
    "intake:cluster-return": Row(post=WORKERS, keys=pk("cluster")),
    "intake:weeks": Row(get=INSIDERS),
    "intake:week": Row(get=INSIDERS, keys=week),
    "intake:week-mail": Row(get=OPERATIONS, keys=week),
}

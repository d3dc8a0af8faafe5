"""Who gets what from the addresses of milestones, changes and the close; see page_matrix.py."""

from tests.page_signs import INSIDE_RECORD, OPERATIONS, WORKERS, Row, pk

CYCLES = {
    "planning:changes": Row(get=INSIDE_RECORD, keys=pk("committed")),
    "planning:scores-since": Row(get=INSIDE_RECORD, keys=pk("committed")),
    "planning:capacity-since": Row(get=INSIDE_RECORD, keys=pk("committed")),
    "planning:close": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("committed")),
    "planning:kick-off": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("cycle")),
    "planning:kind": Row(get=WORKERS, post=WORKERS, keys=pk("held")),
    "planning:milestones": Row(get=INSIDE_RECORD, keys=pk("cycle")),
    "planning:new-milestone": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("cycle")),
    "planning:milestone": Row(get=WORKERS, post=WORKERS, keys=pk("milestone")),
    "planning:milestone-done": Row(post=WORKERS, keys=pk("milestone")),
    "planning:milestone-reopening": Row(post=WORKERS, keys=pk("milestone")),
    "planning:milestone-cancellation": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("milestone")),
}

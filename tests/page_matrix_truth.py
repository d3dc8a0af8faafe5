"""Who gets what from the truth check and the cadence of initiatives; see tests/page_matrix.py."""

from tests.page_signs import INSIDE_RECORD, OPERATIONS, WORKERS, Row, pk

TRUTH = {
    "planning:truth": Row(get=INSIDE_RECORD, keys=pk("initiative")),
    "planning:truth-answer": Row(get=WORKERS, post=WORKERS, keys=pk("initiative")),
    "planning:pause": Row(get=WORKERS, post=WORKERS, keys=pk("initiative")),
    "planning:resumption": Row(post=WORKERS, keys=pk("initiative")),
    "planning:cadence": Row(get=WORKERS, post=WORKERS, keys=pk("initiative")),
    "planning:overdue": Row(get=WORKERS),
    "planning:overdue-snooze": Row(post=WORKERS),
    "planning:overdue-step": Row(post=WORKERS, keys=lambda _: {"kind": "update", "pk": 1}),
    "planning:default-cadence": Row(get=OPERATIONS, post=OPERATIONS),
}

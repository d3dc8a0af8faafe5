"""Who gets what from cycles, initiatives and decisions; see tests/page_matrix.py."""

from tests.page_signs import INSIDE_RECORD, INSIDERS, OPERATIONS, WORKERS, Row, pk

PLANNING = {
    "planning:cycles": Row(get=INSIDERS),
    "planning:new-cycle": Row(get=OPERATIONS, post=OPERATIONS),
    "planning:cycle": Row(get=INSIDE_RECORD, keys=pk("cycle")),
    "planning:phase": Row(post=OPERATIONS, keys=pk("cycle")),
    "planning:commit": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("cycle")),
    "planning:planned-values": Row(get=WORKERS, post=WORKERS, keys=pk("cycle")),
    "planning:actual-values": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("cycle")),
    "planning:plan": Row(get=WORKERS, post=WORKERS, keys=pk("cycle")),
    "planning:drop": Row(get=WORKERS, post=WORKERS, keys=pk("commitment")),
    "planning:initiatives": Row(get=INSIDERS),
    "planning:new-initiative": Row(get=WORKERS, post=WORKERS),
    "planning:initiative": Row(get=INSIDE_RECORD, keys=pk("initiative")),
    "planning:edit": Row(get=WORKERS, post=WORKERS, keys=pk("initiative")),
    "planning:report": Row(get=WORKERS, post=WORKERS, keys=pk("initiative")),
    "planning:stage": Row(get=WORKERS, post=WORKERS, keys=pk("initiative")),
    "planning:target": Row(get=WORKERS, post=WORKERS, keys=pk("initiative")),
    "planning:schedule": Row(get=WORKERS, post=WORKERS, keys=pk("initiative")),
    "planning:epics": Row(get=WORKERS, post=WORKERS, keys=pk("initiative")),
    "planning:epic-removal": Row(post=WORKERS, keys=pk("epic_link")),
    "planning:new-epic": Row(get=WORKERS, post=WORKERS, keys=pk("initiative")),
    "planning:link-back": Row(get=WORKERS, post=WORKERS, keys=pk("epic_link")),
    "planning:release": Row(post=WORKERS, keys=pk("adoption")),
    "planning:adopt": Row(get=WORKERS, post=WORKERS, keys=pk("accepted")),
    "planning:decisions": Row(get=INSIDERS),
    "planning:new-decision": Row(get=WORKERS, post=WORKERS),
    "planning:decision": Row(get=INSIDE_RECORD, keys=pk("decision")),
    "planning:decide": Row(get=WORKERS, post=WORKERS, keys=pk("decision")),
}

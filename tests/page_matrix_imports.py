"""The rows of tests/page_matrix.py for imports and support tickets."""

from tests.page_signs import INSIDE_RECORD, INSIDERS, OPERATIONS, WORKERS, Row, pk

IMPORTS = {
    "intake:imports": Row(get=OPERATIONS),
    "intake:new-import": Row(get=OPERATIONS, post=OPERATIONS),
    "intake:import": Row(get=OPERATIONS, keys=pk("importing")),
    "intake:import-mapping": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("importing")),
    "intake:import-run": Row(post=OPERATIONS, keys=pk("importing")),
    "intake:import-problems": Row(get=OPERATIONS, keys=pk("importing")),
    "intake:import-wrong-rows": Row(get=OPERATIONS, keys=pk("importing")),
    "intake:import-undoing": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("importing")),
    "intake:tickets": Row(get=INSIDERS),
    "intake:ticket-tagging": Row(post=WORKERS),
    "intake:ticket-attaching": Row(post=WORKERS),
    "intake:ticket": Row(get=INSIDE_RECORD, keys=pk("ticket")),
    "intake:ticket-request": Row(get=WORKERS, post=WORKERS, keys=pk("ticket")),
    "intake:ticket-detaching": Row(post=WORKERS, keys=pk("ticket_link")),
    "intake:ticket-untheming": Row(post=WORKERS),
    "intake:ticket-quoting": Row(get=WORKERS, post=WORKERS, keys=pk("ticket")),
    "intake:ticket-rules": Row(get=INSIDERS),
    "intake:new-ticket-rule": Row(get=OPERATIONS, post=OPERATIONS),
    "intake:ticket-rules-use": Row(post=OPERATIONS),
    "intake:ticket-rule": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("ticket_rule")),
    "intake:ticket-rule-removal": Row(post=OPERATIONS, keys=pk("ticket_rule")),
}

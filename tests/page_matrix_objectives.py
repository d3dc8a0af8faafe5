"""Who gets what from the addresses of objectives; see tests/page_matrix.py."""

from tests.page_signs import INSIDE_RECORD, INSIDERS, OPERATIONS, WORKERS, Row, pk

OBJECTIVES = {
    "planning:objectives": Row(get=INSIDERS),
    "planning:cycle-objectives": Row(get=INSIDE_RECORD, keys=pk("cycle")),
    "planning:new-objective": Row(get=WORKERS, post=WORKERS),
    "planning:objective": Row(get=INSIDE_RECORD, keys=pk("objective")),
    "planning:edit-objective": Row(get=WORKERS, post=WORKERS, keys=pk("objective")),
    "planning:objective-activation": Row(post=WORKERS, keys=pk("objective")),
    "planning:close-objective": Row(get=WORKERS, post=WORKERS, keys=pk("objective")),
    "planning:objective-removal": Row(get=WORKERS, post=WORKERS, keys=pk("objective")),
    "planning:objective-reopening": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("objective")),
    "planning:new-key-result": Row(get=WORKERS, post=WORKERS, keys=pk("objective")),
    "planning:key-results": Row(get=INSIDERS),
    "planning:key-result": Row(get=INSIDE_RECORD, keys=pk("key_result")),
    "planning:edit-key-result": Row(get=WORKERS, post=WORKERS, keys=pk("key_result")),
    "planning:drop-key-result": Row(get=WORKERS, post=WORKERS, keys=pk("key_result")),
    "planning:check-in": Row(get=WORKERS, post=WORKERS, keys=pk("key_result")),
    "planning:check-ins": Row(get=INSIDERS),
    "planning:initiative-key-results": Row(
        get=INSIDE_RECORD, post=">44++3+", keys=pk("initiative")
    ),
    "planning:key-result-link-removal": Row(post=WORKERS, keys=pk("key_result_link")),
    "planning:jira-queries": Row(get=INSIDE_RECORD, post=">44++3+", keys=pk("initiative")),
    "planning:jira-query-removal": Row(post=WORKERS, keys=pk("jira_query")),
    "planning:risks": Row(get=INSIDE_RECORD, post=">44++3+", keys=pk("initiative")),
    "planning:edit-risk": Row(get=WORKERS, post=WORKERS, keys=pk("risk")),
    "planning:close-risk": Row(get=WORKERS, post=WORKERS, keys=pk("risk")),
    "planning:reopen-risk": Row(post=WORKERS, keys=pk("risk")),
    "reporting:key-result-metric": Row(get=WORKERS, post=WORKERS, keys=pk("key_result")),
}

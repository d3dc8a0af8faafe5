"""Who gets what from dependencies and what is new of decisions; see tests/page_matrix.py.

The world's contributor asked for its dependency, and nobody there but operations gives it.
"""

from tests.page_signs import INSIDE_RECORD, INSIDERS, OPERATIONS, WORKERS, Row, pk

GIVING = ("commitment", "counter-offer", "delivery", "move", "refusal")
ASKING = ("acceptance", "other-terms", "confirmation", "dispute", "withdrawal", "renewal")

DEPENDENCIES = {
    "planning:dependencies": Row(get=INSIDERS),
    "planning:new-dependency": Row(get=WORKERS, post=WORKERS),
    "planning:dependency-matrix": Row(get=INSIDERS),
    "planning:dependency": Row(get=INSIDE_RECORD, keys=pk("dependency")),
    **{
        f"planning:dependency-{step}": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("dependency"))
        for step in GIVING
    },
    **{
        f"planning:dependency-{step}": Row(get=WORKERS, post=WORKERS, keys=pk("dependency"))
        for step in ASKING
    },
    "planning:initiative-dependencies": Row(get=INSIDE_RECORD, keys=pk("initiative")),
    "planning:cycle-dependencies": Row(get=INSIDE_RECORD, keys=pk("cycle")),
    "planning:similar-decisions": Row(get=INSIDERS, post=INSIDERS),
    "planning:request-decisions": Row(get=INSIDERS, keys=pk("accepted")),
    "planning:decision-log": Row(get=INSIDERS),
    "planning:decision-review": Row(get=WORKERS, post=WORKERS, keys=pk("decision")),
    "planning:decision-export": Row(get=INSIDE_RECORD, keys=pk("decision")),
}

"""Who gets what from the truth check of initiatives; see tests/page_matrix.py."""

from tests.page_signs import INSIDE_RECORD, Row, pk

TRUTH = {
    "planning:truth": Row(get=INSIDE_RECORD, keys=pk("initiative")),
}

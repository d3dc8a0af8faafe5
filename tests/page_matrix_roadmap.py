"""Who gets what from the addresses of the roadmap; see tests/page_matrix.py."""

from tests.page_signs import INSIDE_RECORD, INSIDERS, PUBLIC, WORKERS, Row, pk

ROADMAP = {
    "planning:roadmap": Row(get=INSIDERS),
    "planning:roadmap-timeline": Row(get=INSIDERS),
    "planning:roadmap-links": Row(get=INSIDERS, post=WORKERS),
    "planning:roadmap-link-revocation": Row(post=">334+3+", keys=pk("roadmap_link")),
    "planning:shared-roadmap": Row(
        get=PUBLIC, post="5555555", keys=lambda world: {"secret": world.roadmap_secret}
    ),
    "planning:roadmap-move": Row(post=WORKERS, keys=pk("initiative")),
    "planning:roadmap-wording": Row(get=INSIDE_RECORD, post=">44++3+", keys=pk("initiative")),
    "launches:outcomes": Row(get=INSIDERS),
}

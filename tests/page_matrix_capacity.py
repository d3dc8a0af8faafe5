"""Who gets what from capacity, scenarios and the investment mix; see tests/page_matrix.py."""

from tests.page_signs import INSIDE_RECORD, INSIDERS, OPERATIONS, WORKERS, Row, pk


def team(world):
    return {"pk": world.cycle.pk, "slug": world.team.slug}


# anonymous, requester, outsider, contributor, ops, executive, admin
OF_ONES_OWN_OR_ALL = ">33++4+"
OF_A_TEAM_ONE_LEADS = ">334+4+"

CAPACITY = {
    "planning:absences": Row(get=INSIDERS),
    "planning:new-absence": Row(get=INSIDERS, post=INSIDERS),
    "planning:absence": Row(get=OF_ONES_OWN_OR_ALL, post=OF_ONES_OWN_OR_ALL, keys=pk("absence")),
    "planning:absence-removal": Row(post=OF_ONES_OWN_OR_ALL, keys=pk("absence")),
    "planning:membership": Row(
        get=OF_A_TEAM_ONE_LEADS, post=OF_A_TEAM_ONE_LEADS, keys=pk("membership")
    ),
    "planning:capacity": Row(get=INSIDERS, post=WORKERS, keys=pk("cycle")),
    "planning:capacity-cell": Row(post=WORKERS, keys=pk("cycle")),
    "planning:capacity-file": Row(get=WORKERS, post=WORKERS, keys=pk("cycle")),
    "planning:capacity-file-changes": Row(post=WORKERS, keys=pk("cycle")),
    "planning:team-capacity": Row(get=INSIDERS, post=WORKERS, keys=team),
    "planning:investment-categories": Row(get=INSIDERS),
    "planning:new-investment-category": Row(get=OPERATIONS, post=OPERATIONS),
    "planning:investment-category": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("category")),
    "planning:investment-category-move": Row(post=OPERATIONS, keys=pk("category")),
    "planning:investment-category-retirement": Row(post=OPERATIONS, keys=pk("category")),
    "planning:initiative-category": Row(get=WORKERS, post=WORKERS, keys=pk("initiative")),
    "planning:mix": Row(get=INSIDERS, keys=pk("cycle")),
    "planning:mix-targets": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("cycle")),
    "planning:mix-categories": Row(get=WORKERS, post=WORKERS, keys=pk("cycle")),
    "planning:scenarios": Row(get=INSIDERS, post=WORKERS, keys=pk("cycle")),
    "planning:comparison": Row(get=INSIDERS, keys=pk("cycle")),
    "planning:priorities": Row(get=INSIDERS, keys=pk("cycle")),
    "planning:scenario": Row(get=INSIDE_RECORD, keys=pk("scenario")),
    "planning:scenario-items": Row(post=WORKERS, keys=pk("scenario")),
    "planning:scenario-adoption": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("scenario")),
    "planning:scenario-archival": Row(post=WORKERS, keys=pk("scenario")),
    "planning:scenario-item": Row(get=WORKERS, post=WORKERS, keys=pk("scenario_item")),
    "planning:scenario-item-removal": Row(post=WORKERS, keys=pk("scenario_item")),
}

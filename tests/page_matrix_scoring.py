"""Who gets what from the addresses of scores; see tests/page_matrix.py."""

from tests.page_signs import INSIDE_RECORD, INSIDERS, OPERATIONS, WORKERS, Row, pk


def running(world):
    """Lead to one initiative in the running of the cycle."""
    return {"pk": world.cycle.pk, "initiative": world.initiative.pk}


SCORING = {
    "planning:scores": Row(get=INSIDE_RECORD, keys=pk("cycle")),
    "planning:score-sheet": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("cycle")),
    "planning:candidates": Row(get=WORKERS, post=WORKERS, keys=pk("cycle")),
    "planning:ranking-keeping": Row(post=WORKERS, keys=pk("cycle")),
    "planning:sensitivity": Row(get=INSIDE_RECORD, keys=pk("cycle")),
    "planning:score-input": Row(
        get=WORKERS, post=WORKERS, keys=lambda world: {**running(world), "name": "impact"}
    ),
    "planning:rank-override": Row(get=WORKERS, post=WORKERS, keys=running),
    "planning:candidate-removal": Row(post=WORKERS, keys=running),
    "planning:rank-override-end": Row(post=WORKERS, keys=pk("rank_override")),
    "planning:ranking": Row(get=INSIDE_RECORD, keys=pk("ranking")),
    "planning:initiative-score": Row(get=INSIDE_RECORD, keys=pk("initiative")),
    "planning:scoring-models": Row(get=INSIDERS),
    "planning:new-scoring-model": Row(get=OPERATIONS, post=OPERATIONS),
    "planning:scoring-preview": Row(post=OPERATIONS),
    "planning:scoring-model": Row(get=INSIDE_RECORD, keys=pk("scoring_model")),
    "planning:edit-scoring-model": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("scoring_model")),
    "planning:scoring-archive": Row(post=OPERATIONS, keys=pk("scoring_model")),
    "planning:new-scoring-session": Row(get=WORKERS, post=WORKERS, keys=pk("cycle")),
    "planning:scoring-session": Row(get=INSIDE_RECORD, keys=pk("scoring_session")),
    "planning:scoring-joining": Row(post=WORKERS, keys=pk("scoring_session")),
    "planning:scoring-members": Row(get=OPERATIONS, post=OPERATIONS, keys=pk("scoring_session")),
    "planning:scoring-leaving": Row(post=WORKERS, keys=pk("scoring_session")),
    "planning:scoring-closing": Row(post=OPERATIONS, keys=pk("scoring_session")),
    "planning:scoring-round": Row(get=INSIDE_RECORD, keys=pk("scoring_round")),
    "planning:scoring-turnout": Row(get=INSIDE_RECORD, keys=pk("scoring_round")),
    "planning:scoring-ballot": Row(post=WORKERS, keys=pk("scoring_round")),
    "planning:scoring-reveal": Row(post=OPERATIONS, keys=pk("scoring_round")),
    "planning:scoring-again": Row(post=OPERATIONS, keys=pk("scoring_round")),
    "planning:scoring-agreement": Row(post=OPERATIONS, keys=pk("scoring_round")),
}

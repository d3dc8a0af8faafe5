"""Looks at Jira without Jira: `check(initiative, done=3, total=10, p85="2026-12-01")`."""

from datetime import datetime, timedelta

from planning.models.simulation import Pace
from planning.models.truth_facts import TruthFacts
from planning.services import truth

STEADY = (1, 1, 1, 1, 1, 0, 0) * 12 + (1, 1, 1, 1, 1, 0)


def facts(*, total=10, done=3, days=None, finished=STEADY, share=1.0, **fields):
    """Return what a look found; with `days`, every issue left takes so many, one after another."""
    left = total - done
    pace = Pace(team="Team", remaining=left, finished=tuple(finished), share=share)
    if days is not None:
        pace = Pace(team="Team", remaining=left, days_each=days / left if left else None)
    gaps = {} if pace.is_known else {"no_throughput": "Team"}
    return TruthFacts(
        **{
            "total": total,
            "done": done,
            "started": min(left, 2),
            "paces": (pace,) if left else (),
            "gaps": gaps,
            **fields,
        }
    )


def check(initiative, *, at: datetime, **fields):
    """Look at an initiative; `days` is in how many days all its issues are done."""
    return truth.keep_check(initiative=initiative, facts=facts(**fields), at=at)


def weeks(initiative, *, at: datetime, count: int, **fields):
    """Look at an initiative once a week, the last time at `at`."""
    moments = [at - timedelta(weeks=back) for back in reversed(range(count))]
    return [check(initiative, at=moment, **fields) for moment in moments]

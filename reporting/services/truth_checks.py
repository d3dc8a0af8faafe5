"""Look at Jira for every active initiative: weekly, and after a sync that moved its issues."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from planning.models import Initiative, TruthCheck
from planning.services import truth
from reporting.metrics.evidence import select
from reporting.services import truth_queries
from reporting.services.truth_facts import active_initiatives, gather


def check_due(*, at: datetime) -> int:
    """Look at the initiatives whose week has no look yet or whose issues moved; return how many.

    Running it twice, or two workers at once, leaves one row a week and one a day.
    """
    wanted = due(at=at)
    truth.forget_old(at=at)
    return len(check(Initiative.objects.filter(pk__in=wanted), at=at)) if wanted else 0


def due(*, at: datetime) -> list[int]:
    """Return the initiatives to look at: not yet this week, or Jira has changed since.

    One of which nothing could be said is looked at once more when its target is over.
    """
    today = timezone.localdate(at, timezone.get_default_timezone())
    active = list(active_initiatives().values_list("pk", flat=True))
    monday = today - timedelta(days=today.weekday())
    given = {"initiatives": active, "monday": monday, "today": today}
    return [row[0] for row in select(truth_queries.DUE, given)]


def check(initiatives: Iterable[Initiative], *, at: datetime) -> list[TruthCheck]:
    """Look at these initiatives as things stood at `at`, and keep what is found of each."""
    rows = list(initiatives)
    facts = gather(rows, at=at)
    return [truth.keep_check(initiative=one, facts=facts[one.pk], at=at) for one in rows]

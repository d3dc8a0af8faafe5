"""Until when we acknowledge and answer, in the business time of the team that owns the request.

`clock_ran` is the business time that ran until `clock_at`; a due moment is what is left of its
promise, laid out from there on the calendar of the team that owns the request now. So hours that
ran stay run when another team takes over, and a pause leaves what is left as it was. A clock stops
for good when what it waits for happens, and a moment that has passed stays unless the promise
itself grows.
"""

from datetime import datetime, timedelta

from intake.models import ProductRequest

HOUR = timedelta(hours=1)


def start_clocks(product_request: ProductRequest) -> None:
    """Begin both clocks of a new request on the instance (not saved)."""
    product_request.clock_at = product_request.submitted_at
    product_request.clock_ran = timedelta()
    set_promise(product_request)
    set_due(product_request)


def count(product_request: ProductRequest, at: datetime) -> None:
    """Write down on the instance what has run until `at`; nothing runs while we wait.

    Call it before whatever changes how the clock runs: team, state, kind, priority.
    """
    if at <= product_request.clock_at:
        return
    if not product_request.paused_since:
        ran = product_request.calendar().hours_between(product_request.clock_at, at)
        product_request.clock_ran += ran * HOUR
    product_request.clock_at = at
    set_due(product_request)


def skip(product_request: ProductRequest, since: datetime, at: datetime) -> None:
    """Let the time from `since` to `at` not count: the request was part of another then."""
    count(product_request, since)
    product_request.clock_at = max(at, product_request.clock_at)
    set_due(product_request)


def restart(product_request: ProductRequest, at: datetime) -> None:
    """Promise an answer anew, from `at` on: the first one was given, and taken back."""
    product_request.clock_at = at
    product_request.clock_ran = timedelta()
    set_promise(product_request)
    set_due(product_request)


def set_promise(product_request: ProductRequest) -> None:
    """Promise what kind and priority say now, for the clocks that run."""
    acknowledge, product_request.answer_hours = product_request.kind.promise(
        product_request.priority
    )
    if not product_request.triaged_at:
        product_request.acknowledge_hours = acknowledge


def set_due(product_request: ProductRequest) -> None:
    """Lay out what is left of each promise whose clock runs; one used up is due at once."""
    calendar, now = product_request.calendar(), product_request.clock_at
    for phase in _running(product_request):
        due_at = getattr(product_request, f"{phase}_due_at")
        left = getattr(product_request, f"{phase}_hours") * HOUR - product_request.clock_ran
        if left > timedelta():
            due_at = calendar.add_hours(now, left / HOUR)
        elif due_at is None or due_at > now:
            due_at = now
        setattr(product_request, f"{phase}_due_at", due_at)


def _running(product_request: ProductRequest) -> tuple[str, ...]:
    return ("answer",) if product_request.triaged_at else ("acknowledge", "answer")

"""The circuit breaker of a connection: after some failures in a row it is left alone for a while.

Closed, calls go through. Open, nothing calls until `probe_at`; each failed try doubles the pause.
Half open, the run that tries is the only caller: its end decides.
"""

from datetime import datetime, timedelta

from prodops.integrations.models import Connection

FAILURES_TO_OPEN = 3
LONGEST_PAUSE = timedelta(hours=4)

Breaker = Connection.Breaker


def after_failure(connection: Connection, *, is_final: bool, at: datetime) -> dict[str, object]:
    """Return the fields that say so after one more failed run.

    A final failure, such as a refused login, opens it at once: trying on may lock the account.
    """
    failures = connection.failures + 1
    was_tried = connection.breaker != Breaker.CLOSED
    if not (is_final or was_tried or failures >= FAILURES_TO_OPEN):
        return {"failures": failures}
    pause = pause_after(failures, timedelta(minutes=connection.interval_minutes))
    return {"failures": failures, "breaker": Breaker.OPEN, "probe_at": at + pause}


def pause_after(failures: int, interval: timedelta) -> timedelta:
    """Return the interval, doubled for each failure past those that opened it, four hours at most.

    An interval that is longer by itself stays as it is.
    """
    doublings = min(max(failures - FAILURES_TO_OPEN, 0), 12)
    return max(interval, min(interval * 2**doublings, LONGEST_PAUSE))


def begin(connection: Connection) -> None:
    """A run begins: with the breaker open, it is the one that tries."""
    Connection.objects.filter(pk=connection.pk, breaker=Breaker.OPEN).update(
        breaker=Breaker.HALF_OPEN, probe_at=None
    )


CLOSED = {"failures": 0, "breaker": Breaker.CLOSED, "probe_at": None}

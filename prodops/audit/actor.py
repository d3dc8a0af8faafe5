"""Tells the database who is acting, for the triggers that write the change history."""

from contextlib import contextmanager

from django.db import connection
from psycopg.pq import TransactionStatus

SWAP = """
    SELECT current_setting('hub.actor', true), current_setting('hub.via', true),
           set_config('hub.actor', %s, false), set_config('hub.via', %s, false)
"""


@contextmanager
def acting(*, by=None, via):
    """Name `by` (a person or None) and `via` (a `Change.Via`) as the origin of all changes inside.

    The names sit on the database connection and are taken back at the end, also after an error,
    because the connection outlives the request. Nested use gives the outer names back.
    """
    before = _swap(str(by.pk) if by is not None and by.pk else "", str(via))
    try:
        yield
    finally:
        if not _will_roll_back():
            _swap(*before)


def _swap(actor, via):
    with connection.cursor() as cursor:
        cursor.execute(SWAP, [actor, via])
        actor_before, via_before, *_ = cursor.fetchone()
    return actor_before or "", via_before or ""


def _will_roll_back():
    """A failed transaction takes no statement any more, and its rollback restores the names."""
    if connection.connection is None or connection.connection.closed:
        return True
    return connection.connection.info.transaction_status == TransactionStatus.INERROR

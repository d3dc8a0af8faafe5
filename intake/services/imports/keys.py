"""Primary keys before their rows, so that a thread can carry the key of its record at once."""

from typing import Any

from django.db import connection


def next_keys(model: type[Any], count: int) -> list[int]:
    """Take `count` primary keys of a table from its sequence."""
    statement = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(statement, [model._meta.db_table, count])
        return [key for (key,) in cursor.fetchall()]

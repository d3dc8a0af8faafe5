"""Copies rows of a table inside Postgres, with what refers to them kept together."""

from functools import partial

STRIDE = 1_000_000

COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
ORDER BY ordinal_position
"""

SEQUENCES = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = 'public' AND is_identity = 'YES' AND data_type IN ('bigint', 'integer')
"""


def For(cursor, copies: str):
    """Return `copy` for one list of copies."""
    return partial(copy, cursor, copies=copies)


def copy(cursor, table, link, *, copies, by="row", moved=(), **columns) -> int:
    """Copy each row of `table` whose `link` is in `copies`, and return how many were made.

    `copies` holds `row`, the copy's number `n` and, for tables with moments, the `shift` into the
    past. Columns in `moved` count up by STRIDE a copy; `columns` gives others as SQL.
    """
    cursor.execute(COLUMNS, [table])
    found = dict(cursor.fetchall())
    values = [_value(name, kind, moved, columns) for name, kind in found.items()]
    names = ", ".join(f'"{name}"' for name in found)
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} "
        f"FROM {table} old JOIN {copies} copy ON copy.{by} = old.{link} WHERE old.id < {STRIDE}"
    )
    return cursor.rowcount


def reset_sequences(cursor) -> None:
    """Let the next rows come after the copied ones."""
    cursor.execute(SEQUENCES)
    for table, column in cursor.fetchall():
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'), "
            f'greatest(max("{column}"), 1)) FROM "{table}"'
        )


def _value(name: str, kind: str, moved: tuple[str, ...], columns: dict[str, str]) -> str:
    if name in columns:
        return columns[name]
    if name in moved:
        return f'old."{name}" + n * {STRIDE}'
    if kind == "timestamp with time zone":
        return f'old."{name}" - copy.shift'
    return f'old."{name}"'

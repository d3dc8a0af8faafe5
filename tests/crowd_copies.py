"""Many rows like one, for tests/crowd.py."""

import itertools

from django.db import models

NUMBERS = itertools.count(1)


def copies(of, number, /, **changes):
    """Make `number` more rows like `of` in one statement and return them.

    A change is a value for all, a list with one for each, or a function of the row's number.
    """
    kept = {field.attname: getattr(of, field.attname) for field in of._meta.concrete_fields}
    del kept[of._meta.pk.attname]
    for field in of._meta.concrete_fields:
        if field.unique and isinstance(field, models.CharField) and field.name not in changes:
            changes[field.name] = lambda n, value=kept[field.attname]: f"{n}-{value}"
        if field.name == "thread" and field.unique:
            changes["thread"] = copies(of.thread, number)
    rows = [type(of)(**kept) for _ in range(number)]
    for place, row in enumerate(rows):
        n = next(NUMBERS)
        for name, change in changes.items():
            value = change(n) if callable(change) else change
            setattr(row, name, value[place] if isinstance(value, list) else value)
    return type(of).objects.bulk_create(rows)

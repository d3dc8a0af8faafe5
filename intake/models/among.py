"""A condition on many rows that an index can still serve beside others."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Func


class Among(Func):
    """`field = ANY (ARRAY (rows))`: the field is one of the values that `rows` gives.

    It says what `field__in=rows` says. But `a OR b IN (subquery)` makes Postgres try every row of
    the table, while this runs the subquery once and looks each side of the OR up in its index.
    """

    arg_joiner = " = ANY ("
    template = "%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, field, rows):
        super().__init__(field, ArraySubquery(rows))

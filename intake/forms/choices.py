"""What the selects of sorting offer, read in one statement however many there are."""

from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import CharField, IntegerField, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from intake.models import RequestKind
from prodops.people.models import Team, User

COLUMNS = ("pk", "text", "other_text", "number")


class Choice(NamedTuple):
    """One option: its key, how it reads, and its slug where addresses name it."""

    pk: int
    name: str
    slug: str = ""


def read_choices(
    rows: Mapping[str, QuerySet], also: Mapping[str, QuerySet] | None = None
) -> dict[str, list[Choice]]:
    """Return field → what it offers, in the order people read: kinds by place, others by name.

    `also` are rows of a key, two texts and a number, read in the same statement under their names.
    """
    parts = [_columns(field, each) for field, each in rows.items()]
    extra = also or {}
    parts += [each.values_list(_text(name), *COLUMNS) for name, each in extra.items()]
    read: dict[str, list[tuple[int, str, Choice]]] = {field: [] for field in [*rows, *extra]}
    for field, pk, name, slug, place in parts[0].union(*parts[1:], all=True):
        read[field].append((place, name.casefold(), Choice(pk, name, slug)))
    return {field: [choice for *_, choice in sorted(found)] for field, found in read.items()}


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


def _columns(field: str, rows: QuerySet) -> QuerySet:
    text = CharField()
    name = (
        Coalesce(NullIf("name", Value("")), "email") if rows.model is User else Cast("name", text)
    )
    slug = Cast("slug", text) if rows.model is Team else _text("")
    place = (
        Cast("position", IntegerField())
        if rows.model is RequestKind
        else Value(0, output_field=IntegerField())
    )
    return rows.order_by().values_list(_text(field), "pk", Cast(name, text), slug, place)

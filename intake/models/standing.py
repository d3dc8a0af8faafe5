"""What a theme weighs: how often it was asked for, by how many, and what is at stake."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Func, Value
from django.db.models.functions import JSONObject

from intake.models import trend


class ThemeStanding(models.Model):
    """A database view: one row a theme, told by its live links; spam speaks for nothing.

    A voice is one person for one account. A ticket gives its account a voice where the account
    has none by a request, so no account counts twice, and `arr` holds each account once.
    """

    theme = models.OneToOneField(
        "intake.Theme", models.DO_NOTHING, primary_key=True, related_name="weight"
    )
    asked = ArrayField(models.DateTimeField(), help_text="When each of its requests was asked.")
    told = ArrayField(
        models.DateTimeField(),
        help_text="When each of its tickets was opened that is no evidence for one of these.",
    )
    tickets = models.PositiveIntegerField()
    voices = models.PositiveIntegerField()
    arr = models.DecimalField(max_digits=14, decimal_places=2, help_text="Of what is not out yet.")
    quoted_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "intake_themestanding"

    def __str__(self):
        return f"How {self.theme_id} stands"


AS_JSON = JSONObject(
    **{name: name for name in ("asked", "told", "tickets", "voices", "arr", "quoted_at")}
)


def count_between(*arrays: str, after: datetime | None, until: datetime, bounds: str = "(]"):
    """Return an expression: how many moments of these arrays lie between the two."""
    span = Value(DateTimeTZRange(after, until, bounds), DateTimeRangeField())
    counts = [
        Func(
            name,
            span,
            template="(SELECT COUNT(*)::integer FROM unnest(%(expressions)s))",
            arg_joiner=") AS moment WHERE moment <@ (",
            output_field=models.IntegerField(),
        )
        for name in arrays
    ]
    return sum(counts[1:], counts[0])


@dataclass(frozen=True)
class Standing:
    """What one theme weighs `at` a moment.

    `recent` and `before` count what was asked in the last 13 weeks and in the 13 before: requests,
    and tickets that are evidence for none of them. `moments` holds all of these.
    """

    at: datetime
    requests: int
    tickets: int
    voices: int
    arr: Decimal
    recent: int
    before: int
    quoted_at: datetime | None
    moments: tuple[datetime, ...]

    @classmethod
    def read(cls, row: Mapping[str, Any], at: datetime) -> "Standing":
        """Read what `AS_JSON` gives."""
        asked, told = (_moments(row[name], at) for name in ("asked", "told"))
        moments, since = (*asked, *told), at - trend.QUARTER
        recent = sum(moment > since for moment in moments)
        before = sum(since - trend.QUARTER < moment <= since for moment in moments)
        quoted_at = row["quoted_at"] and datetime.fromisoformat(row["quoted_at"])
        return cls(
            at=at,
            requests=len(asked),
            tickets=row["tickets"],
            voices=row["voices"],
            arr=Decimal(str(row["arr"])),
            recent=recent,
            before=before,
            quoted_at=quoted_at,
            moments=moments,
        )

    @property
    def growth(self) -> int:
        return self.recent - self.before

    @property
    def trend(self) -> trend.Trend:
        """Return the last twelve months."""
        begins = trend.beginning(self.at)
        return trend.draw([moment for moment in self.moments if moment >= begins], self.at)


def _moments(texts: list[str], at: datetime) -> list[datetime]:
    moments = (datetime.fromisoformat(text) for text in texts)
    return [moment for moment in moments if moment <= at]

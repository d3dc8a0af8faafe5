"""A plan as a picture: what is in it, who works on it, what is assumed; two can be compared."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from planning.models.initiative import target_words
from planning.models.people_weeks import plain


@dataclass(frozen=True)
class Placed:
    """How an initiative stands in a plan."""

    kind: str
    target_on: date | None
    target_precision: str

    @property
    def target_words(self) -> str:
        return target_words(self.target_on, self.target_precision) if self.target_on else "no date"

    @property
    def target(self) -> tuple[date | None, str]:
        """The date and how precise it is meant; of no date all are alike."""
        return self.target_on, self.target_precision if self.target_on else ""


@dataclass(frozen=True)
class Given:
    """The people-weeks of one team for one initiative."""

    weeks: Decimal
    months: tuple[Decimal, ...] | None = None


@dataclass(frozen=True)
class Assumed:
    """What is assumed about a team's time."""

    run_share: int
    adjustment: Decimal
    note: str = ""


@dataclass
class PlanPicture:
    """A plan by the primary keys of its initiatives and teams."""

    items: dict[int, Placed] = field(default_factory=dict)
    weeks: dict[tuple[int, int], Given] = field(default_factory=dict)
    teams: dict[int, Assumed] = field(default_factory=dict)

    def as_json(self) -> dict:
        """Return it as plain lists, in an order of its own, so that equal plans are equal."""
        return {
            "items": [
                [
                    pk,
                    each.kind,
                    each.target_on and each.target_on.isoformat(),
                    each.target_precision,
                ]
                for pk, each in sorted(self.items.items())
            ],
            "weeks": [
                [*pair, plain(each.weeks), each.months and [plain(month) for month in each.months]]
                for pair, each in sorted(self.weeks.items())
                if each.weeks
            ],
            "teams": [
                [pk, each.run_share, plain(each.adjustment), each.note]
                for pk, each in sorted(self.teams.items())
            ],
        }

    @classmethod
    def from_json(cls, kept: dict) -> "PlanPicture":
        return cls(
            items={
                pk: Placed(kind, on and date.fromisoformat(on), precision)
                for pk, kind, on, precision in kept.get("items", ())
            },
            weeks={
                (initiative, team): Given(
                    Decimal(weeks), tuple(map(Decimal, months)) if months else None
                )
                for initiative, team, weeks, months in kept.get("weeks", ())
            },
            teams={
                pk: Assumed(share, Decimal(adjustment), note)
                for pk, share, adjustment, note in kept.get("teams", ())
            },
        )

    @property
    def mark(self) -> str:
        """The same for equal plans, another for others."""
        return hashlib.sha256(json.dumps(self.as_json()).encode()).hexdigest()

    def weeks_of(self, initiative: int) -> Decimal:
        """Return the people-weeks of all teams for an initiative."""
        found = (given.weeks for (of, _), given in self.weeks.items() if of == initiative)
        return sum(found, Decimal(0))


@dataclass(frozen=True)
class Step:
    """One difference between two plans: what it concerns, and its value before and after."""

    about: str
    initiative: int | None
    team: int | None
    before: str
    after: str


def steps_between(before: PlanPicture, after: PlanPicture) -> list[Step]:
    """Return what leads from one plan to the other: initiatives first, weeks, then teams."""
    return [
        *_steps_of_items(before, after),
        *_steps_of_weeks(before, after),
        *_steps_of_teams(before, after),
    ]


def _steps_of_items(before, after):
    for pk in sorted(before.items.keys() | after.items.keys()):
        was, is_now = before.items.get(pk), after.items.get(pk)
        if was is None or is_now is None:
            yield Step("plan", pk, None, was.kind if was else "", is_now.kind if is_now else "")
            continue
        if was.kind != is_now.kind:
            yield Step("kind", pk, None, was.kind, is_now.kind)
        if was.target != is_now.target:
            yield Step("target", pk, None, was.target_words, is_now.target_words)


def _steps_of_weeks(before, after):
    for initiative, team in sorted(before.weeks.keys() | after.weeks.keys()):
        if initiative not in before.items or initiative not in after.items:
            continue
        was = before.weeks.get((initiative, team), Given(Decimal(0))).weeks
        is_now = after.weeks.get((initiative, team), Given(Decimal(0))).weeks
        if was != is_now:
            yield Step("weeks", initiative, team, plain(was), plain(is_now))


def _steps_of_teams(before, after):
    for pk in sorted(before.teams.keys() & after.teams.keys()):
        was, is_now = before.teams[pk], after.teams[pk]
        if was.run_share != is_now.run_share:
            yield Step("run-work", None, pk, f"{was.run_share} %", f"{is_now.run_share} %")
        if was.adjustment != is_now.adjustment:
            yield Step("by hand", None, pk, plain(was.adjustment), plain(is_now.adjustment))

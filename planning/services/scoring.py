"""The scores of a cycle as they stand: read, ranked, and kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from planning.formula import Node, Values, scored
from planning.models import (
    Criterion,
    Cycle,
    Initiative,
    Ranking,
    RankOverride,
    Score,
    ScoreInput,
    ScoreSheet,
    ScoringVersion,
    running_for,
)
from planning.models.ranking import Input, Line, places, ranks
from planning.models.scoring import plain
from planning.services.score_data import Readings, read
from prodops.people.models import User

Source = Criterion.Source


class StandingScore(NamedTuple):
    """A score as it stands, and in words where it puts the initiative and what went into it."""

    value: Decimal
    words: str


@dataclass(kw_only=True)
class Standing:
    """A cycle's scores at one moment, by place."""

    cycle: Cycle
    version: ScoringVersion
    criteria: list[Criterion]
    initiatives: dict[int, Initiative]
    lines: list[Line]
    overrides: dict[int, RankOverride] = field(default_factory=dict)

    @property
    def values(self) -> dict[int, Values]:
        """What goes into each score, by initiative."""
        return {
            line.initiative_id: {name: one.value for name, one in line.inputs.items()}
            for line in self.lines
        }


def standing_scores(*, cycle: Cycle) -> dict[int, StandingScore]:
    """Return each initiative's score by its primary key; those that lack an input are left out."""
    standing = read_standing(cycle=cycle)
    if standing is None:
        return {}
    return {
        line.initiative_id: StandingScore(line.value, _words(standing, line))
        for line in standing.lines
        if line.value is not None
    }


def read_standing(*, cycle: Cycle, also: Iterable[int] = ()) -> Standing | None:
    """Work out the scores of a cycle by its sheet; None where it has none.

    `also` are primary keys of initiatives to rank beside those that are in the running.
    """
    sheets = ScoreSheet.objects.select_related("version__scoring_model")
    sheet = sheets.filter(cycle=cycle).first()
    return _rank(cycle, sheet.version, also) if sheet else None


def _rank(cycle: Cycle, version: ScoringVersion, also: Iterable[int]) -> Standing:
    criteria = list(version.criteria.order_by("position"))
    initiatives = running_for(cycle, also).select_related("owner").in_bulk()
    inputs = read_inputs(
        cycle=cycle,
        scoring_model_id=version.scoring_model_id,
        criteria=criteria,
        initiatives=initiatives.values(),
    )
    overrides = {
        one.initiative_id: one
        for one in cycle.rank_overrides.filter(ended_at=None).select_related("by", "decision")
    }
    wanted = {pk: one.place for pk, one in overrides.items()}
    return Standing(
        cycle=cycle,
        version=version,
        criteria=criteria,
        initiatives=initiatives,
        lines=rank_lines(tree=version.tree, inputs=inputs, wanted=wanted),
        overrides=overrides,
    )


def read_inputs(
    *,
    cycle: Cycle,
    scoring_model_id: int | None,
    criteria: Iterable[Criterion],
    initiatives: Iterable[Initiative],
) -> dict[int, dict[str, Input]]:
    """Return what goes into the score of each initiative, by its primary key and criterion.

    What somebody said counts before what the data says; without a model, whatever was said last
    under a criterion's name.
    """
    initiatives = list(initiatives)
    said = {
        (one.initiative_id, one.name): one
        for one in ScoreInput.objects.of_sheet(cycle, scoring_model_id).newest().for_display()
    }
    found: dict[int, dict[str, Input]] = {one.pk: {} for one in initiatives}
    for criterion in criteria:
        readings = read(criterion.source, cycle=cycle, initiatives=initiatives)
        for pk, inputs in found.items():
            newest = said.get((pk, criterion.name))
            inputs[criterion.name] = _input(criterion, newest, readings, pk)
    return found


def _input(criterion: Criterion, said: ScoreInput | None, readings: Readings, pk: int) -> Input:
    reading = readings.get(pk)
    from_data = Input(
        name=criterion.name,
        value=reading.value if reading else None,
        source=criterion.source,
        at=reading.at if reading else None,
        said=said.pk if said else 0,
        from_data=reading.value if reading else None,
    )
    if said is None or said.value is None:
        return from_data
    source = Source.SESSION if said.session_id else Source.HAND
    return replace(from_data, value=said.value, source=source, at=said.at, by=said.by.name)


def rank_lines(
    *,
    tree: Node,
    inputs: Mapping[int, Mapping[str, Input]],
    wanted: Mapping[int, int] | None = None,
) -> list[Line]:
    """Return a line for each initiative, by place."""
    score = scored(tree)
    outcomes = {
        pk: score({name: one.value for name, one in given.items()}) for pk, given in inputs.items()
    }
    ranked, placed = ranks(outcomes), places(outcomes, wanted or {})
    lines = [
        Line(
            initiative_id=pk,
            inputs=dict(given),
            outcome=outcomes[pk],
            rank=ranked.get(pk),
            place=placed[pk],
            wanted=(wanted or {}).get(pk),
        )
        for pk, given in inputs.items()
    ]
    return sorted(lines, key=lambda line: line.place)


@transaction.atomic
def keep_ranking(*, cycle: Cycle, occasion: str, by: User, at: datetime) -> Ranking | None:
    """Keep the scores of a cycle as they stand now; None where there is nothing to keep."""
    standing = read_standing(cycle=cycle)
    if standing is None or not standing.lines:
        return None
    ranking = Ranking.objects.create(
        cycle=cycle, version=standing.version, occasion=occasion, by=by, at=at
    )
    Score.objects.bulk_create(
        Score(
            ranking=ranking,
            initiative_id=line.initiative_id,
            value=line.value,
            gap=str(line.gap or "")[:300],
            rank=line.rank,
            place=line.place,
            inputs={name: _kept(one) for name, one in line.inputs.items()},
        )
        for line in standing.lines
    )
    return ranking


def _kept(one: Input) -> list[str | None]:
    value = None if one.value is None else plain(one.value)
    label = Source(one.source).label
    return [value, f"{label}, {one.by}" if one.by else label]


def _words(standing: Standing, line: Line) -> str:
    """Return such as "2 of 9 by RICE, version 3: reach 40, impact 2, effort 5"."""
    given = ", ".join(
        f"{name} {plain(one.value)}" for name, one in line.inputs.items() if one.value is not None
    )
    of = f"{line.place} of {len(standing.lines)} by {standing.version}"
    return f"{of}: {given}" if given else of

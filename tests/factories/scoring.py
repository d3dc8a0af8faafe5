"""Scores and scoring sessions, through the same acts a person would use.

`sheet(cycle)` scores a cycle by RICE; `say(cycle, initiative, impact=2)` says values by hand;
`session(cycle, initiatives)` opens a session, `cast(round, user, impact=2)` votes in it.
"""

from datetime import UTC, datetime
from decimal import Decimal

from planning.models import ScoringModel
from planning.services import score_sheets, scoring_models, scoring_sessions
from planning.services.scoring import read_standing
from tests.factories.people import UserFactory

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)


def standard(name="RICE"):
    """Return a standard model."""
    scoring_models.load_standard_models(at=AT)
    return ScoringModel.objects.select_related("current").get(name=name)


def model(formula, *, by=None, at=AT, **criteria):
    """Make a model: `model("a / b", a={"scale": [["1", "low"]]}, b={"source": "arr"})`."""
    drafts = [
        scoring_models.CriterionDraft(**{"name": name, "question": f"How {name}?", **fields})
        for name, fields in criteria.items()
    ]
    number = ScoringModel.objects.count() + 1
    by = by or UserFactory(role="ops")
    made = scoring_models.create_model(
        name=f"Model {number}", formula=formula, criteria=drafts, by=by, at=at
    )
    return ScoringModel.objects.select_related("current").get(pk=made.pk)


def sheet(cycle, of=None, *, by=None, at=AT):
    """Score a cycle by a model, RICE when none is named."""
    version = (of or standard()).current
    by = by or UserFactory(role="ops")
    return score_sheets.choose_version(cycle=cycle, version=version, by=by, at=at)


def say(cycle, initiative, *, by=None, at=AT, **values):
    """Say values of an initiative by hand; None takes one back."""
    by = by or UserFactory()
    standing = read_standing(cycle=cycle)
    line = next(one for one in standing.lines if one.initiative_id == initiative.pk)
    for name, value in values.items():
        score_sheets.set_input(
            cycle=cycle,
            initiative=initiative,
            name=name,
            value=None if value is None else Decimal(str(value)),
            seen=line.inputs[name].said,
            by=by,
            at=at,
        )


def session(cycle, initiatives, *, asks=("impact",), members=(), by=None, at=AT, **fields):
    """Open a session on a cycle that has a sheet; it has a hidden round for each initiative."""
    by = by or UserFactory(role="ops")
    return scoring_sessions.open_session(
        title=fields.pop("title", "Scoring"),
        cycle=cycle,
        version=cycle.score_sheet.version,
        asks=list(asks),
        initiatives=list(initiatives),
        members=list(members),
        facilitator=fields.pop("facilitator", by),
        by=by,
        at=at,
    )


def cast(asked, user, **votes):
    """Vote in a hidden round; None is “don't know”."""
    values = {name: None if one is None else Decimal(str(one)) for name, one in votes.items()}
    scoring_sessions.cast(asked=asked, secret_votes=values, by=user)

"""Build scoring models: each change is a new version, and scores keep theirs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, connection, transaction

from intake.services import Refusal
from planning.formula import FormulaError, names_in, parse
from planning.models import Criterion, ScoringModel, ScoringVersion
from planning.services.initiatives import ChangedMeanwhile
from planning.services.records import lock
from planning.services.standard_models import STANDARD
from prodops.people.models import User

MOST_CRITERIA = 12


@dataclass(frozen=True, kw_only=True)
class CriterionDraft:
    """A criterion as somebody wants it; `scale` holds [number as text, words] each."""

    name: str
    question: str
    unit: str = ""
    source: str = Criterion.Source.HAND
    least: Decimal = Decimal(0)
    most: Decimal | None = None
    scale: list[list[str]] = field(default_factory=list)


@transaction.atomic
def create_model(
    *,
    name: str,
    formula: str,
    criteria: Sequence[CriterionDraft],
    by: User | None,
    at: datetime,
    description: str = "",
) -> ScoringModel:
    """Begin a model with its first version. Raises Refusal with what is wrong with the formula."""
    try:
        with transaction.atomic():
            model = ScoringModel.objects.create(name=name, description=description)
    except IntegrityError as error:
        raise Refusal(f"There is a model called {name} already.") from error
    _write(model, 1, formula, criteria, "", by=by, at=at)
    return model


@transaction.atomic
def revise_model(
    *,
    model: ScoringModel,
    name: str,
    description: str,
    formula: str,
    criteria: Sequence[CriterionDraft],
    note: str,
    seen: int,
    by: User,
    at: datetime,
) -> ScoringModel:
    """Change a model: a new version where formula or criteria differ. Sheets keep theirs.

    `seen` is the number of the version the person started from; raises ChangedMeanwhile when
    there is a newer one.
    """
    lock(model)
    current = current_of(model)
    if current.number != seen:
        raise ChangedMeanwhile(
            f"{current.by} made version {current.number} while you were writing. Your text is "
            "still here: compare it with the model, then save again to replace what is there."
        )
    if ScoringModel.objects.filter(name=name).exclude(pk=model.pk).exists():
        raise Refusal(f"There is a model called {name} already.")
    if (name, description) != (model.name, model.description):
        model.name, model.description = name, description
        model.save(update_fields=["name", "description"])
    if (formula, list(criteria)) != (current.formula, drafts_of(current)):
        _write(model, current.number + 1, formula, criteria, note, by=by, at=at)
    return model


@transaction.atomic
def archive_model(*, model: ScoringModel, at: datetime) -> ScoringModel:
    """Offer a model no more; sheets that use it go on."""
    lock(model)
    model.archived_at = model.archived_at or at
    model.save(update_fields=["archived_at"])
    return model


@transaction.atomic
def restore_model(*, model: ScoringModel) -> ScoringModel:
    """Offer an archived model again."""
    lock(model)
    model.archived_at = None
    model.save(update_fields=["archived_at"])
    return model


@transaction.atomic
def load_standard_models(*, at: datetime) -> int:
    """Add the models every hub begins with where there is none; return how many were added."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('planning.load_standard_models'))")
    if ScoringModel.objects.exists():
        return 0
    for one in STANDARD:
        drafts = [CriterionDraft(**criterion) for criterion in one["criteria"]]
        create_model(**{**one, "criteria": drafts}, by=None, at=at)
    return len(STANDARD)


def current_of(model: ScoringModel) -> ScoringVersion:
    """Return the version new sheets begin with; every model has one."""
    return model.versions.select_related("by").latest("number")


def drafts_of(version: ScoringVersion) -> list[CriterionDraft]:
    """Return a version's criteria as somebody would write them."""
    names = CriterionDraft.__dataclass_fields__
    return [
        CriterionDraft(**{name: getattr(criterion, name) for name in names})
        for criterion in version.criteria.order_by("position")
    ]


def _write(
    model: ScoringModel,
    number: int,
    formula: str,
    criteria: Sequence[CriterionDraft],
    note: str,
    *,
    by: User | None,
    at: datetime,
) -> ScoringVersion:
    _refuse(formula, criteria)
    version = ScoringVersion.objects.create(
        scoring_model=model, number=number, formula=formula, note=note, by=by, at=at
    )
    Criterion.objects.bulk_create(
        Criterion(version=version, position=position, **asdict(draft))
        for position, draft in enumerate(criteria, start=1)
    )
    model.current = version
    model.save(update_fields=["current"])
    return version


def _refuse(formula: str, criteria: Sequence[CriterionDraft]) -> None:
    names = [one.name for one in criteria]
    if len(names) > MOST_CRITERIA:
        raise Refusal(f"A model has {MOST_CRITERIA} criteria at most.")
    if len(set(names)) < len(names):
        raise Refusal("Two criteria have one name; give each its own.")
    try:
        used = names_in(parse(formula, names))
    except FormulaError as error:
        raise Refusal(str(error)) from error
    idle = [name for name in names if name not in used]
    if idle:
        raise Refusal(f"The formula does not use {', '.join(idle)}: use it, or take it out.")

"""What the newest trainings suggest for a request, and taking it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction
from django.db.models import Value

from intake.models import Category, LearnedModel, ProductRequest, TakenSuggestion, TriageAct
from intake.models.learned import Weights
from intake.services.sorting import classify
from prodops.people.models import ProductArea, User

Target = LearnedModel.Target
KEPT_MODELS = 6
Names = Mapping[str, Mapping[int, str]]


@dataclass(frozen=True)
class Suggestion:
    """One field, the value suggested for it, how sure that is and the words that spoke for it."""

    learned: LearnedModel
    value_id: int
    name: str
    probability: float
    words: list[str]

    @property
    def percent(self) -> int:
        return round(100 * self.probability)


def suggest(
    product_request: ProductRequest,
    *,
    names: Names | None = None,
    learned: Iterable[LearnedModel] | None = None,
) -> list[Suggestion]:
    """Return a suggestion for each field that is empty, where the training is sure enough.

    `names` are field → {primary key: name} of what may be chosen, and `learned` the newest
    trainings, where somebody has read them.
    """
    open_targets = [each for each in Target if not getattr(product_request, f"{each.value}_id")]
    text = f"{product_request.body}\n{product_request.why}"
    guesses = {}
    for each in LearnedModel.objects.current() if learned is None else learned:
        if each.target not in open_targets or each.threshold is None:
            continue
        guess = _weights(each.pk).guess(product_request.title, text)
        if guess.probability >= each.threshold and guess.words:
            guesses[each.target] = (each, guess)
    names = names or _names({target: guess.label for target, (_, guess) in guesses.items()})
    return [
        Suggestion(each, guess.label, names[target][guess.label], guess.probability, guess.words)
        for target, (each, guess) in sorted(guesses.items(), key=_place)
        if guess.label in names.get(target, {})
    ]


def _place(item: tuple) -> int:
    return Target.values.index(item[0])


@transaction.atomic
def take_suggestions(
    *, product_request: ProductRequest, by: User, at: datetime, **sorting
) -> TriageAct:
    """Sort a request as was suggested, and count each suggestion that was taken as it stood."""
    suggested = {each.learned.target: each for each in suggest(product_request)}
    act = classify(product_request=product_request, by=by, at=at, **sorting)
    taken = [suggested[name] for name in sorting if name in suggested]
    TakenSuggestion.objects.bulk_create(
        TakenSuggestion(
            product_request=product_request,
            learned=each.learned,
            probability=each.probability,
            at=at,
            by=by,
        )
        for each in taken
        if getattr(sorting[each.learned.target], "pk", None) == each.value_id
    )
    return act


def _names(labels: dict[str, int]) -> Names:
    """Return what the suggested values are called; who may not own requests is left out."""
    kept = User.objects.active().exclude(role__in=[User.Role.REQUESTER, User.Role.EXECUTIVE])
    rows = {
        Target.CATEGORY: Category.objects.all(),
        Target.AREA: ProductArea.objects.all(),
        Target.OWNER: kept,
    }
    parts = [
        rows[Target(target)].order_by().filter(pk=pk).values_list(Value(target), "pk", "name")
        for target, pk in labels.items()
    ]
    found = parts[0].union(*parts[1:]) if parts else []
    return {target: {pk: name} for target, pk, name in found}


@lru_cache(maxsize=KEPT_MODELS)
def _weights(pk: int) -> Weights:
    """Read the arrays of one training; they never change, so a process keeps them."""
    data = LearnedModel.objects.values_list("weights", flat=True).get(pk=pk)
    return Weights.from_bytes(bytes(data))

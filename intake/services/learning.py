"""Learning from how people sorted requests, and measuring that on newer ones."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from django.db.models import Max

from intake.models import LearnedModel, ProductRequest
from intake.models.learned import Weights, words_of

MOST_EXAMPLES = 20_000
MOST_WORDS = 12_000
FEWEST_EXAMPLES = 60
FEWEST_OF_A_LABEL = 5
WANTED_ACCURACY = 0.75
FEWEST_SPOKEN = 8
LEARN_SHARE, TUNE_SHARE = 0.7, 0.15
Target = LearnedModel.Target


class Example(NamedTuple):
    title: str
    text: str
    label: int


@dataclass(frozen=True)
class Measured:
    """How a training did on the newest examples, which it had not seen."""

    held_out: int
    accuracy: float
    baseline: float
    threshold: float | None
    spoken: float
    accuracy_spoken: float | None


def learn(*, at: datetime) -> list[LearnedModel]:
    """Train anew for each target with enough history; returns the trainings."""
    trainings = [train(target=target, at=at) for target in Target]
    return [each for each in trainings if each]


def train(*, target: str, at: datetime) -> LearnedModel | None:
    """Learn one target from what people decided.

    None, and nothing kept, of too little history and of a history that was learnt before.
    """
    examples = history(target)
    fingerprint = hashlib.sha256(repr(examples).encode()).hexdigest()
    known = LearnedModel.objects.filter(target=target, fingerprint=fingerprint)
    if known.exists() or not is_enough(examples):
        return None
    weights = fit(examples)
    data = weights.to_bytes()
    last = LearnedModel.objects.filter(target=target).aggregate(last=Max("number"))["last"]
    trained = LearnedModel(
        target=target,
        number=(last or 0) + 1,
        trained_at=at,
        weights=data,
        size=len(data),
        fingerprint=fingerprint,
        examples=len(examples),
        classes=len(weights.labels),
        **vars(measure(examples)),
    )
    # Somebody who learnt the same at the same time was first: theirs is as good.
    LearnedModel.objects.bulk_create([trained], ignore_conflicts=True)
    return trained


def history(target: str) -> list[Example]:
    """Return what people decided, oldest first: genuine requests that a person has sorted."""
    decided = ProductRequest.objects.genuine().filter(triaged_at__isnull=False)
    rows = decided.filter(**{f"{target}__isnull": False}).order_by("-submitted_at", "-pk")
    values = rows.values_list("title", "body", "why", f"{target}_id")[:MOST_EXAMPLES]
    return [Example(title, f"{body}\n{why}", label) for title, body, why, label in values][::-1]


def is_enough(examples: Sequence[Example]) -> bool:
    """Ask for enough examples, with two labels that stand often enough in the learnt part."""
    learnt, _, _ = split(examples)
    often = [n for n in Counter(each.label for each in learnt).values() if n >= FEWEST_OF_A_LABEL]
    return len(examples) >= FEWEST_EXAMPLES and len(often) >= 2


def split(examples: Sequence[Example]) -> tuple[Sequence, Sequence, Sequence]:
    """Split by time: what is learnt, what sets the threshold, what is measured."""
    first = int(len(examples) * LEARN_SHARE)
    second = int(len(examples) * (LEARN_SHARE + TUNE_SHARE))
    return examples[:first], examples[first:second], examples[second:]


def measure(examples: Sequence[Example]) -> Measured:
    """Learn from the older examples, choose the threshold on newer, measure on the newest."""
    learnt, tuned, held_out = split(examples)
    weights = fit(learnt)
    commonest = Counter(each.label for each in learnt).most_common(1)[0][0]
    threshold = _threshold(_judge(weights, tuned))
    judged = _judge(weights, held_out)
    aloud = [right for probability, right in judged if threshold and probability >= threshold]
    return Measured(
        held_out=len(held_out),
        accuracy=sum(right for _, right in judged) / len(judged),
        baseline=sum(each.label == commonest for each in held_out) / len(held_out),
        threshold=threshold,
        spoken=len(aloud) / len(judged),
        accuracy_spoken=sum(aloud) / len(aloud) if aloud else None,
    )


def fit(examples: Sequence[Example]) -> Weights:
    """Learn weights from examples; labels that are too rare to learn are never suggested."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    often = Counter(each.label for each in examples)
    kept = [each for each in examples if often[each.label] >= FEWEST_OF_A_LABEL]
    vectorizer = TfidfVectorizer(
        analyzer=lambda each: words_of(each.title, each.text),
        sublinear_tf=True,
        min_df=2 if len(kept) > FEWEST_EXAMPLES else 1,
        max_features=MOST_WORDS,
    )
    matrix = vectorizer.fit_transform(kept)
    model = LogisticRegression(C=10, max_iter=300)
    model.fit(matrix, [each.label for each in kept])
    return Weights(
        vocabulary=list(vectorizer.get_feature_names_out()),
        rarity=vectorizer.idf_,
        coefficients=_rows(model.coef_),
        intercepts=_rows(model.intercept_.reshape(-1, 1))[:, 0],
        labels=[int(label) for label in model.classes_],
    )


def _rows(values: np.ndarray) -> np.ndarray:
    """Give each of two labels a row, where the model keeps one for both."""
    return np.vstack([np.zeros_like(values), values]) if len(values) == 1 else values


def _judge(weights: Weights, examples: Sequence[Example]) -> list[tuple[float, bool]]:
    guesses = [weights.guess(each.title, each.text) for each in examples]
    return [
        (guess.probability, guess.label == each.label)
        for guess, each in zip(guesses, examples, strict=True)
    ]


def _threshold(judged: list[tuple[float, bool]]) -> float | None:
    """Return the lowest probability from which on enough is right; None when it never is."""
    ordered = sorted(judged, reverse=True)
    found, right = None, 0
    for count, (probability, is_right) in enumerate(ordered, start=1):
        right += is_right
        if count >= min(FEWEST_SPOKEN, len(ordered)) and right / count >= WANTED_ACCURACY:
            found = probability
    return found

"""Requests that people have sorted, and trainings made by hand."""

from datetime import timedelta

import numpy as np

from intake import services
from intake.models import LearnedModel
from intake.models.learned import Weights
from tests.factories.intake import SUBMITTED_AT, product_request


def sorted_requests(titles, *, number, by, at=SUBMITTED_AT, **sorting):
    """File `number` requests a minute apart, titles in turn, each sorted an hour later."""
    made = []
    for n in range(number):
        moment = at + timedelta(minutes=n)
        one = product_request(title=f"{titles[n % len(titles)]} {n}", author=by, at=moment)
        chosen = {name: values[n % len(values)] for name, values in sorting.items()}
        services.classify(
            product_request=one, by=by, at=moment + timedelta(hours=1), owner=by, **chosen
        )
        made.append(one)
    return made


def training_like(training, number):
    """Return a later training of the same weights, not saved."""
    kept = {field.attname: getattr(training, field.attname) for field in training._meta.fields}
    later = {"id": None, "number": number, "fingerprint": f"copy {number}"}
    return LearnedModel(**{**kept, **later})


def training(*, words, target="category", threshold=0.5, number=1, at=SUBMITTED_AT):
    """Make a training by hand: `words` says which label a word speaks for."""
    labels = sorted(set(words.values()))
    coefficients = np.zeros((len(labels), len(words)))
    for place, label in enumerate(words.values()):
        coefficients[labels.index(label), place] = 9.0
    weights = Weights(list(words), np.ones(len(words)), coefficients, np.zeros(len(labels)), labels)
    data = weights.to_bytes()
    return LearnedModel.objects.create(
        target=target,
        number=number,
        trained_at=at,
        weights=data,
        size=len(data),
        fingerprint=f"{target} {number}",
        examples=100,
        classes=len(labels),
        held_out=15,
        accuracy=0.8,
        baseline=0.4,
        threshold=threshold,
        spoken=0.6,
        accuracy_spoken=0.9,
    )

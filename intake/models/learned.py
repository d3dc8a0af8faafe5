"""What was learnt from how people sorted requests, kept as plain arrays, and what it suggests."""

import io
import math
import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from intake.models.product_request import ProductRequest
from prodops.audit.models import AppendOnly
from prodops.people.permissions import is_insider

WORD = re.compile(r"[^\W_][\w'-]*[^\W_]")
LONGEST_READ = 5_000
REASONS = 3
STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "not",
        "of",
        "on",
        "or",
        "our",
        "so",
        "that",
        "the",
        "their",
        "them",
        "there",
        "they",
        "this",
        "to",
        "was",
        "we",
        "what",
        "when",
        "which",
        "will",
        "with",
        "would",
        "you",
    ]
)


def words_of(title: str, text: str) -> list[str]:
    """Return the words and pairs of neighbours a text is known by; those of the title twice."""
    parts = []
    for part in (title, title, text[:LONGEST_READ]):
        words = [word.lower() for word in WORD.findall(part) if not word.isdigit()]
        words = [word for word in words if word not in STOP]
        parts += words + [f"{one} {two}" for one, two in zip(words, words[1:], strict=False)]
    return parts


@dataclass(frozen=True)
class Guess:
    """The likeliest label, how likely it is, and the words that spoke for it most."""

    label: int
    probability: float
    words: list[str]


@dataclass(frozen=True)
class Weights:
    """A linear model over weighted words: one row of `coefficients` a label."""

    vocabulary: list[str]
    rarity: np.ndarray
    coefficients: np.ndarray
    intercepts: np.ndarray
    labels: list[int]

    def guess(self, title: str, text: str) -> Guess:
        """Return what this text is most likely sorted as."""
        places, values = self._weigh(Counter(words_of(title, text)))
        scores = self.coefficients[:, places] @ values + self.intercepts
        odds = np.exp(scores - scores.max())
        best = int(scores.argmax())
        rows = self.coefficients[:, places]
        spoke = (rows[best] - rows.mean(axis=0)) * values
        order = [n for n in np.argsort(-spoke)[:REASONS] if spoke[n] > 0]
        words = [self.vocabulary[places[n]] for n in order]
        return Guess(self.labels[best], float(odds[best] / odds.sum()), words)

    def to_bytes(self) -> bytes:
        """Return the arrays as an npz without pickles."""
        file = io.BytesIO()
        np.savez_compressed(
            file,
            allow_pickle=False,
            vocabulary=np.frombuffer("\n".join(self.vocabulary).encode(), dtype=np.uint8),
            rarity=self.rarity.astype(np.float32),
            coefficients=self.coefficients.astype(np.float32),
            intercepts=self.intercepts.astype(np.float32),
            labels=np.array(self.labels, dtype=np.int64),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Weights":
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return cls(
                vocabulary=arrays["vocabulary"].tobytes().decode().split("\n"),
                rarity=arrays["rarity"],
                coefficients=arrays["coefficients"],
                intercepts=arrays["intercepts"],
                labels=arrays["labels"].tolist(),
            )

    def _weigh(self, counts: Counter) -> tuple[list[int], np.ndarray]:
        """Return places and weights of the known words: rarer counts more, length does not."""
        index = self._index()
        known = [(index[word], count) for word, count in counts.items() if word in index]
        places = [place for place, _ in known]
        values = np.array(
            [(1 + math.log(count)) * self.rarity[place] for place, count in known], dtype=float
        )
        length = float(np.sqrt((values**2).sum())) or 1.0
        return places, values / length

    def _index(self) -> dict[str, int]:
        found = self.__dict__.get("_places")
        if found is None:
            found = {word: place for place, word in enumerate(self.vocabulary)}
            object.__setattr__(self, "_places", found)
        return found


class LearnedModelQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def current(self):
        """The newest of each target, without its weights."""
        newest = self.order_by("target", "-number").distinct("target")
        return newest.defer("weights")

    def named(self):
        """With key, target and threshold as `text` and `other_text`, to read beside choices."""
        return self.annotate(
            text=Cast("target", models.CharField()),
            other_text=Cast("threshold", models.CharField()),
        )

    def for_display(self):
        return (
            self.defer("weights")
            .annotate(taken=models.Count("taken_suggestions"))
            .order_by("target", "-number")
        )


class LearnedModel(models.Model):
    """One training for one target, with how well it did on newer requests it had not seen."""

    class Target(models.TextChoices):
        CATEGORY = "category", "Category"
        AREA = "product_area", "Area"
        OWNER = "owner", "Owner"

    target = models.CharField(max_length=12, choices=Target)
    number = models.PositiveIntegerField()
    trained_at = models.DateTimeField()
    weights = models.BinaryField(help_text="An npz of plain arrays, see Weights.")
    size = models.PositiveIntegerField(help_text="Bytes of the weights.")
    fingerprint = models.CharField(max_length=64, help_text="Of the examples it learnt from.")
    examples = models.PositiveIntegerField()
    classes = models.PositiveIntegerField()
    held_out = models.PositiveIntegerField(help_text="Newest requests it was measured on.")
    accuracy = models.FloatField(help_text="Share of them it got right.")
    baseline = models.FloatField(help_text="Share right when always saying the commonest.")
    threshold = models.FloatField(null=True, help_text="Silent below it; always when empty.")
    spoken = models.FloatField(help_text="Share of the held-out it would have spoken on.")
    accuracy_spoken = models.FloatField(null=True, help_text="Share right among those.")

    objects = LearnedModelQuerySet.as_manager()

    class Meta:
        triggers = [AppendOnly()]
        constraints = [
            models.UniqueConstraint(fields=["target", "number"], name="learned_model_number"),
            models.UniqueConstraint(
                fields=["target", "fingerprint"], name="learned_model_once_a_history"
            ),
            models.CheckConstraint(
                condition=Q(target__in=["category", "product_area", "owner"]),
                name="learned_model_target_known",
            ),
        ]

    def __str__(self):
        return f"{self.get_target_display()}, training {self.number}"

    @classmethod
    def from_names(cls, pk, target, threshold):
        """Return what `named` read, enough to suggest with."""
        return cls(pk=pk, target=target, threshold=float(threshold) if threshold else None)

    @property
    def speaks(self):
        return self.threshold is not None

    @property
    def threshold_words(self):
        return f"{self.threshold:.0%}".replace("%", " % sure") if self.speaks else ""


class TakenSuggestion(models.Model):
    """A person took what a training suggested."""

    product_request = models.ForeignKey(
        ProductRequest, models.CASCADE, related_name="taken_suggestions"
    )
    learned = models.ForeignKey(LearnedModel, models.PROTECT, related_name="taken_suggestions")
    probability = models.FloatField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="taken_suggestions"
    )

    class Meta:
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.product_request_id} by {self.learned_id}"

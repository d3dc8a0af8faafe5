"""The risk questions, what each answer weighs, and the tier they add up to.

The scores add up to 14 at most: 8 and more is tier 1, 4 and more is tier 2, below that tier 3.
So one answer at its worst is enough for tier 2, and tier 1 takes at least two.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from launches.models import Condition, Launch, Tier
from launches.services.refusals import Refusal

TIER_ONE_FROM = 8
TIER_TWO_FROM = 4


@dataclass(frozen=True)
class Answer:
    """One way to answer a question, and its weight."""

    value: str
    label: str
    score: int


@dataclass(frozen=True)
class Question:
    """One risk question."""

    key: str
    text: str
    answers: tuple[Answer, ...]

    def answer(self, value: str) -> Answer | None:
        return next((answer for answer in self.answers if answer.value == value), None)


Audience = Launch.Audience
QUESTIONS = (
    Question(
        "audience",
        "Who will see it?",
        (
            Answer(Audience.INTERNAL, Audience.INTERNAL.label, 0),
            Answer(Audience.SELECTED, Audience.SELECTED.label, 1),
            Answer(Audience.EVERYONE, Audience.EVERYONE.label, 3),
        ),
    ),
    Question(
        "risk",
        "If it goes wrong, what stops?",
        (
            Answer("low", "Nothing that customers depend on", 0),
            Answer("medium", "A part of the product, and there is a way around it", 2),
            Answer("high", "Customers cannot do their work", 4),
        ),
    ),
    Question(
        "revenue",
        "What revenue does it touch?",
        (
            Answer("none", "None", 0),
            Answer("some", "Some contracts or plans", 1),
            Answer("large", "Pricing, billing or a large part of revenue", 3),
        ),
    ),
    Question(
        "data",
        "What data does it handle?",
        (
            Answer("none", "No personal data", 0),
            Answer("personal", "Personal data", 2),
            Answer("sensitive", "Sensitive personal data, such as health or payment", 4),
        ),
    ),
)
HOLDS = {
    Condition.ALWAYS: lambda answers: True,
    Condition.EXTERNAL: lambda answers: answers["audience"] != Audience.INTERNAL,
    Condition.HIGH_RISK: lambda answers: answers["risk"] == "high",
    Condition.REVENUE: lambda answers: answers["revenue"] != "none",
    Condition.PERSONAL_DATA: lambda answers: answers["data"] != "none",
}


def checked(answers: Mapping[str, str]) -> dict[str, str]:
    """Return the known answers; raises Refusal when a question has none."""
    for question in QUESTIONS:
        if question.answer(answers.get(question.key, "")) is None:
            raise Refusal(f"Answer “{question.text}”", field=question.key)
    return {question.key: str(answers[question.key]) for question in QUESTIONS}


def score(answers: Mapping[str, str]) -> int:
    """Return the sum of the weights, 0 to 14; `answers` as `checked` returns them."""
    given = [question.answer(answers[question.key]) for question in QUESTIONS]
    return sum(answer.score for answer in given if answer)


def tier_for(answers: Mapping[str, str]) -> Tier:
    """Return the tier that the answers add up to."""
    total = score(answers)
    if total >= TIER_ONE_FROM:
        return Tier.ONE
    return Tier.TWO if total >= TIER_TWO_FROM else Tier.THREE


def holds(condition: str, answers: Mapping[str, str]) -> bool:
    """Say whether an item's condition is true of these answers."""
    return HOLDS[Condition(condition)](answers)


def in_words(answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (question, answer) pairs as a page shows them."""
    pairs = [(each.text, each.answer(answers.get(each.key, ""))) for each in QUESTIONS]
    return [(text, answer.label if answer else "Not answered") for text, answer in pairs]

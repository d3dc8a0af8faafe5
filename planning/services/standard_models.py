"""The four ways to score that every hub begins with."""

from decimal import Decimal
from typing import Any

from planning.models import Criterion

Source = Criterion.Source
FIBONACCI = [
    ["1", "the smallest of all"],
    ["2", ""],
    ["3", ""],
    ["5", "in the middle"],
    ["8", ""],
    ["13", ""],
    ["20", "the largest of all"],
]
FIVE = [["1", "very low"], ["2", "low"], ["3", "medium"], ["4", "high"], ["5", "very high"]]
EFFORT: dict[str, Any] = {
    "name": "effort",
    "question": "How many people-weeks does it take?",
    "unit": "people-weeks",
    "source": Source.WEEKS,
    "least": Decimal("0.5"),
}


def _voted(name: str, question: str, scale: list[list[str]]) -> dict[str, Any]:
    return {"name": name, "question": question, "source": Source.SESSION, "scale": scale}


STANDARD: list[dict[str, Any]] = [
    {
        "name": "RICE",
        "description": "Reach × impact × confidence by effort: much for many, for little work.",
        "formula": "reach * impact * confidence / 100 / effort",
        "criteria": [
            {
                "name": "reach",
                "question": "How many people and accounts does it reach?",
                "unit": "voices",
                "source": Source.VOICES,
            },
            _voted(
                "impact",
                "How much does it change for each of them?",
                [
                    ["0.25", "minimal"],
                    ["0.5", "low"],
                    ["1", "medium"],
                    ["2", "high"],
                    ["3", "massive"],
                ],
            ),
            {
                "name": "confidence",
                "question": "How sure are we of all this?",
                "unit": "%",
                "source": Source.CONFIDENCE,
                "most": Decimal(100),
            },
            EFFORT,
        ],
    },
    {
        "name": "WSJF",
        "description": "Cost of delay by job size, as SAFe counts it; relative to each other.",
        "formula": "(value + urgency + risk) / size",
        "criteria": [
            _voted("value", "What is it worth to users and the business?", FIBONACCI),
            _voted("urgency", "How fast does that worth fade while it waits?", FIBONACCI),
            _voted("risk", "Which risk does it take away, or what does it open up?", FIBONACCI),
            _voted("size", "How large is the work, compared with the others?", FIBONACCI),
        ],
    },
    {
        "name": "Value by effort",
        "description": "Planned business value by the people-weeks it is given.",
        "formula": "value / effort",
        "criteria": [
            {
                "name": "value",
                "question": "What is it planned to be worth?",
                "source": Source.VALUE,
                "least": Decimal(1),
                "most": Decimal(10),
            },
            EFFORT,
        ],
    },
    {
        "name": "Weighted",
        "description": "Points for customers, strategy and revenue at stake, less effort.",
        "formula": "0.35 * customers + 0.25 * strategy + 0.2 * min(arr / 100000, 5) - 0.2 * work",
        "criteria": [
            _voted("customers", "How much does it help customers?", FIVE),
            _voted("strategy", "How well does it fit the strategy?", FIVE),
            {
                "name": "arr",
                "question": "How much ARR is at stake with those who ask for it?",
                "unit": "a year",
                "source": Source.ARR,
            },
            _voted("work", "How much work is it?", FIVE),
        ],
    },
]

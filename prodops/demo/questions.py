"""What the forms of two kinds ask beside the usual, and plausible answers."""

import random
from datetime import datetime, timedelta

from intake.models import FormField, RequestKind

Type = FormField.Type
ASKED = {
    "problem": [
        ("Since when?", Type.DATE, [], "The day you noticed it first.", False),
        ("How often?", Type.CHOICE, ["Once", "Every week", "Every day"], "", True),
        ("Hours lost a week", Type.NUMBER, [], "All colleagues together; a guess will do.", False),
        ("Is there a way around it?", Type.YES_NO, [], "", False),
    ],
    "compliance": [
        ("Which rule asks for it?", Type.SHORT, [], "Such as eFTI, CSRD or a contract.", True),
        ("Binding from", Type.DATE, [], "", False),
        ("Where it is written", Type.LINK, [], "", False),
    ],
}
WAYS = ["yes", "no", "no"]
RULES = ["eFTI", "CSRD", "GDPR", "Customer contract"]


class Answers:
    """Answers for requests, from dice of their own: the rest of the story stays as it is."""

    def __init__(self):
        self.dice = random.Random(54)  # noqa: S311 - a story, not a secret
        self.fields = {slug: _make(slug, asked) for slug, asked in ASKED.items()}

    def to(self, kind: RequestKind, at: datetime) -> dict[FormField, str]:
        fields = self.fields.get(kind.slug, [])
        asked = [each for each in fields if each.is_required or self.dice.random() < 0.7]
        return {field: self._answer(field, at) for field in asked}

    def _answer(self, field: FormField, at: datetime) -> str:
        dice = self.dice
        days = timedelta(days=dice.randint(3, 60))
        moment = at - days if field.kind.slug == "problem" else at + days
        return {
            Type.DATE: moment.date().isoformat(),
            Type.CHOICE: dice.choice(field.options or [""]),
            Type.NUMBER: str(dice.randint(1, 30)),
            Type.YES_NO: dice.choice(WAYS),
            Type.SHORT: dice.choice(RULES),
            Type.LINK: "https://example.com/rules",
        }[Type(field.type)]


def _make(slug: str, asked: list) -> list[FormField]:
    kind = RequestKind.objects.filter(slug=slug).first()
    if kind is None:
        return []
    return [
        FormField.objects.create(
            kind=kind,
            label=label,
            type=type,
            options=options,
            help_text=text,
            is_required=is_required,
            position=place,
        )
        for place, (label, type, options, text, is_required) in enumerate(asked)
    ]

"""What a routing rule may ask of a request, and how a question is answered."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.db import models

LONGEST_READ = 20_000
Value = str | Decimal | None
Facts = Mapping[str, Value]


class Operator(models.TextChoices):
    """How a field is compared; the words stand between the field and what is wanted."""

    IS = "is", "is"
    IS_NOT = "is_not", "is not"
    HAS = "has", "contains"
    LACKS = "lacks", "does not contain"
    AT_LEAST = "at_least", "is at least"
    BELOW = "below", "is less than"
    EMPTY = "empty", "is empty"
    FILLED = "filled", "is filled in"


class Sort(models.TextChoices):
    """What sort of value a field holds, which decides how it can be compared."""

    CHOICE = "choice"
    NAMES = "names"
    WORDS = "words"
    NUMBER = "number"
    DATE = "date"


WITHOUT_WANTED = (Operator.EMPTY, Operator.FILLED)
FITTING: dict[str, tuple[Operator, ...]] = {
    Sort.CHOICE: (Operator.IS, Operator.IS_NOT, *WITHOUT_WANTED),
    Sort.NAMES: (Operator.IS, Operator.IS_NOT, *WITHOUT_WANTED),
    Sort.WORDS: (Operator.HAS, Operator.LACKS, *WITHOUT_WANTED),
    Sort.NUMBER: (Operator.AT_LEAST, Operator.BELOW, *WITHOUT_WANTED),
    Sort.DATE: (Operator.AT_LEAST, Operator.BELOW, *WITHOUT_WANTED),
}


@dataclass(frozen=True)
class Fact:
    """A field of a request a rule may ask about."""

    key: str
    label: str
    sort: str
    is_always_there: bool = False

    @property
    def operators(self) -> list[Operator]:
        fitting = FITTING[self.sort]
        if self.is_always_there:
            return [each for each in fitting if each not in WITHOUT_WANTED]
        return list(fitting)


OF_EVERY_REQUEST = (
    Fact("kind", "Kind", Sort.CHOICE, is_always_there=True),
    Fact("source", "Source", Sort.CHOICE, is_always_there=True),
    Fact("urgency", "Urgency", Sort.CHOICE, is_always_there=True),
    Fact("area", "Product area", Sort.CHOICE),
    Fact("account", "Account", Sort.NAMES),
    Fact("tier", "Account tier", Sort.NAMES),
    Fact("segment", "Account segment", Sort.CHOICE),
    Fact("arr", "Account ARR", Sort.NUMBER),
    Fact("role", "Role of who asks", Sort.CHOICE, is_always_there=True),
    Fact("domain", "E-mail domain of who asks", Sort.NAMES),
    Fact("title", "Title", Sort.WORDS, is_always_there=True),
    Fact("text", "Title or text", Sort.WORDS, is_always_there=True),
)


def read_facts(product_request, *, answers: Iterable = ()) -> dict[str, Value]:
    """Return what the rules may know of a request; needs kind, account, area and author loaded."""
    account, area = product_request.account, product_request.product_area
    author = product_request.author
    parts = (product_request.title, product_request.body, product_request.why)
    return {
        "kind": product_request.kind.slug,
        "source": product_request.source,
        "urgency": product_request.urgency,
        "area": area.slug if area else None,
        "account": account.name if account else None,
        "tier": account.tier if account else None,
        "segment": account.segment if account else None,
        "arr": account.arr if account else None,
        "role": author.role,
        "domain": author.email.rpartition("@")[2],
        "title": product_request.title,
        "text": "\n".join(parts)[:LONGEST_READ],
        **{answer_key(answer.field_id): answer.fact for answer in answers},
    }


def answer_key(field_id: int) -> str:
    """Return under which name a rule asks about the answer to one question of a form."""
    return f"answer:{field_id}"


def holds(operator: str, value: Value, wanted: Sequence[str]) -> bool:
    """Answer one question; an empty value is nothing but empty: not equal, not large, not small."""
    is_empty = value is None or value == ""
    if operator == Operator.EMPTY:
        return is_empty
    if operator == Operator.FILLED:
        return not is_empty
    if is_empty:
        return operator in (Operator.IS_NOT, Operator.LACKS)
    return COMPARE[operator](value, wanted)


def _is_one_of(value, wanted) -> bool:
    return str(value).casefold() in {each.casefold() for each in wanted}


def _contains_one_of(value, wanted) -> bool:
    return _pattern(tuple(wanted)).search(str(value)) is not None


def _is_at_least(value, wanted) -> bool:
    """Numbers as numbers; days are kept as 2026-12-01 and compare as text."""
    return value >= (wanted[0] if isinstance(value, str) else Decimal(wanted[0]))


@lru_cache(maxsize=512)
def _pattern(wanted: tuple[str, ...]) -> re.Pattern:
    """Find any of these words or phrases as whole words, in any case, over any white space."""
    phrases = (r"\s+".join(map(re.escape, phrase.split())) for phrase in wanted)
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


COMPARE: dict[str, Callable[[Value, Sequence[str]], bool]] = {
    Operator.IS: _is_one_of,
    Operator.IS_NOT: lambda value, wanted: not _is_one_of(value, wanted),
    Operator.HAS: _contains_one_of,
    Operator.LACKS: lambda value, wanted: not _contains_one_of(value, wanted),
    Operator.AT_LEAST: _is_at_least,
    Operator.BELOW: lambda value, wanted: not _is_at_least(value, wanted),
}

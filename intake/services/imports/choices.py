"""The words of a choice: what they mean by themselves, and what a person said they mean."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify

from intake.models import Account, Category, ProductRequest, RequestKind
from intake.services.imports.problems import Wrong
from prodops.people.models import ProductArea, Team, User
from prodops.people.permissions import can_triage

MAKE, EMPTY = "+", "-"
MADE_BY_ITSELF = frozenset({"account"})
CAN_BE_MADE = frozenset({"account", "kind", "category", "area", "team"})
WORDS = {
    "state": {
        "open": "new",
        "backlog": "accepted",
        "in progress": "planned",
        "under review": "triage",
        "under consideration": "triage",
        "pending": "waiting",
        "on hold": "snoozed",
        "rejected": "declined",
        "won't do": "declined",
        "wont do": "declined",
        "done": "shipped",
        "released": "shipped",
        "solved": "closed",
        "resolved": "closed",
        "duplicate": "merged",
    },
    "priority": {
        "critical": "P0",
        "blocker": "P0",
        "highest": "P0",
        "high": "P1",
        "medium": "P2",
        "normal": "P2",
        "low": "P3",
        "lowest": "P3",
    },
    "urgency": {"medium": "normal", "urgent": "critical", "blocker": "critical", "minor": "low"},
    "segment": {"smb": "small_business", "midmarket": "mid_market", "government": "public"},
}


@dataclass
class Choice:
    """What a field can be: `options` are (value, label); `known` finds one by a plain word."""

    name: str
    options: list[tuple[str, str]]
    known: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def find(self, word: str) -> Any:
        return self.known.get(plain_word(word))

    def learn(self, word: str, made: Any) -> None:
        """Know from now on what was made for a word."""
        self.known[plain_word(word)] = made


def plain_word(word: str) -> str:
    return " ".join(word.split()).casefold()


def read_choices() -> dict[str, Choice]:
    """Return every choice with its options; accounts come by the batch, see `NamedAccounts`."""
    owners = [user for user in User.objects.active().order_by("name", "pk") if can_triage(user)]
    kinds = RequestKind.objects.prefetch_related("promises").order_by("position", "pk")
    return {
        "kind": _of(kinds, "kind", "slug", "name"),
        "category": _of(Category.objects.order_by("name", "pk"), "category", "slug", "name"),
        "area": _of(ProductArea.objects.order_by("name", "pk"), "area", "slug", "name"),
        "team": _of(Team.objects.order_by("name", "pk"), "team", "slug", "name"),
        "owner": _of(owners, "owner", "email", "name"),
        "urgency": _fixed("urgency", ProductRequest.Urgency.choices),
        "priority": _fixed("priority", ProductRequest.Priority.choices),
        "state": _fixed("state", ProductRequest.State.choices),
        "source": _fixed("source", ProductRequest.Source.choices),
        "segment": _fixed("segment", Account.Segment.choices),
    }


def _of(rows: Iterable[Any], name: str, *by: str) -> Choice:
    """A word finds a row by any of the fields `by`; one that two rows share finds neither."""
    choice = Choice(name, [])
    twice = set()
    for row in rows:
        value = getattr(row, by[0])
        choice.options.append((value, str(row)))
        choice.values[value] = row
        for word in {plain_word(str(getattr(row, each))) for each in by}:
            if choice.known.setdefault(word, row) != row:
                twice.add(word)
    for word in twice:
        del choice.known[word]
    return choice


def _fixed(name: str, options: list[tuple[str, str]]) -> Choice:
    values = {value: value for value, _ in options}
    known = {plain_word(each): value for value, label in options for each in (value, label)}
    for word, value in WORDS.get(name, {}).items():
        known.setdefault(word, value)
    return Choice(name, [(str(value), str(label)) for value, label in options], known, dict(values))


@dataclass(frozen=True)
class New:
    """Stands for a row that the import makes, until it is made."""

    choice: str
    name: str


def resolve(
    choice: Choice, word: str, said: Mapping[str, str], *, makes: frozenset[str] = frozenset()
) -> Any:
    """Return what a word means: a value, a row, `New`, or None where it is to be left empty.

    `said` is what a person answered for words of this field. Raises Wrong for an unknown one.
    """
    answer = said.get(plain_word(word), "")
    if answer == EMPTY:
        return None
    if answer and answer in choice.values:
        return choice.values[answer]
    found = choice.find(word)
    if found is not None:
        return found
    if answer == MAKE or choice.name in makes:
        return New(choice.name, " ".join(word.split()))
    raise Wrong(
        f"There is no {choice.name} “{word.strip()[:80]}”.",
        "Say on the page of its columns what it means.",
    )


def slug_of(name: str, taken: Callable[[str], bool]) -> str:
    """Return a free slug made of a name."""
    start = slugify(name)[:44] or "other"
    slug, number = start, 2
    while taken(slug):
        slug, number = f"{start}-{number}", number + 1
    return slug

"""What rows name: accounts, people, kinds and the like; found, or made and remembered as made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q
from django.db.models.functions import Lower

from intake.models import Account, Category, Import, Imported, RequestKind
from intake.services.imports.choices import New, plain_word, slug_of
from prodops.people.models import ProductArea, Team, User

NOBODY = "unknown-requester@import.invalid"
MAKERS: dict[str, Callable[[str], Model]] = {
    "kind": lambda name: RequestKind.objects.create(
        slug=_free(RequestKind, name), name=name[:80], position=RequestKind.objects.count()
    ),
    "category": lambda name: Category.objects.create(slug=_free(Category, name), name=name[:120]),
    "area": lambda name: ProductArea.objects.create(slug=_free(ProductArea, name), name=name[:120]),
    "team": lambda name: Team.objects.create(slug=_free(Team, name), name=name[:120]),
}


@dataclass
class Catalogue:
    """The named things of a file; those it makes are noted, so that an undo takes them away."""

    importing: Import
    accounts: dict[str, Account] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    fresh: list[Imported] = field(default_factory=list)

    def find(self, *, accounts: Iterable[str], people: Iterable[str]) -> None:
        """Read what a batch names and is here, and forget the batch before."""
        names, emails = set(accounts), set(people)
        alike = Q(plain__in={name.lower() for name in names}) | Q(name__in=names)
        known = Account.objects.annotate(plain=Lower("name")).filter(alike)
        self.accounts = {plain_word(each.name): each for each in known.order_by("-pk")}
        found = User.objects.annotate(plain=Lower("email")).filter(plain__in=emails)
        self.people = {each.email.lower(): each for each in found}

    def make_people(self, wanted: dict[str, tuple[str, int]]) -> None:
        """Make those who are unknown in one go; `wanted` is address → (name, line)."""
        fresh = [
            _person(email, name) for email, (name, _) in wanted.items() if email not in self.people
        ]
        for person in User.objects.bulk_create(fresh):
            self.people[person.email] = person
            self._note(wanted[person.email][1], person=person)

    def account(self, name: str, line: int, **facts: Any) -> Account:
        """Return the account of that name; a new one is made, with what its row knows of it."""
        account = self.accounts.get(plain_word(name))
        if account is None:
            account = Account.objects.create(name=name, **facts)
            self.accounts[plain_word(name)] = account
            self._note(line, account=account)
        return account

    def make(self, new: New, line: int) -> Model:
        """Make a kind, category, area or team."""
        made = MAKERS[new.choice](new.name)
        self._note(line, **{new.choice: made})
        return made

    def _note(self, line: int, **record: Model) -> None:
        self.fresh.append(Imported(importing=self.importing, line=line, **record))


def _person(email: str, name: str) -> User:
    """Return a requester who signs in after a password reset only; nobody cannot at all."""
    words = "Unknown requester" if email == NOBODY else name or email.partition("@")[0]
    person = User(email=email, name=words[:120], is_active=email != NOBODY)
    person.set_unusable_password()
    return person


def _free(model: type[Any], name: str) -> str:
    return slug_of(name, lambda slug: model.objects.filter(slug=slug).exists())

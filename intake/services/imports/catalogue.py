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

    def account(self, name: str, line: int, **facts: Any) -> Account:
        """Return the account of that name; a new one is made, with what its row knows of it."""
        account = self.accounts.get(plain_word(name))
        if account is None:
            account = Account.objects.create(name=name, **facts)
            self.accounts[plain_word(name)] = account
            self._note(line, account=account)
        return account

    def person(self, email: str, line: int, name: str = "") -> User:
        """Return the person of that address; a new one signs in after a password reset only."""
        person = self.people.get(email)
        if person is None:
            words = name or ("Unknown requester" if email == NOBODY else email.partition("@")[0])
            person = User.objects.create_user(email, name=words, is_active=email != NOBODY)
            self.people[email] = person
            self._note(line, person=person)
        return person

    def make(self, new: New, line: int) -> Model:
        """Make a kind, category, area or team."""
        made = MAKERS[new.choice](new.name)
        self._note(line, **{new.choice: made})
        return made

    def _note(self, line: int, **record: Model) -> None:
        self.fresh.append(Imported(importing=self.importing, line=line, **record))


def _free(model: type[Any], name: str) -> str:
    return slug_of(name, lambda slug: model.objects.filter(slug=slug).exists())

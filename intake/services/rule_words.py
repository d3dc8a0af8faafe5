"""Routing rules as sentences, and what one version changed in another."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from intake.models import (
    Account,
    FormField,
    ProductRequest,
    RequestKind,
    RoutingCondition,
    RoutingRule,
)
from intake.models.facts import OF_EVERY_REQUEST, Fact, Operator, Sort, answer_key
from intake.models.form import YES_NO
from prodops.people.models import ProductArea, User

SORTS: dict[str, Sort] = {
    FormField.Type.SHORT: Sort.WORDS,
    FormField.Type.LONG: Sort.WORDS,
    FormField.Type.LINK: Sort.WORDS,
    FormField.Type.NUMBER: Sort.NUMBER,
    FormField.Type.DATE: Sort.DATE,
    FormField.Type.CHOICE: Sort.CHOICE,
    FormField.Type.YES_NO: Sort.CHOICE,
}
OF_SEVERAL = {Operator.IS: "is one of", Operator.IS_NOT: "is none of"}
OF_DAYS = {Operator.AT_LEAST: "is on or after", Operator.BELOW: "is before"}


@dataclass(frozen=True)
class Book:
    """What can be asked, and the names of what it is compared with."""

    facts: dict[str, Fact]
    choices: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Sentence:
    """A rule in words: all of `asks` must hold, then the request gets all of `sets`."""

    rule: RoutingRule
    asks: list[tuple[RoutingCondition, str]]
    sets: list[str]
    warnings: list[str] = field(default_factory=list)


def read_book() -> Book:
    """Read what rules may ask about, with the names of each choice."""
    kinds = RequestKind.objects.order_by("position", "pk").values_list("slug", "name")
    areas = ProductArea.objects.order_by("name", "pk").values_list("slug", "name")
    choices = {
        "kind": dict(kinds),
        "area": dict(areas),
        "source": dict(ProductRequest.Source.choices),
        "urgency": dict(ProductRequest.Urgency.choices),
        "segment": dict(Account.Segment.choices),
        "role": dict(User.Role.choices),
    }
    facts = list(OF_EVERY_REQUEST)
    questions = FormField.objects.select_related("kind")
    for each in questions.order_by("kind__position", "kind", "position", "pk"):
        key = answer_key(each.pk)
        facts.append(Fact(key, f"{each.kind}: {each.label}", SORTS[each.type]))
        yes_no = YES_NO if each.type == FormField.Type.YES_NO else {}
        choices[key] = yes_no or {option: option for option in each.options}
    return Book({fact.key: fact for fact in facts}, choices)


def say_all(rules: Iterable[RoutingRule], book: Book) -> list[Sentence]:
    """Put rules into words, in order, and say of each what looks wrong with it."""
    said, is_closed = [], False
    for rule in rules:
        asks = [(each, say(each, book)) for each in rule.conditions.all()]
        warnings = list(_warnings(rule, asks, book))
        if is_closed and rule.is_active:
            warnings.append("A rule above it takes everything, so nothing reaches this one.")
        said.append(Sentence(rule, asks, says_it_sets(rule), warnings))
        is_closed = is_closed or (rule.is_active and not asks)
    return said


def say(condition: RoutingCondition, book: Book) -> str:
    """Put one condition into words: "Kind is one of Idea, Problem"."""
    fact = book.facts.get(condition.field)
    label = fact.label if fact else "A field that is gone"
    names = book.choices.get(condition.field, {})
    wanted = [names.get(each, each) for each in condition.wanted]
    words = str(condition.get_operator_display())
    if fact and fact.sort == Sort.DATE:
        words = OF_DAYS.get(Operator(condition.operator), words)
    if len(wanted) > 1:
        words = OF_SEVERAL.get(Operator(condition.operator), words)
    return " ".join(part for part in (label, words, _list(fact, wanted)) if part)


def says_it_sets(rule: RoutingRule) -> list[str]:
    """Say what a rule gives a request: "Category Billing", "Owner whose turn it is"."""
    parts = [
        ("Category", rule.category),
        ("Area", rule.product_area),
        ("Team", rule.team),
        ("Owner", rule.owner or ("whose turn it is" if rule.takes_turns else "")),
        ("Priority", rule.priority),
    ]
    return [f"{label} {value}" for label, value in parts if value]


def differences(
    before: Iterable[RoutingRule], after: Iterable[RoutingRule], book: Book
) -> list[str]:
    """Say what the rules `after` do otherwise than those `before`, one sentence a change."""
    old = {rule.line: rule for rule in before}
    new = {rule.line: rule for rule in after}
    said = [f"Added “{rule}”" for line, rule in new.items() if line not in old]
    said += [f"Removed “{rule}”" for line, rule in old.items() if line not in new]
    for line in [each for each in old if each in new]:
        said += _changes(old[line], new[line], book)
    stayed = [line for line in old if line in new]
    if stayed != [line for line in new if line in old]:
        order = ", ".join(f"“{new[line]}”" for line in new if line in old)
        said.append(f"New order: {order}")
    return said


def _changes(old: RoutingRule, new: RoutingRule, book: Book) -> list[str]:
    said = []
    if old.name != new.name:
        said.append(f"Renamed “{old}” to “{new}”")
    if old.is_active != new.is_active:
        said.append(f"Switched “{new}” {'on' if new.is_active else 'off'}")
    asked, asks = (_asked(each, book) for each in (old, new))
    said += [f"“{new}” no longer asks: {each}" for each in asked if each not in asks]
    said += [f"“{new}” now asks: {each}" for each in asks if each not in asked]
    if says_it_sets(old) != says_it_sets(new):
        was, now = (", ".join(says_it_sets(each)) for each in (old, new))
        said.append(f"“{new}” sets {now}, instead of {was}")
    return said


def _asked(rule: RoutingRule, book: Book) -> list[str]:
    return [say(each, book) for each in rule.conditions.all()]


def _list(fact: Fact | None, wanted: list[str]) -> str:
    shown: Callable[[str], str] = FORMS.get(fact.sort, str) if fact else str
    if fact and fact.sort == Sort.WORDS:
        return " or ".join(map(shown, wanted))
    return ", ".join(map(shown, wanted))


def _day(value: str) -> str:
    day = date.fromisoformat(value)
    return f"{day.day} {day:%b %Y}"


FORMS: dict[str, Callable[[str], str]] = {
    Sort.WORDS: lambda value: f"“{value}”",
    Sort.NUMBER: lambda value: f"{Decimal(value):,f}",
    Sort.DATE: _day,
}


def _warnings(rule: RoutingRule, asks: list, book: Book):
    if not asks:
        yield "It asks nothing, so it takes every request that reaches it."
    if any(condition.field not in book.facts for condition, _ in asks):
        yield "It asks about a field that is gone, which counts as empty."
    if rule.owner and not rule.owner.is_active:
        yield f"{rule.owner} has left, so it sets no owner."
    if rule.takes_turns and rule.team and not rule.team.triage_turns.all():
        yield f"Nobody is on the triage rota of {rule.team}, so it sets no owner."

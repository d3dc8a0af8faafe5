"""Changing the routing rules: in a draft, which is tried and then put live as a whole."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from intake.models import RoutingCondition, RoutingRule, RoutingVersion, TriageTurn
from intake.services.states import Refusal
from prodops.people.models import Team, User

State = RoutingVersion.State
OUTCOME = ("category", "product_area", "team", "owner", "takes_turns", "priority")


@transaction.atomic
def open_draft(*, by: User, at: datetime, source: RoutingVersion | None = None) -> RoutingVersion:
    """Return the draft; when there is none, begin one as a copy of `source` or the live rules.

    Raises Refusal when `source` is named while a draft is under way.
    """
    versions = RoutingVersion.objects.select_for_update()
    existing = versions.filter(state=State.DRAFT).first()
    if existing and source:
        raise Refusal("There is a draft already. Put it live or discard it first.")
    if existing:
        return existing
    source = source or versions.filter(state=State.LIVE).first()
    number = (RoutingVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    try:
        with transaction.atomic():
            draft = RoutingVersion.objects.create(number=number, opened_by=by, opened_at=at)
    except IntegrityError:
        return RoutingVersion.objects.get(state=State.DRAFT)
    if source:
        _copy_rules(source, draft)
    return draft


@transaction.atomic
def add_rule(
    *, version: RoutingVersion, name: str, by: User, at: datetime, **outcome
) -> RoutingRule:
    """Add a rule at the end; it asks nothing yet, so it fits whatever reaches it."""
    _hold(version)
    _refuse_name(version, name)
    last = version.rules.aggregate(last=Max("position"))["last"] or 0
    return RoutingRule.objects.create(
        version=version,
        position=last + 1,
        name=name,
        changed_by=by,
        changed_at=at,
        **_outcome(outcome),
    )


@transaction.atomic
def change_rule(
    *, rule: RoutingRule, name: str, seen: datetime | None, by: User, at: datetime, **outcome
) -> RoutingRule:
    """Write name and outcome. Raises Refusal when somebody changed it after it was `seen`."""
    _hold_rule(rule)
    if seen is not None and rule.changed_at != seen:
        who = rule.changed_by
        raise Refusal(
            f"{who} changed this rule after you opened it; it is shown as {who} left it. "
            "Make your change again."
        )
    _refuse_name(rule.version, name, but=rule)
    rule.name = name
    for field, value in _outcome(outcome).items():
        setattr(rule, field, value)
    return _touch(rule, by=by, at=at)


@transaction.atomic
def add_condition(
    *, rule: RoutingRule, field: str, operator: str, wanted: list[str], by: User, at: datetime
) -> RoutingCondition:
    """Let the rule ask one thing more."""
    _hold_rule(rule)
    condition = RoutingCondition.objects.create(
        rule=rule, field=field, operator=operator, wanted=wanted
    )
    _touch(rule, by=by, at=at)
    return condition


@transaction.atomic
def remove_condition(*, condition: RoutingCondition, by: User, at: datetime) -> None:
    _hold_rule(condition.rule)
    condition.delete()
    _touch(condition.rule, by=by, at=at)


@transaction.atomic
def move_rule(*, rule: RoutingRule, step: int, by: User, at: datetime) -> None:
    """Let a rule change places with the one before (-1) or after it (1); at the end it stays."""
    _hold_rule(rule)
    rules = list(rule.version.rules.order_by("position"))
    place = next(n for n, each in enumerate(rules) if each.pk == rule.pk)
    if not step or not 0 <= place + step < len(rules):
        return
    rule, other = rules[place], rules[place + step]
    rule.position, other.position = other.position, rule.position
    other.save(update_fields=["position"])
    _touch(rule, by=by, at=at)


@transaction.atomic
def switch_rule(*, rule: RoutingRule, by: User, at: datetime) -> RoutingRule:
    """Switch a rule off, or on again."""
    _hold_rule(rule)
    rule.is_active = not rule.is_active
    return _touch(rule, by=by, at=at)


@transaction.atomic
def remove_rule(*, rule: RoutingRule) -> None:
    _hold_rule(rule)
    rule.delete()


@transaction.atomic
def publish(*, version: RoutingVersion, by: User, at: datetime, note: str = "") -> RoutingVersion:
    """Put a draft live; the rules that were live stay as they were, for the record."""
    _hold(version)
    live = RoutingVersion.objects.select_for_update().filter(state=State.LIVE)
    for each in live:
        each.state = State.RETIRED
        each.save(update_fields=["state"])
    version.state = State.LIVE
    version.published_by, version.published_at, version.note = by, at, note
    version.save()
    return version


@transaction.atomic
def discard(*, version: RoutingVersion) -> None:
    """Throw a draft away with all its rules."""
    _hold(version)
    version.delete()


def _hold(version: RoutingVersion) -> None:
    """Let nobody else change the version until the transaction ends; refuse unless a draft."""
    try:
        version.refresh_from_db(from_queryset=RoutingVersion.objects.select_for_update())
    except RoutingVersion.DoesNotExist:
        raise Refusal("This draft was discarded meanwhile.") from None
    if not version.is_draft:
        who = version.published_by
        raise Refusal(f"{who} put version {version.number} live; begin a new draft to change it.")


def _hold_rule(rule: RoutingRule) -> None:
    """Hold the rule's version and bring the instance up to date."""
    _hold(rule.version)
    try:
        rule.refresh_from_db()
    except RoutingRule.DoesNotExist:
        raise Refusal("Somebody removed this rule meanwhile.") from None


def _touch(rule: RoutingRule, *, by: User, at: datetime) -> RoutingRule:
    rule.changed_by, rule.changed_at = by, at
    rule.save()
    return rule


def _outcome(values: dict) -> dict:
    unknown = set(values) - set(OUTCOME)
    if unknown:
        raise TypeError(f"A rule does not set {', '.join(sorted(unknown))}.")
    return values


def _refuse_name(version: RoutingVersion, name: str, but: RoutingRule | None = None) -> None:
    same = version.rules.filter(name__iexact=name)
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise Refusal(f"Another rule is called “{name}” already.")


def _copy_rules(source: RoutingVersion, draft: RoutingVersion) -> None:
    """Write the rules of one version once more into another, each with its conditions."""
    for rule in source.rules.prefetch_related("conditions").order_by("position"):
        conditions = list(rule.conditions.all())
        rule.pk, rule._state.adding, rule.version = None, True, draft
        rule.save()
        for condition in conditions:
            condition.pk, condition._state.adding, condition.rule = None, True, rule
        RoutingCondition.objects.bulk_create(conditions)


@transaction.atomic
def set_rota(*, team: Team, people: list[User]) -> None:
    """Let these people take turns, in this order, at what is sent to the team."""
    TriageTurn.objects.filter(team=team).exclude(user__in=people).delete()
    for position, person in enumerate(people):
        TriageTurn.objects.update_or_create(team=team, user=person, defaults={"position": position})

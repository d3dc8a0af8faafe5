"""Launches with their readiness, through the same acts a person would use.

`launch(stage="go_no_go")` brings it there; `item(of=launch, state="done")` adds one more item.
"""

import itertools
from datetime import UTC, date, datetime, timedelta

from intake import services as intake
from launches import services
from launches.models import ItemStateChange, LaunchItem, ReadinessTemplate, TemplateItem
from planning import services as planning
from planning.models import InitiativeRequest
from prodops.people.models import FunctionMember
from tests.factories.intake import product_request
from tests.factories.people import FunctionFactory, UserFactory

CREATED_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
LAUNCH_ON = date(2026, 12, 15)
LOW_RISK = {"audience": "internal", "risk": "low", "revenue": "none", "data": "none"}
HIGH_RISK = {"audience": "everyone", "risk": "high", "revenue": "some", "data": "personal"}
NUMBERS = itertools.count(1)


def function(*members, **fields):
    """Make a function whose rota is `members`, in that order."""
    made = FunctionFactory(**fields)
    FunctionMember.objects.bulk_create(
        FunctionMember(function=made, user=user, position=place)
        for place, user in enumerate(members)
    )
    return made


def template(*lines, tier=3, kind="product", **fields):
    """Make and activate a template; each line is a dict of TemplateItem fields."""
    last = ReadinessTemplate.objects.filter(tier=tier, kind=kind).count()
    made = ReadinessTemplate.objects.create(
        **{"name": "Readiness", "tier": tier, "kind": kind, "version": last + 100, **fields}
    )
    for place, line in enumerate(lines):
        defaults = {"title": f"Item {place}", "position": place}
        line = {**defaults, **line}
        line.setdefault("function", None)
        line["function"] = line["function"] or FunctionFactory()
        TemplateItem.objects.create(template=made, **line)
    return services.activate(template=made)


def launch(*, stage="planning", lines=(), at=CREATED_AT, **fields):
    """Make a launch in `stage` from a template of `lines`; fields are those of create_launch."""
    answers = fields.setdefault("answers", LOW_RISK)
    tier = fields.get("tier") or services.tier_for(answers)
    template(*lines, tier=tier, kind=fields.get("kind", "product"))
    by = fields.pop("by", None) or UserFactory(role="ops")
    defaults = {
        "title": f"Launch number {next(NUMBERS)}",
        "launch_on": LAUNCH_ON,
        "owner": by,
        "summary": "You can do it now.",
    }
    made = services.create_launch(**{**defaults, **fields}, by=by, at=at)
    _bring(made, stage, by=by, at=at + timedelta(hours=1))
    return made


def item(*, of, state="not_started", at=CREATED_AT, **fields):
    """Add an item to the launch `of`, in `state`; no sign-off unless fields say so."""
    by = fields.pop("by", None) or of.owner
    due = services.due_on(
        launch_on=of.launch_on, offset_days=fields.get("offset_days", 0), owner=fields.get("owner")
    )
    defaults = {"title": f"Item {next(NUMBERS)}", "due_on": due, "added_at": at}
    fields["function"] = fields.get("function") or FunctionFactory()
    made = LaunchItem.objects.create(launch=of, **{**defaults, **fields})
    ItemStateChange.objects.create(item=made, to_state=made.state, at=at, by=by)
    if state != "not_started":
        aside = state in {"waived", "not_applicable"}
        services.set_item_state(
            item=made,
            state=state,
            by=by,
            at=at + timedelta(hours=1),
            reason="It was agreed." if aside else "",
            waived_until=date(2027, 6, 30) if state == "waived" else None,
        )
    return made


def approver_of(function, **fields):
    """Make a person who may sign off for `function`."""
    user = UserFactory(**fields)
    FunctionMember.objects.create(function=function, user=user)
    return user


def asked_for(*, requests=1, backers=0, **fields):
    """Make an initiative behind which stand planned requests, each with `backers` voices more."""
    owner = fields.pop("owner", None) or UserFactory()
    made = planning.create_initiative(
        **{"title": f"Initiative {next(NUMBERS)}", **fields}, owner=owner, by=owner, at=CREATED_AT
    )
    for _ in range(requests):
        asked = product_request(state="planned")
        for _ in range(backers):
            person = UserFactory(role="requester")
            intake.back(product_request=asked, person=person, by=person, at=CREATED_AT)
        adopted(made, asked)
    return made


def adopted(initiative, product_request):
    """Say that a request is behind an initiative."""
    return InitiativeRequest.objects.create(
        initiative=initiative, product_request=product_request, at=CREATED_AT, by=initiative.owner
    )


def _bring(made, stage, *, by, at):
    if stage in {"go_no_go", "launched"}:
        services.decide_go_no_go(launch=made, decision="go", reason="Ready.", by=by, at=at)
    if stage == "launched":
        services.ship(launch=made, by=by, at=at + timedelta(hours=1))
    if stage == "cancelled":
        services.cancel(launch=made, reason="No longer wanted.", by=by, at=at)

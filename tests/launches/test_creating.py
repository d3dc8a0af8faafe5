"""Opening a launch: tier, template, items, owners, due dates."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from launches import defaults, services
from launches.models import Launch, ReadinessTemplate, TemplateItem
from prodops.people.models import Function
from tests.factories.launches import (
    CREATED_AT,
    HIGH_RISK,
    LOW_RISK,
    asked_for,
    function,
    launch,
    template,
)
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("answers", "tier"),
    [
        (LOW_RISK, 3),
        (LOW_RISK | {"risk": "high"}, 2),
        (LOW_RISK | {"data": "sensitive"}, 2),
        (LOW_RISK | {"audience": "everyone"}, 3),
        (LOW_RISK | {"audience": "everyone", "revenue": "some"}, 2),
        (LOW_RISK | {"risk": "high", "data": "sensitive"}, 1),
        (HIGH_RISK, 1),
    ],
)
def test_the_answers_give_the_tier(answers, tier):
    assert services.tier_for(answers) == tier


def test_a_launch_takes_the_items_of_its_template_and_says_so_on_its_timeline(pm):
    made = launch(lines=[{"title": "Docs"}, {"title": "Support", "offset_days": -5}], owner=pm)

    assert [item.title for item in made.items.order_by("pk")] == ["Docs", "Support"]
    assert made.key == f"LCH-{made.pk}"
    assert made.thread.path == f"/launches/{made.pk}/"
    assert made.thread.events.filter(verb="launch.created").count() == 1
    assert all(item.state_changes.count() == 1 for item in made.items.all())


def test_an_item_becomes_required_when_its_condition_holds():
    lines = [
        {"title": "Privacy", "condition": "personal_data", "needs_sign_off": True},
        {"title": "Call", "condition": "high_risk", "otherwise": "advisory"},
    ]

    safe = launch(lines=lines, answers=LOW_RISK)
    risky = launch(lines=lines, answers=HIGH_RISK)

    assert [(item.title, item.is_required) for item in safe.items.order_by("pk")] == [
        ("Call", False)
    ]
    assert [(item.title, item.is_required) for item in risky.items.order_by("pk")] == [
        ("Privacy", True),
        ("Call", True),
    ]


def test_owners_follow_the_role_of_the_item(pm):
    lead, first, second = UserFactory(), UserFactory(), UserFactory()
    team = TeamFactory()
    MembershipFactory(team=team, user=lead, role="lead")
    support, nobody = function(first, second), function(UserFactory(role="requester"))
    role = TemplateItem.OwnerRole
    made = launch(
        lines=[
            {"owner_role": role.LAUNCH_OWNER},
            {"owner_role": role.TEAM_LEAD},
            {"owner_role": role.FUNCTION, "function": support},
            {"owner_role": role.FUNCTION, "function": nobody},
        ],
        owner=pm,
        initiatives=[asked_for(teams=[team])],
    )

    assert [item.owner for item in made.items.order_by("pk")] == [pm, lead, first, pm]


def test_another_tier_than_the_scored_one_needs_a_reason(ops):
    with pytest.raises(services.Refusal, match="Say why it is tier 1") as refusal:
        launch(tier=1)

    assert refusal.value.field == "tier_reason"
    made = launch(tier=1, tier_reason="The board watches it.")
    assert (made.scored_tier, made.tier) == (3, 1)
    with pytest.raises(IntegrityError, match="tier_override"), transaction.atomic():
        Launch.objects.filter(pk=made.pk).update(tier_reason="")


def test_an_unanswered_question_is_refused():
    with pytest.raises(services.Refusal, match="If it goes wrong") as refusal:
        launch(answers={**LOW_RISK, "risk": "?"}, tier=3)

    assert refusal.value.field == "risk"


def test_without_an_active_template_nothing_is_opened(pm):
    ReadinessTemplate.objects.filter(tier=3).update(is_active=False)

    with pytest.raises(services.NoTemplate, match="Ask an administrator"):
        services.create_launch(
            title="A", answers=LOW_RISK, launch_on=date(2026, 12, 1), owner=pm, by=pm, at=CREATED_AT
        )

    assert not Launch.objects.exists()


@pytest.mark.parametrize(
    ("precision", "settled", "words"),
    [
        ("day", date(2026, 11, 10), "10 Nov 2026"),
        ("month", date(2026, 11, 30), "November 2026"),
        ("quarter", date(2026, 12, 31), "Q4 2026"),
    ],
)
def test_a_month_or_quarter_counts_from_its_last_day(precision, settled, words):
    made = launch(launch_on=date(2026, 11, 10), date_precision=precision)

    assert (made.launch_on, made.date_text) == (settled, words)


def test_only_one_version_of_a_template_is_active():
    first = template({"title": "A"}, tier=2)
    second = services.make_new_version(template=first)

    assert not second.is_active
    assert [item.title for item in second.items.all()] == ["A"]
    services.activate(template=second)
    first.refresh_from_db()
    assert not first.is_active
    with pytest.raises(IntegrityError, match="template_one_active"), transaction.atomic():
        ReadinessTemplate.objects.filter(pk=first.pk).update(is_active=True)


def test_a_running_launch_keeps_the_version_it_took():
    made = launch(lines=[{"title": "Old"}])
    newer = services.make_new_version(template=made.template)
    newer.items.update(title="New")
    services.activate(template=newer)

    assert [item.title for item in made.items.all()] == ["Old"]
    assert made.template_id != newer.pk


def test_a_fresh_install_has_a_template_for_every_tier_and_kind():
    ReadinessTemplate.objects.all().delete()
    pieces = {
        "functions": Function.objects.all(),
        "templates": ReadinessTemplate.objects.all(),
        "items": TemplateItem.objects.all(),
    }

    assert defaults.install(**pieces) == 9
    assert defaults.install(**pieces) == 0
    assert ReadinessTemplate.objects.active().count() == 9
    assert TemplateItem.objects.filter(function__slug="privacy", needs_sign_off=True).count() == 9

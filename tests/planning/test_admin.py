"""Administration: what was planned and decided is read, never edited."""

import html

import pytest
from django.apps import apps
from django.contrib import admin as site
from django.urls import reverse
from django.utils import timezone

from planning import services
from planning.models import Decision, MilestoneTemplate
from tests import world
from tests.factories import forums, planning, truth
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
EDITED = {"InvestmentCategory", "MilestoneTemplate"}
MODELS = [
    model
    for model in site.site._registry
    if model._meta.app_label == "planning" and model.__name__ not in EDITED
]


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(role="admin"))
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_facts_are_read_and_not_edited(admin, model):
    name = f"admin:planning_{model._meta.model_name}"

    assert admin.get(reverse(f"{name}_changelist")).status_code == 200
    assert admin.get(reverse(f"{name}_add")).status_code == 403


def test_a_decision_is_read_with_its_options_and_stays(admin):
    decision = services.open_decision(
        title="Build or buy", by=UserFactory(role="ops"), at=timezone.now()
    )
    address = reverse("admin:planning_decision_change", args=[decision.pk])

    assert b"Build or buy" in admin.get(address).content
    assert admin.post(address, {"title": "Buy"}).status_code == 403
    assert Decision.objects.get(pk=decision.pk).title == "Build or buy"


def test_templates_of_milestones_are_edited(admin):
    address = reverse("admin:planning_milestonetemplate_add")
    rows = {"items-TOTAL_FORMS": 1, "items-INITIAL_FORMS": 0}
    item = {"items-0-title": "Plan agreed", "items-0-offset_days": -3, "items-0-anchor": "start"}

    made = admin.post(address, {"name": "Ours", "is_active": "on", **rows, **item})
    both = {"items-0-owner": UserFactory().pk, "items-0-owner_role": "ops"}
    refused = admin.post(address, {"name": "Other", "is_active": "on", **rows, **item, **both})

    assert made.status_code == 302
    item = MilestoneTemplate.objects.get(name="Ours").items.get()
    assert item.offset_words == "3 working days before the first day"
    assert "Give a person or a role, not both." in refused.content.decode()


NEW = ["dependency", "scoringmodel", "objective", "keyresult", "forum", "forumsession", "action"]


@pytest.fixture
def planned(db):
    """A world, and a look at Jira in it."""
    made = world.build()
    initiative = planning.initiative(stage="delivery", target_on=made.at.date(), at=made.at)
    truth.check(initiative, at=made.at)
    return made


@pytest.mark.parametrize("name", [*NEW, "truthcheck", "forecast"])
def test_a_record_is_read_with_its_story(admin, planned, name):
    row = apps.get_model("planning", name).objects.order_by("pk").first()

    page = admin.get(reverse(f"admin:planning_{name}_change", args=[row.pk]))

    assert page.status_code == 200
    assert str(row) in html.unescape(page.content.decode())
    assert b'name="_save"' not in page.content


def test_private_forums_are_not_read_here_either(admin):
    secret = forums.session(forums.forum(name="Salaries", is_private=True))
    action = forums.action(session=secret, text="Whisper")

    for record in (secret.forum, secret, action):
        name = f"admin:planning_{record._meta.model_name}"
        shown = admin.get(reverse(f"{name}_changelist")).content.decode()
        assert "Salaries" not in shown
        assert "Whisper" not in shown
        assert admin.get(reverse(f"{name}_change", args=[record.pk])).status_code == 302

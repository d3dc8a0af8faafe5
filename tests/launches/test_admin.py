"""Administration: templates are versioned; launches, sign-offs and records are only read."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.urls import reverse

from launches.models import LaunchItem, ReadinessTemplate
from tests.factories.launches import function, item, launch
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(role="admin"))
    return client


def act(client, name, template):
    return client.post(
        reverse("admin:launches_readinesstemplate_changelist"),
        {"action": name, ACTION_CHECKBOX_NAME: [template.pk]},
        follow=True,
    )


def test_a_used_template_is_replaced_by_a_new_version(admin):
    used = launch(lines=[{"title": "Docs"}]).template

    page = admin.get(reverse("admin:launches_readinesstemplate_change", args=[used.pk]))
    assert b'name="items-0-title"' not in page.content
    act(admin, "make_new_version", used)
    newer = ReadinessTemplate.objects.latest("pk")
    act(admin, "activate", newer)

    used.refresh_from_db()
    newer.refresh_from_db()
    assert (newer.version, newer.is_active, used.is_active) == (used.version + 1, True, False)
    page = admin.get(reverse("admin:launches_readinesstemplate_change", args=[newer.pk]))
    assert b'name="items-0-title"' in page.content


def test_a_template_without_items_is_not_activated(admin):
    empty = ReadinessTemplate.objects.create(name="Empty", tier=1, version=99)

    assert b"has no items" in act(admin, "activate", empty).content
    empty.refresh_from_db()
    assert not empty.is_active


@pytest.mark.parametrize("model", ["launch", "launchitem", "signoff", "gonogo"])
def test_facts_are_read_and_not_edited(admin, model):
    each = item(of=launch(), needs_sign_off=True, function=function())

    assert admin.get(reverse(f"admin:launches_{model}_changelist")).status_code == 200
    assert admin.get(reverse(f"admin:launches_{model}_add")).status_code == 403
    address = reverse("admin:launches_launchitem_change", args=[each.pk])
    assert admin.post(address, {"state": "done"}).status_code == 403
    assert LaunchItem.objects.get(pk=each.pk).state == "not_started"

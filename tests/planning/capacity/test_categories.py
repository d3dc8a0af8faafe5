"""Kinds of work: named, coloured, ordered and retired by product ops; said of one initiative."""

import pytest
from django.urls import reverse

from planning import services
from planning.models import InvestmentCategory
from planning.services.investment import classify, mix
from planning.services.investment_categories import (
    create_category,
    edit_category,
    move_category,
    retire_category,
)
from tests.factories import planning
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds():
    """Growth, Platform and Run, which takes the run-work."""
    return {
        name: create_category(
            name=name, description="", colour="teal", takes_run_work=name == "Run"
        )
        for name in ("Growth", "Platform", "Run")
    }


def names():
    return [each.name for each in InvestmentCategory.objects.for_display()]


def url(name, *args):
    return reverse(f"planning:{name}", args=args)


def test_product_ops_name_colour_order_and_retire_kinds_of_work(client, operator, kinds):
    values = {"name": "Compliance", "description": "Rules", "colour": "rose"}
    client.post(url("new-investment-category"), values)
    made = InvestmentCategory.objects.get(slug="compliance")
    assert (made.position, made.colour) == (3, "rose")

    client.post(url("investment-category-move", made.pk), {"to": "up"})
    client.post(url("investment-category-move", kinds["Growth"].pk), {"to": "down"})
    assert names() == ["Platform", "Growth", "Compliance", "Run"]

    client.post(url("investment-category", made.pk), {**values, "name": "Rules", "colour": "amber"})
    client.post(url("investment-category-retirement", made.pk))
    made.refresh_from_db()
    assert (made.name, made.colour, made.is_active) == ("Rules", "amber", False)
    page = client.get(url("investment-categories")).content.decode()
    assert "kind--amber" in page
    assert "Bring back" in page
    client.post(url("investment-category-retirement", made.pk))
    made.refresh_from_db()
    assert made.is_active


def test_a_kind_at_the_end_stays_there(kinds):
    move_category(category=kinds["Growth"], steps=-1)
    move_category(category=kinds["Run"], steps=1)

    assert names() == ["Growth", "Platform", "Run"]


def test_one_kind_takes_the_run_work_and_is_not_retired_while_it_does(client, operator, kinds):
    response = client.post(url("investment-category-retirement", kinds["Run"].pk), follow=True)
    assert "takes the run-work" in response.content.decode()

    edit_category(
        category=kinds["Platform"], name="Platform", description="", colour="slate",
        takes_run_work=True,
    )  # fmt: skip

    taking = InvestmentCategory.objects.filter(takes_run_work=True)
    assert [each.name for each in taking] == ["Platform"]
    retire_category(category=kinds["Run"])
    with pytest.raises(services.Refusal, match="is retired"):
        edit_category(
            category=kinds["Run"], name="Run", description="", colour="slate", takes_run_work=True
        )


def test_two_kinds_have_two_names_and_two_slugs(client, operator, kinds):
    taken = client.post(url("new-investment-category"), {"name": "growth", "colour": "teal"})
    assert taken.status_code == 422
    assert "a category growth already" in taken.content.decode()

    client.post(url("new-investment-category"), {"name": "Growth!", "colour": "teal"})
    assert InvestmentCategory.objects.filter(slug="growth-2").exists()


def test_the_kind_of_an_initiative_is_said_where_it_is_missing(client, planner, kinds):
    one = planning.initiative()
    assert "Not said" in client.get(one.get_absolute_url()).content.decode()
    field = f"category_{one.pk}"

    done = client.post(
        url("initiative-category", one.pk), {field: kinds["Growth"].pk, f"initial-{field}": ""}
    )

    assert done.url == one.get_absolute_url()
    page = client.get(one.get_absolute_url()).content.decode()
    assert '<span class="kind kind--teal">Growth</span>' in page
    stale = client.post(
        url("initiative-category", one.pk), {field: kinds["Run"].pk, f"initial-{field}": ""}
    )
    assert stale.status_code == 422
    assert "Somebody said meanwhile" in stale.content.decode()


def test_a_retired_kind_still_counts(kinds, team, give):
    one = planning.initiative()
    cycle = planning.cycle(plan=[one])
    give(cycle, one, team, 3)
    classify(wishes={one: (None, kinds["Growth"])}, by=UserFactory(), at=planning.AT)
    retire_category(category=kinds["Growth"])
    retire_category(category=kinds["Platform"])

    weeks = {each.name: each.weeks for each in mix(cycle=cycle).slices}

    assert weeks["Growth"] == 3
    assert "Platform" not in weeks
    assert InvestmentCategory.objects.with_use().get(slug="growth").use == 1

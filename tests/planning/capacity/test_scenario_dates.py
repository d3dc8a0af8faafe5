"""The dates of a scenario: an initiative's own, or another that is named before it is adopted."""

from datetime import date

import pytest
from django.urls import reverse

from planning import services
from planning.models import Scenario
from planning.services.scenarios import archive, copy_plan, picture_of, place
from prodops.audit.models import Event
from tests.factories import planning
from tests.factories.people import UserFactory

AT = planning.AT


@pytest.fixture
def told(db):
    return {"by": UserFactory(role="ops", name="Ola Berg"), "at": AT}


def dated(title):
    """Make an initiative due in the second quarter of 2026, as precise as a quarter."""
    made = planning.initiative(title=title)
    return services.move_target(
        initiative=made, target_on=date(2026, 6, 30), precision="quarter", by=made.owner, at=AT
    )


def test_an_empty_target_keeps_the_one_of_the_initiative(client, operator, quarter, plan):
    """Epsilon goes in without a date; its own moves on meanwhile, and adopting leaves it alone."""
    client.post(reverse("planning:scenarios", args=[quarter.pk]), {"name": "Larger"})
    scenario, new = Scenario.objects.get(), dated("Epsilon")
    into = reverse("planning:scenario-items", args=[scenario.pk])
    client.post(into, {"initiative": new.pk, "kind": "committed", "target_on": ""})

    page = client.get(scenario.get_absolute_url()).content.decode()
    assert "Q2 2026" in page
    assert "After the cycle" in page
    assert "30 Jun 2026" not in page
    services.move_target(
        initiative=new, target_on=date(2026, 9, 30), precision="quarter", by=operator, at=AT
    )
    url = reverse("planning:scenario-adoption", args=[scenario.pk])
    look = client.get(url)
    assert [each.what for each in look.context["differences"]] == [f"{new.key} Epsilon"]
    client.post(url, {"seen": look.context["mark"]})

    new.refresh_from_db()
    assert new.commitments.get().cycle == quarter
    assert (new.target_on, new.target_precision) == (date(2026, 9, 30), "quarter")
    assert not Event.objects.filter(
        thread=new.thread, verb="initiative.target_moved", after="no date"
    )
    services.move_target(
        initiative=new, target_on=date(2026, 12, 31), precision="quarter", by=operator, at=AT
    )
    assert "Q3 2026" in client.get(scenario.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("target_on", "precision", "words"),
    [
        ("2026-03-20", "day", "20 Mar 2026"),
        ("2026-03-20", "month", "Mar 2026"),
        ("2026-06-30", "month", "Jun 2026"),
    ],
)
def test_what_goes_in_with_another_date_is_named_before_it_is_adopted(
    client, operator, quarter, told, target_on, precision, words
):
    scenario, new = copy_plan(cycle=quarter, name="Larger", **told), dated("Epsilon")
    data = {"kind": "committed", "target_on": target_on, "target_precision": precision}
    into = reverse("planning:scenario-items", args=[scenario.pk])
    client.post(into, {"initiative": new.pk, **data})

    url = reverse("planning:scenario-adoption", args=[scenario.pk])
    look = client.get(url)
    said = look.context["differences"]
    assert [tuple(each) for each in said] == [
        (f"{new.key} Epsilon", "not in it", "Committed"),
        (f"{new.key} Epsilon, target", "Q2 2026", words),
    ]
    client.post(url, {"seen": look.context["mark"]})

    new.refresh_from_db()
    assert new.target_words == words
    moved = Event.objects.filter(thread=new.thread, verb="initiative.target_moved").latest("pk")
    assert (moved.before, moved.after) == ("Q2 2026", words)
    event = Event.objects.get(thread=quarter.thread, verb="scenario.adopted")
    assert f"- {new.key} Epsilon, target: Q2 2026 → {words}" in event.detail


def test_what_is_laid_aside_keeps_the_dates_it_had(quarter, told):
    scenario, new = copy_plan(cycle=quarter, name="Larger", **told), dated("Epsilon")
    kind = {"kind": "stretch", "target_on": None, "target_precision": "day"}
    place(scenario=scenario, initiative=new, **kind)

    archive(scenario=scenario, **told)
    services.move_target(
        initiative=new, target_on=date(2026, 9, 30), precision="quarter", by=new.owner, at=AT
    )

    placed = picture_of(cycle=quarter, scenario=scenario).items[new.pk]
    assert placed.target_words == "Q2 2026"


def test_the_plan_says_what_ends_only_after_the_cycle(operator, get, quarter):
    assert "After the cycle" not in get("cycle", quarter).content.decode()

    planning.commitment(of=dated("Epsilon"), to=quarter)

    assert "After the cycle" in get("cycle", quarter).content.decode()

"""A whole quarter by clicking as the persons would, on a clock that is put forward.

The figures at the end are worked out by hand beside what is done.
"""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core.management import call_command

from planning.models import (
    MilestoneTemplate,
    MilestoneTemplateItem,
)
from planning.services.scoring_models import load_standard_models
from reporting.tasks import refresh
from tests.browser.quarter_lived import (
    close_the_quarter,
    drop_one_in_mid_cycle,
    hold_a_forum,
    report_and_look,
    slip_and_decide,
)
from tests.browser.quarter_planned import (
    begin_initiatives,
    give_weeks_and_commit,
    kick_off,
    reach,
    renegotiate,
    score_together,
    set_objective,
)
from tests.factories.people import MembershipFactory, TeamFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast():
    """Olga runs the operation, Mira leads Checkout, Ben leads Billing."""
    people = SimpleNamespace(
        olga=UserFactory(name="Olga Ops", role="ops"),
        mira=UserFactory(name="Mira Chen"),
        ben=UserFactory(name="Ben Stone"),
        checkout=TeamFactory(name="Checkout"),
        billing=TeamFactory(name="Billing"),
    )
    MembershipFactory(team=people.checkout, user=people.mira, role="lead")
    MembershipFactory(team=people.billing, user=people.ben, role="lead")
    load_standard_models(at=datetime(2026, 9, 1, tzinfo=UTC))
    template = MilestoneTemplate.objects.create(name="Our quarter", kind="quarter")
    for title in ("Objectives drafted", "Plan committed", "Review held"):
        MilestoneTemplateItem.objects.create(template=template, title=title)
    return people


@pytest.fixture
def on(sign_in, time_machine):
    """Return a function: `on(user, month, day, hour)` gives that person's page at that time."""

    def open_page(user, month, day, hour=9, year=2026):
        time_machine.move_to(datetime(year, month, day, hour, tzinfo=UTC), tick=True)
        return sign_in(user)

    return open_page


def test_a_quarter_from_kick_off_to_close(cast, on):
    kick_off(cast, on)
    set_objective(cast, on)
    begin_initiatives(cast)
    score_together(cast, on)
    reach(cast, on, 0, 9, 17)
    give_weeks_and_commit(cast, on)
    reach(cast, on, 1, 10, 5)
    renegotiate(cast, on)
    slip_and_decide(cast, on)
    drop_one_in_mid_cycle(cast, on)
    hold_a_forum(cast, on)
    report_and_look(cast, on)
    close_the_quarter(cast, on)
    compare_figures()


def compare_figures():
    refresh()
    december, november = figures("2026-12"), figures("2026-11")
    # Three looks on 7 December: Mira's agrees; Ben's was due; of the third nobody ever reported.
    assert december["K1"] == (1, 3)
    # Reached on 17 September (due 18), on 5 October (due 1), on 18 December (due 21).
    assert december["K2"] == (2, 3)
    # Promised: three. Delivered: Mira's. Ben's was left over, the third dropped after the middle.
    assert december["K3"] == (1, 3)
    # Two key results, one of them measured and proved in the 31 days before the year ends.
    assert december["K13"] == (1, 2)
    # The slip was decided with what was turned down, the drop without.
    assert november["K14"] == (1, 2)


def figures(period):
    rows = json.loads(call_command("kpis", period=period, json=True))
    return {row["key"]: (row["numerator"], row["denominator"]) for row in rows}

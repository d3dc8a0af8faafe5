"""What happened stays as it was written, whoever asks: the database refuses to change it."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import Error, connection, transaction

from intake import services as intaking
from intake.models import SlackAsker, SlackMessage, TakenSuggestion
from launches import services as launching
from planning import services as planning
from planning.models import (
    DayCapacity,
    DayScore,
    Decision,
    DecisionOption,
    DecisionReview,
    MilestoneChange,
    Minutes,
    MinutesAddendum,
    ObjectiveReopening,
    PlanDay,
)
from planning.services.scoring_sessions import reveal
from prodops.audit import services as audit
from prodops.audit.models import AppendOnly, Change
from prodops.integrations.amplitude.models import PointRestatement
from reporting.models import Restatement
from tests import world as worlds
from tests.factories import amplitude, learning, routing, slack
from tests.factories import planning as plans
from tests.factories.audit import CommentFactory
from tests.factories.intake import SUBMITTED_AT, AccountFactory, product_request
from tests.factories.launches import CREATED_AT, asked_for, item, launch
from tests.factories.people import TeamFactory, UserFactory
from tests.factories.reporting import metric_value

LATER = CREATED_AT + timedelta(days=1)
HISTORIES = [
    model
    for model in apps.get_models()
    if any(isinstance(trigger, AppendOnly) for trigger in getattr(model._meta, "triggers", []))
]


@pytest.fixture
def history(db):
    """One row at least in every table that is history."""
    ops = UserFactory(role="ops")
    act = {"by": ops, "at": LATER}
    initiative = asked_for()
    planning.report_status(initiative=initiative, status="on_track", text="It goes well.", **act)
    planning.move_target(initiative=initiative, target_on=LATER.date(), precision="day", **act)
    made = launch(by=ops, initiatives=[initiative])
    item(of=made, is_required=False)
    launching.move_date(
        launch=made, to_on=LATER.date(), to_precision="day", reason="Earlier.", **act
    )
    launching.decide_go_no_go(launch=made, decision="go", attendees=[ops], reason="Go.", **act)
    launching.ship(launch=made, **act)
    comment = CommentFactory(body="Before", thread=made.thread, by=ops)
    audit.edit_comment(comment=comment, body="After", at=LATER)
    Restatement.objects.create(metric_value=metric_value(), new_value=1, cause="Late.", at=LATER)
    PointRestatement.objects.create(
        series=amplitude.series(), on=LATER.date(), new_value=1, at=LATER, source="x"
    )
    _sorted_by_machine(act)
    _planned(worlds.build(), act)


def _planned(world, act):
    """The world keeps a row of nearly all that planning never changes; these are the others."""
    staffed = plans.initiative(teams=[world.team])
    year = {"starts_on": date(2031, 1, 1), "ends_on": date(2031, 3, 31)}
    committed = plans.cycle(phase="committed", plan=[staffed], at=LATER, **year)
    day = PlanDay.objects.create(cycle=committed, on=LATER.date(), at=LATER)
    DayScore.objects.create(day=day, initiative=staffed)
    weeks = {"weeks_available": 9, "weeks_allocated": 3, "words": "1 person × 9 weeks = 9"}
    DayCapacity.objects.create(day=day, team=world.team, **weeks)
    DecisionReview.objects.create(decision=Decision.objects.first(), note="It holds.", **act)
    rejected = {"position": 9, "text": "Acme", "why_rejected": "Too dear."}
    DecisionOption.objects.create(decision=Decision.objects.first(), **rejected)
    moved = {"from_on": LATER.date(), "to_on": LATER.date() + timedelta(days=1), "reason": "Late."}
    MilestoneChange.objects.create(milestone=world.milestone, **moved, **act)
    reveal(asked=world.scoring_round, **act)
    graded = {"closed_at": LATER, "closed_by": act["by"], "grade": 1, "remark": "Done."}
    ObjectiveReopening.objects.create(
        objective=world.objective, reason="It goes on.", **graded, **act
    )
    MinutesAddendum.objects.create(minutes=Minutes.objects.first(), text="Mira was there.", **act)


def _sorted_by_machine(act):
    routing.live(routing.rule())
    asked = product_request(title="Sorted by a rule")
    trained = learning.training(words={"rule": "1"})
    TakenSuggestion.objects.create(product_request=asked, learned=trained, probability=0.9, **act)
    intaking.tell_breaches(at=SUBMITTED_AT + timedelta(days=14))
    contact = {"account": AccountFactory(), "channel": "call", "on": SUBMITTED_AT.date()}
    intaking.log_contact(about="How it goes.", **contact, **act)
    said = {"product_request": asked, "workspace": slack.workspace()}
    SlackMessage.objects.create(channel="C1", message_id="1.2", **said)
    SlackAsker.objects.create(user_id="U1", name="Sam Sales", **said)


def refused(statement):
    with pytest.raises(Error, match="Cannot update or delete"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_histories_are_known():
    assert {Change, PointRestatement, Restatement} <= set(HISTORIES)


def test_no_row_of_history_is_changed_or_deleted_even_by_hand(history):
    for model in HISTORIES:
        table, before = model._meta.db_table, model.objects.count()
        assert before, f"{table} has no row to try it on."

        refused(f"UPDATE {table} SET {model._meta.pk.column} = {model._meta.pk.column}")
        refused(f"DELETE FROM {table}")

        assert model.objects.count() == before


def test_the_teams_of_an_initiative_are_in_the_change_history(db):
    initiative, team = asked_for(), TeamFactory()

    initiative.teams.add(team)
    initiative.teams.remove(team)

    rows = Change.objects.filter(table="planning_initiative_teams").order_by("pk")
    assert [row.operation for row in rows] == ["INSERT", "DELETE"]
    assert rows[0].changes["team_id"] == [None, team.pk]
    assert rows[0].subject == "Initiative team"

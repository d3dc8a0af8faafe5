"""A committed plan changes with a reason: nobody gets round it, by a page or by the database."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from planning import services
from planning.models import (
    BaselineLine,
    CommitBaseline,
    Commitment,
    Cycle,
    Initiative,
    PlanChange,
)
from tests.factories import planning
from tests.factories.people import TeamFactory, UserFactory

WHY = {"reason": "scope", "note": "It grew."}


@pytest.fixture
def initiative(db):
    return planning.initiative(
        title="Export", target_on=date(2026, 12, 1), start_on=date(2026, 10, 5)
    )


@pytest.fixture
def cycle(initiative):
    return planning.cycle(phase="active", plan=[initiative])


@pytest.fixture
def commitment(cycle):
    return cycle.commitments.get()


def edited(initiative, **values):
    owner = values.pop("owner", initiative.owner)
    whole = {"title": "Export", "problem": "", "outcome": "", "owner": owner.pk, "seen": 0}
    return {**whole, "start_on": "2026-10-05", **values}


def test_the_commit_freezes_what_stands(initiative, cycle):
    line = BaselineLine.objects.get(baseline=cycle.baseline)

    assert (line.kind, line.target_on, line.start_on) == (
        "committed", date(2026, 12, 1), date(2026, 10, 5),
    )  # fmt: skip
    assert (line.owner, line.team_ids, line.score) == (initiative.owner, [], None)
    assert (cycle.baseline.at, cycle.baseline.by) == (cycle.committed_at, cycle.committed_by)


def test_the_edit_form_asks_why_the_start_moves(planner, post, get, initiative, cycle):
    silent = post("edit", initiative, **edited(initiative, start_on="2026-10-12"))
    initiative.refresh_from_db()
    assert silent.status_code == 422
    assert "say why the start moves" in silent.content.decode()
    assert initiative.start_on == date(2026, 10, 5)

    post("edit", initiative, **edited(initiative, start_on="2026-10-12", **WHY))
    initiative.refresh_from_db()
    assert initiative.start_on == date(2026, 10, 12)
    assert PlanChange.objects.get().note == "It grew."
    assert 'name="note"' in get("edit", initiative).content.decode()


def test_other_words_need_no_reason(planner, post, initiative, cycle):
    post("edit", initiative, **edited(initiative, title="Exports"))

    initiative.refresh_from_db()
    assert initiative.title == "Exports"
    assert not PlanChange.objects.exists()


def test_finishing_first_does_not_help(planner, post, initiative, cycle):
    """Done, edited, opened again: the start would have moved without a word."""
    services.finish_initiative(initiative=initiative, by=planner, at=planning.AT)

    answer = post("edit", initiative, **edited(initiative, start_on="2026-10-12"))

    assert answer.status_code == 422


def test_the_kind_changes_with_a_reason(planner, post, commitment):
    silent = post("kind", commitment, kind="stretch")
    commitment.refresh_from_db()
    assert (silent.status_code, commitment.kind) == (422, "committed")

    post("kind", commitment, kind="stretch", reason="scope", note="Only half is needed.")
    commitment.refresh_from_db()
    assert commitment.kind == "stretch"
    assert PlanChange.objects.get().reason_words == "Its scope changed"


@pytest.mark.parametrize(("kind", "other"), [("committed", "stretch"), ("stretch", "committed")])
def test_the_form_begins_with_the_kind_its_button_names(planner, get, post, kind, other):
    cycle = planning.cycle()
    commitment = planning.commitment(to=cycle, kind=kind)

    form = get("kind", commitment).context["form"]
    same = post("kind", commitment, kind=kind)

    assert form["kind"].value() == other
    assert same.status_code == 422
    assert f"It is {kind} already: nothing would change." in same.content.decode()
    post("kind", commitment, kind=form["kind"].value())
    commitment.refresh_from_db()
    assert commitment.kind == other


def test_before_the_commit_the_kind_changes_freely(planner, post):
    commitment = planning.commitment()

    post("kind", commitment, kind="stretch")

    commitment.refresh_from_db()
    assert (commitment.kind, commitment.frozen_kind) == ("stretch", "")
    assert not PlanChange.objects.exists()


def test_cancelling_an_initiative_is_no_way_out(planner, post, initiative, cycle):
    answer = post("stage", initiative, stage="cancelled", reason="No.")

    assert "Drop it there first" in answer.content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"target_on": date(2026, 12, 8)},
        {"target_on": None},
        {"target_precision": "quarter"},
        {"start_on": date(2026, 10, 6)},
    ],
)
def test_the_database_takes_no_date_in_silence(initiative, cycle, fields):
    with pytest.raises(IntegrityError, match="is committed"), transaction.atomic():
        Initiative.objects.filter(pk=initiative.pk).update(**fields)


def test_the_database_takes_no_owner_in_silence(initiative, cycle):
    with pytest.raises(IntegrityError, match="is committed"), transaction.atomic():
        Initiative.objects.filter(pk=initiative.pk).update(owner=UserFactory())


def test_the_database_takes_dates_freely_outside_a_committed_plan(db):
    initiative = planning.initiative()
    planning.cycle(plan=[initiative])

    assert Initiative.objects.filter(pk=initiative.pk).update(target_on=date(2026, 12, 8)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "stretch"},
        {"was_unplanned": True, "add_reason": "customer", "add_note": "They asked."},
        {"added_at": planning.AT - timedelta(days=30)},
        {"frozen_target_on": None},
        {"frozen_kind": "stretch"},
        {"frozen_value": 9},
    ],
)
def test_the_database_keeps_the_row_of_a_committed_plan(commitment, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Commitment.objects.filter(pk=commitment.pk).update(**fields)


def test_the_database_drops_nothing_in_silence(commitment):
    drop = {"dropped_at": planning.AT, "dropped_by": UserFactory(), "drop_reason": "scope"}

    with pytest.raises(IntegrityError, match="drops with a reason"), transaction.atomic():
        Commitment.objects.filter(pk=commitment.pk).update(drop_note="It grew.", **drop)
    with pytest.raises(IntegrityError, match="drops with a reason"), transaction.atomic():
        Commitment.objects.filter(pk=commitment.pk).delete()


def test_the_database_takes_no_drop_back(commitment):
    services.drop_from_cycle(commitment=commitment, by=UserFactory(), at=planning.AT, **WHY)

    with pytest.raises(IntegrityError, match="of the past stays"), transaction.atomic():
        Commitment.objects.filter(pk=commitment.pk).update(
            dropped_at=None, dropped_by=None, drop_reason="", drop_note=""
        )


def test_the_database_adds_nothing_in_silence(cycle):
    with pytest.raises(IntegrityError, match="takes in with a reason"), transaction.atomic():
        Commitment.objects.create(
            cycle=cycle, initiative=planning.initiative(), added_at=planning.AT,
            added_by=UserFactory(),
        )  # fmt: skip


@pytest.mark.parametrize("name", ["starts_on", "ends_on", "committed_at"])
def test_the_database_keeps_the_dates_of_a_committed_cycle(cycle, name):
    moved = getattr(cycle, name) + timedelta(days=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.filter(pk=cycle.pk).update(**{name: moved})


def test_the_database_keeps_baseline_and_changes(cycle, commitment):
    services.change_kind(
        commitment=commitment, kind="stretch", by=UserFactory(), at=planning.AT, **WHY
    )

    for rows in (
        CommitBaseline.objects.all(),
        BaselineLine.objects.all(),
        PlanChange.objects.all(),
    ):
        with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
            rows._raw_delete(rows.db)


def test_the_database_adds_nothing_to_a_baseline_afterwards(cycle):
    line = BaselineLine.objects.get()
    line.pk, line.initiative = None, planning.initiative()

    with pytest.raises(IntegrityError, match="at the commit only"), transaction.atomic():
        line.save(force_insert=True)


def test_a_change_of_weight_has_a_reason(commitment):
    line = BaselineLine.objects.get().line
    told = {"what": "target", "by": UserFactory(), "at": planning.AT}
    fields = {"kind": line.kind, "target_precision": "day", "owner_id": line.owner_id}

    with pytest.raises(IntegrityError, match="plan_change_has_reason"), transaction.atomic():
        PlanChange.objects.create(commitment=commitment, **told, **fields)


def test_the_database_keeps_a_closed_cycle(cycle, commitment):
    services.close_cycle(cycle=cycle, by=UserFactory(role="ops"), at=planning.AT)

    for change in (
        lambda: Cycle.objects.filter(pk=cycle.pk).update(name="Another"),
        lambda: Commitment.objects.filter(pk=commitment.pk).update(finished_at=planning.AT),
        lambda: Commitment.objects.filter(pk=commitment.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_who_owns_it_and_which_teams_is_told_without_a_reason(planner, post, initiative, cycle):
    ada, team = UserFactory(name="Ada Quick"), TeamFactory()

    post("edit", initiative, **edited(initiative, owner=ada, teams=[team.pk]))

    told = PlanChange.objects.order_by("pk")
    assert [(one.what, one.by, one.reason) for one in told] == [
        ("owner", planner, ""), ("teams", planner, ""),
    ]  # fmt: skip
    assert told.last().line.team_ids == (team.pk,)

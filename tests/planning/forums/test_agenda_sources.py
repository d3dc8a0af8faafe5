"""What each source pulls onto an agenda, from real rows: of whom, until when, in which order."""

from datetime import date, timedelta

import pytest

from launches import services as launches
from planning.models.agenda_sources import SOURCES
from planning.services import agendas, dependency_answers, objective_closing
from planning.services.key_results import drop_key_result
from reporting.metrics import periods
from tests.factories import dependencies as deps
from tests.factories import forums as factory
from tests.factories import launches as make
from tests.factories import objectives, planning, reporting
from tests.factories.people import TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
MEETS_ON = date(2026, 11, 3)


def session_of(name, owner, **fields):
    return factory.session(factory.forum(by=owner, sources=[name], **fields))


def lines(session):
    agendas.fill_agenda(session=session)
    return [(item.title, item.detail) for item in session.items.in_order()]


def titles(session):
    return [title.split(" ", 1)[1] for title, _ in lines(session)]


def test_late_dependencies_stand_there_the_longest_first_until_they_are_delivered(owner):
    asking, giving = TeamFactory(name="Checkout"), TeamFactory(name="Rates")
    sides = {"asking_team": asking, "giving_team": giving}
    days = {"Today": MEETS_ON, "Late": date(2026, 11, 2), "Very late": date(2026, 10, 20)}
    made = {
        title: deps.dependency(title=title, needed_by_on=on, **sides) for title, on in days.items()
    }
    session = session_of("dependencies", owner)

    very_late = made["Very late"]
    assert titles(session) == ["Very late", "Late"]
    assert lines(session)[0] == (
        f"{very_late.key} Very late",
        "Checkout waits for Rates, due 20 Oct",
    )
    ops = UserFactory(role="ops")
    told = {"dependency": very_late, "by": ops, "at": factory.AT}
    dependency_answers.commit_to(seen=1, **told)
    assert titles(session) == ["Very late", "Late"]
    dependency_answers.deliver(note="In the API.", **told)
    assert titles(session) == ["Late"]


def test_a_promise_renewed_and_broken_again_is_news(owner):
    ops = UserFactory(role="ops")
    record = deps.committed(needed_by_on=date(2026, 10, 28), by=ops)
    session = session_of("dependencies", owner)
    agendas.dismiss(item=session.items.get(), reason="They sit together.")
    dependency_answers.move_promise(
        dependency=record, to_on=date(2026, 11, 6), reason="scope", note="More.", by=ops,
        at=factory.AT,
    )  # fmt: skip

    assert lines(session_after(session)) == [
        (f"{record.key} {record.title}", lines(session_after(session))[0][1])
    ]
    assert "due 6 Nov" in lines(session_after(session))[0][1]


def session_after(session):
    later = session.forum.sessions.filter(starts_at__gt=session.starts_at)
    return later.select_related("forum__thread").earliest("starts_at")


def test_a_team_s_forum_hears_of_what_it_asks_and_gives(owner):
    ours, theirs, others = TeamFactory(), TeamFactory(), TeamFactory()
    late = {"needed_by_on": date(2026, 10, 28)}
    deps.dependency(title="Asked", asking_team=ours, giving_team=theirs, **late)
    deps.dependency(title="Given", asking_team=theirs, giving_team=ours, **late)
    deps.dependency(title="Of others", asking_team=theirs, giving_team=others, **late)
    deps.dependency(
        title="Outside", asking_team=ours, outside_name="Carrier", outside_contact="Jo", **late
    )

    session = session_of("dependencies", owner, team=ours)

    assert titles(session) == ["Asked", "Given", "Outside"]
    assert "waits for Carrier" in lines(session)[2][1]


def test_red_key_results_stand_there_until_they_are_better_dropped_or_closed(owner):
    goal = objectives.objective(
        title="Faster returns", owner=owner, state="active",
        results=[{"title": name} for name in ("Better", "Dropped", "Closed")],
    )  # fmt: skip
    results = {one.title: one for one in goal.key_results.order_by("pk")}
    objectives.key_result(title="Fine")
    for one in results.values():
        objectives.report(one, 10, confidence="off_track", at=factory.AT)
    session = session_of("key_results", owner)

    assert titles(session) == ["Better", "Dropped", "Closed"]
    assert lines(session)[0][1] == f"Faster returns, {owner}"
    later = factory.AT + timedelta(hours=2)
    objectives.report(results["Better"], 60, confidence="at_risk", at=later)
    assert titles(session) == ["Dropped", "Closed"]
    drop_key_result(key_result=results["Dropped"], reason="No use.", by=owner, at=later)
    assert titles(session) == ["Closed"]
    objective_closing.close_objective(objective=goal, grade=0.3, remark="Half.", by=owner, at=later)
    assert titles(session) == []


def test_a_team_s_forum_hears_of_its_own_red_key_results(owner):
    ours = TeamFactory()
    for team, title in ((ours, "Ours"), (TeamFactory(), "Theirs"), (None, "Of all")):
        goal = objectives.objective(team=team, state="active", results=[{"title": title}])
        objectives.report(goal.key_results.get(), 1, confidence="off_track", at=factory.AT)

    assert titles(session_of("key_results", owner, team=ours)) == ["Ours"]
    assert titles(session_of("key_results", owner)) == ["Ours", "Theirs", "Of all"]


def waived(launch, title, until):
    item = make.item(of=launch, title=title)
    return launches.set_item_state(
        item=item, state="waived", reason="Agreed.", waived_until=until, by=launch.owner,
        at=make.CREATED_AT,
    )  # fmt: skip


def test_waivers_that_run_out_stand_there_the_first_to_end_first(owner):
    launch = make.launch(title="Labels")
    for title, until in (
        ("In two weeks", date(2026, 11, 17)),
        ("Later", date(2026, 11, 18)),
        ("Soon", date(2026, 11, 5)),
    ):
        waived(launch, title, until)
    over = make.launch(title="Cancelled")
    waived(over, "Of what is cancelled", date(2026, 11, 5))
    launches.cancel(launch=over, reason="Not now.", by=over.owner, at=make.CREATED_AT)
    session = session_of("waivers", owner)

    assert titles(session) == ["Soon", "In two weeks"]
    assert lines(session)[0][1] == "Labels, waived until 5 Nov"
    soon = launch.items.get(title="Soon")
    assert session.items.in_order()[0].path.endswith(f"#item-{soon.pk}")
    launches.set_item_state(item=soon, state="done", by=launch.owner, at=make.CREATED_AT)
    assert titles(session) == ["In two weeks"]


def test_a_team_s_forum_hears_of_waivers_of_its_launches(owner):
    ours = TeamFactory()
    for title, team in (("Ours", ours), ("Theirs", TeamFactory())):
        initiative = planning.initiative(teams=[team])
        launch = make.launch(initiatives=[initiative])
        waived(launch, title, date(2026, 11, 5))

    assert titles(session_of("waivers", owner, team=ours)) == ["Ours"]


def test_figures_off_their_target_stand_there_and_no_others(owner):
    reporting.metric_value("K14", value=20.0)
    reporting.metric_value("K13", value=99.0)
    reporting.metric_value("K9", value=10.0, month=periods.month(2026, 11), is_partial=True)
    session = session_of("metrics", owner)

    found = lines(session)

    assert [title.split(" ", 1)[0] for title, _ in found] == ["K14"]
    assert found[0][1] == "off its target in October 2026"


def test_a_figure_that_is_complete_later_is_told_when_it_is(owner):
    reporting.metric_value("K14", value=99.0)
    reporting.metric_value("K8", value=1.0, is_partial=True, n=80)
    reporting.metric_value("K8", value=1.0, month=periods.month(2026, 9), n=80)

    found = lines(session_of("metrics", owner))

    assert [(title.split(" ", 1)[0], why) for title, why in found] == [
        ("K8", "off its target in September 2026")
    ]


def test_a_team_s_forum_hears_of_its_own_figures(owner):
    ours = TeamFactory()
    reporting.metric_value("K14", value=20.0)
    reporting.metric_value("K1", value=20.0, team=ours)
    reporting.metric_value("K16", value=20.0, team=TeamFactory())

    found = lines(session_of("metrics", owner, team=ours))

    assert [title.split(" ", 1)[0] for title, _ in found] == ["K1"]


def test_a_team_s_forum_hears_of_decisions_that_are_its_own(owner):
    ours = TeamFactory()
    planning.decision(title="Of the team", team=ours)
    planning.decision(title="Of its work", initiative=planning.initiative(teams=[ours]))
    planning.decision(title="Of others", team=TeamFactory())

    assert titles(session_of("decisions", owner, team=ours)) == ["Of the team", "Of its work"]


def test_every_source_was_tried_with_rows():
    tried = {"dependencies", "key_results", "waivers", "metrics", "decisions"}
    elsewhere = {"actions", "commitments"}
    assert tried | elsewhere == set(SOURCES)

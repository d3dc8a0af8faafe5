"""Objectives of the small world, and of the crowd; see tests/world.py and tests/crowd.py."""

from datetime import timedelta
from decimal import Decimal

from planning.services.check_ins import check_in
from planning.services.initiative_queries import follow_query
from planning.services.key_result_links import link_key_result
from planning.services.key_results import Measure, add_key_result
from planning.services.objectives import activate_objective, create_objective
from planning.services.risks import add_risk
from tests.factories import jira


def build(world, mark):
    """Set an active objective with a key result that was checked in on and is overdue."""
    ops = world.users["ops"]
    told = {"by": ops, "at": world.at}
    objective = create_objective(
        cycle=world.cycle, title=f"Objective {mark}", why=mark, owner=ops, team=world.team, **told
    )
    measure = Measure(
        title=f"Key result {mark}",
        owner=ops,
        unit="issues",
        baseline=Decimal(1),
        target=Decimal(9),
        cadence_days=1,
        source="jira",
        jira_query=f"project = {jira.project().key}",
        jira_measure="count",
    )
    key_result = add_key_result(objective=objective, measure=measure, **told)
    link = link_key_result(initiative=world.initiative, key_result=key_result, **told)
    activate_objective(objective=objective, **told)
    check_in(
        key_result=key_result,
        value=Decimal(3),
        confidence="at_risk",
        comment=f"Slow {mark}",
        seen=0,
        evidence=objective.get_absolute_url(),
        by=ops,
        at=world.at + timedelta(hours=1),
    )
    jira_query, _ = follow_query(
        initiative=world.initiative, text=f"project = {jira.project().key}", **told
    )
    risk = add_risk(
        initiative=world.initiative,
        title=f"Risk {mark}",
        likelihood=2,
        impact=3,
        response=mark,
        owner=ops,
        **told,
    )
    objective.refresh_from_db()
    key_result.refresh_from_db()
    world.add(objective=objective, key_result=key_result, key_result_link=link)
    world.add(risk=risk, jira_query=jira_query)


def grow(world, number, copies):
    """Hang `number` more objectives below the one there is, and key results and links to it."""
    objectives = copies(world.objective, number, parent=world.objective, carried_from=None)
    copies(world.key_result, number, objective=objectives)
    more = copies(world.key_result, number, title=lambda n: f"Key result {n}")
    copies(world.key_result_link, number, key_result=more)
    copies(world.risk, number)
    copies(world.jira_query, number, text=lambda n: f"project = P{n}")
    report = world.key_result.check_ins.get()
    reports = copies(report, number)
    copies(report.evidence, number, check_in=reports)
    copies(world.key_result.changes.get(), number)

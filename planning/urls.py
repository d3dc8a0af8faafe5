"""The addresses of planning."""

from django.urls import path

from planning.views import (
    adoption,
    cycles,
    decisions,
    epics,
    initiative_acts,
    initiatives,
    truth,
    values,
)

app_name = "planning"
urlpatterns = [
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/new/", cycles.new, name="new-cycle"),
    path("cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<int:pk>/phase/", cycles.phase, name="phase"),
    path("cycles/<int:pk>/commit/", cycles.commit, name="commit"),
    path("cycles/<int:pk>/plan/", cycles.plan, name="plan"),
    path("cycles/<int:pk>/planned-values/", values.planned_values, name="planned-values"),
    path("cycles/<int:pk>/actual-values/", values.actual_values, name="actual-values"),
    path("commitments/<int:pk>/drop/", cycles.drop, name="drop"),
    path("initiatives/", initiatives.initiatives, name="initiatives"),
    path("initiatives/new/", initiatives.new, name="new-initiative"),
    path("initiatives/<int:pk>/", initiatives.initiative, name="initiative"),
    path("initiatives/<int:pk>/truth/", truth.truth, name="truth"),
    path("initiatives/<int:pk>/edit/", initiatives.edit, name="edit"),
    path("initiatives/<int:pk>/report/", initiative_acts.report, name="report"),
    path("initiatives/<int:pk>/stage/", initiative_acts.stage, name="stage"),
    path("initiatives/<int:pk>/target/", initiative_acts.target, name="target"),
    path("initiatives/<int:pk>/schedule/", initiative_acts.schedule, name="schedule"),
    path("initiatives/<int:pk>/epics/", initiative_acts.epics, name="epics"),
    path("initiatives/<int:pk>/epics/new/", epics.new_epic, name="new-epic"),
    path("epics/<int:pk>/link-back/", epics.link_back, name="link-back"),
    path("epics/<int:pk>/removal/", initiative_acts.epic_removal, name="epic-removal"),
    path("adoptions/<int:pk>/release/", initiative_acts.release, name="release"),
    path("requests/<int:pk>/adoption/", adoption.adopt, name="adopt"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/new/", decisions.new, name="new-decision"),
    path("decisions/<int:pk>/", decisions.decision, name="decision"),
    path("decisions/<int:pk>/decision/", decisions.decide, name="decide"),
]

"""The addresses of integrations."""

from django.urls import path

from prodops.integrations import views

app_name = "integrations"
urlpatterns = [
    path("connections/", views.connections, name="connections"),
    path("connections/new/", views.new_connection, name="new-connection"),
    path("connections/<slug:slug>/", views.connection, name="connection"),
    path("connections/<slug:slug>/edit/", views.edit_connection, name="edit-connection"),
    path("connections/<slug:slug>/sync/", views.sync_now, name="sync"),
    path("connections/<slug:slug>/teams/", views.project_teams, name="project-teams"),
    path("connections/<slug:slug>/runs/", views.connection_runs, name="runs"),
    path("runs/<int:pk>/", views.run, name="run"),
]

"""The addresses of integrations."""

from django.urls import path

from prodops.integrations.views import connections, outward, runs, setaside, uploads, webhooks

app_name = "integrations"
urlpatterns = [
    path("connections/", connections.connections, name="connections"),
    path("connections/new/", connections.new_connection, name="new-connection"),
    path("connections/seal/", connections.seal_anew, name="seal-anew"),
    path("connections/<slug:slug>/", connections.connection, name="connection"),
    path("connections/<slug:slug>/edit/", connections.edit_connection, name="edit-connection"),
    path(
        "connections/<slug:slug>/removal/",
        connections.connection_removal,
        name="connection-removal",
    ),
    path("connections/<slug:slug>/sync/", connections.sync_now, name="sync"),
    path("connections/<slug:slug>/switch/", connections.switch, name="switch"),
    path("connections/<slug:slug>/teams/", connections.project_teams, name="project-teams"),
    path("connections/<slug:slug>/points/", connections.points_field, name="points-field"),
    path("connections/<slug:slug>/runs/", runs.connection_runs, name="runs"),
    path("connections/<slug:slug>/aside/", setaside.set_aside, name="set-aside"),
    path("connections/<slug:slug>/aside/retry/", setaside.try_again, name="try-again"),
    path("connections/<slug:slug>/webhook/", webhooks.webhook, name="webhook"),
    path(
        "connections/<slug:slug>/webhook/removal/",
        webhooks.webhook_removal,
        name="webhook-removal",
    ),
    path("connections/<slug:slug>/calls/", webhooks.deliveries, name="deliveries"),
    path("aside/<int:pk>/payload/", setaside.payload, name="payload"),
    path("aside/<int:pk>/dismissal/", setaside.dismissal, name="dismissal"),
    path("webhooks/<uuid:token>/", webhooks.delivery, name="delivery"),
    path("files/", uploads.uploads, name="uploads"),
    path("files/new/", uploads.new_upload, name="new-upload"),
    path("files/<int:pk>/", uploads.upload, name="upload"),
    path("files/<int:pk>/import/", uploads.upload_import, name="upload-import"),
    path("writes/", outward.writes, name="writes"),
    path("writes/<int:pk>/retry/", outward.retry, name="write-retry"),
    path("writes/<int:pk>/removal/", outward.removal, name="write-removal"),
    path("records/<int:pk>/writes/", outward.record_writes, name="record-writes"),
    path("runs/<int:pk>/", runs.run, name="run"),
]

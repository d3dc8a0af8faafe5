"""The addresses of Slack workspaces; what Slack calls is intake's."""

from django.urls import path

from prodops.integrations.slack import views

app_name = "slack"
urlpatterns = [
    path("", views.workspaces, name="workspaces"),
    path("new/", views.new_workspace, name="new-workspace"),
    path("<int:pk>/", views.workspace, name="workspace"),
    path("messages/<int:pk>/resending/", views.resend_note, name="resend-note"),
    path("<int:pk>/edit/", views.edit_workspace, name="edit-workspace"),
]

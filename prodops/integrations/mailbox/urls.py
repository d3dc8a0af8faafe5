"""The addresses of mailboxes."""

from django.urls import path

from prodops.integrations.mailbox import views

app_name = "mailbox"
urlpatterns = [
    path("", views.mailboxes, name="mailboxes"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.mailbox, name="mailbox"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/switch/", views.switch, name="switch"),
    path("<int:pk>/reading/", views.read_now, name="reading"),
]

"""The addresses of people."""

from django.urls import path

from prodops.people import views
from prodops.people.api import views as api

app_name = "people"
urlpatterns = [
    path("", views.people, name="people"),
    path("<int:pk>/", views.person, name="person"),
    path("profile/", views.profile, name="profile"),
    path("profile/tokens/", api.tokens, name="tokens"),
    path("profile/tokens/<int:pk>/revocation/", api.revoke, name="token-revocation"),
    path("teams/", views.teams, name="teams"),
    path("teams/<slug:slug>/", views.team, name="team"),
]

"""The address book of the hub: one include an app."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("", include("prodops.health.urls")),
    path("", include("prodops.ui.urls")),
    path("people/", include("prodops.people.urls")),
    path("audit/", include("prodops.audit.urls")),
    path("notifications/", include("prodops.notifications.urls")),
    path("integrations/", include("prodops.integrations.urls")),
    path("intake/", include("intake.urls")),
    path("planning/", include("planning.urls")),
    path("launches/", include("launches.urls")),
    path("", include("reporting.urls")),
]

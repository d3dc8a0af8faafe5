"""The address book of the hub: one include an app."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from intake.api import router as intake_api
from prodops.people.api.building import make_api
from prodops.people.api.views import document, elsewhere, reference

# One door: who signs in to admin meets the same limits on guessing as everybody.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

api = make_api()
api.add_router("", intake_api)

handler500 = "prodops.health.views.broken"
urlpatterns = [
    # An address is an identity here (sign-in, mentions): administrators change it, not its owner.
    path(
        "accounts/email/",
        RedirectView.as_view(pattern_name="people:profile"),
        name="account_email",
    ),
    path("accounts/", include("allauth.account.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/openapi.json", document, {"api": api}, name="api-document"),
    path("api/v1/docs/", reference, {"api": api}, name="api-docs"),
    path("api/v1/", api.urls),
    re_path("^api/v1/", elsewhere, name="api-elsewhere"),
    path("", include("prodops.health.urls")),
    path("", include("prodops.ui.urls")),
    path("people/", include("prodops.people.urls")),
    path("audit/", include("prodops.audit.urls")),
    path("notifications/", include("prodops.notifications.urls")),
    path("integrations/mailboxes/", include("prodops.integrations.mailbox.urls")),
    path("integrations/", include("prodops.integrations.urls")),
    path("integrations/slack/", include("prodops.integrations.slack.urls")),
    path("product/", include("prodops.integrations.amplitude.urls")),
    path("intake/", include("intake.urls")),
    path("planning/", include("planning.urls")),
    path("launches/", include("launches.urls")),
    path("", include("reporting.urls")),
]

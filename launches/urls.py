"""The addresses of launches."""

from django.urls import path

from launches.views import calendar, decisions, items, launches, outcomes, sign_offs, versions

app_name = "launches"
urlpatterns = [
    path("", launches.launches, name="launches"),
    path("new/", launches.new, name="new"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("outcomes/", outcomes.outcomes, name="outcomes"),
    path("sign-offs/", sign_offs.sign_offs, name="sign_offs"),
    path("sign-offs/<int:pk>/", sign_offs.sign_off, name="sign_off"),
    path("items/<int:pk>/", items.item, name="item"),
    path("items/<int:pk>/owner/", items.owner, name="item_owner"),
    path("items/<int:pk>/sign-off/", items.sign_off_request, name="item_sign_off"),
    path("<int:pk>/", launches.launch, name="launch"),
    path("<int:pk>/date/", decisions.date, name="date"),
    path("<int:pk>/words/", decisions.words, name="words"),
    path("<int:pk>/initiatives/", decisions.initiatives, name="initiatives"),
    path("<int:pk>/versions/", versions.link, name="versions"),
    path("<int:pk>/versions/new/", versions.new, name="new_version"),
    path("<int:pk>/release-note/", versions.note, name="note"),
    path("versions/<int:pk>/removal/", versions.unlink, name="version_removal"),
    path("versions/<int:pk>/release/", versions.release, name="version_release"),
    path("<int:pk>/go-no-go/", decisions.go_no_go, name="go_no_go"),
    path("<int:pk>/shipping/", decisions.shipping, name="shipping"),
    path("<int:pk>/cancellation/", decisions.cancellation, name="cancellation"),
]

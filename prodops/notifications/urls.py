"""The addresses of notifications."""

from django.urls import path

from prodops.notifications.views import comments, inbox, outbox, preferences

app_name = "notifications"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("count/", inbox.count, name="count"),
    path("<int:pk>/", inbox.notification, name="notification"),
    path("<int:pk>/reading/", inbox.reading, name="reading"),
    path("readings/", inbox.readings, name="readings"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("unsubscribe/<str:token>/", preferences.unsubscribe, name="unsubscribe"),
    path("threads/<int:pk>/comments/", comments.comments, name="comments"),
    path("comments/<int:pk>/", comments.comment, name="comment"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/resending/", outbox.resend, name="resend"),
    path("outbox/<int:pk>/arrival/", outbox.confirm, name="confirm"),
    path("outbox/letters/", outbox.letters, name="letters"),
    path("outbox/letters/<slug:name>/", outbox.letter, name="letter"),
]

"""The addresses of audit."""

from django.urls import path

from prodops.audit.views import changes, palette, threads

app_name = "audit"
urlpatterns = [
    path("search/", palette.search, name="search"),
    path("changes/", changes.changes, name="changes"),
    path("changes/<slug:table>/<slug:row>/", changes.history, name="history"),
    path("threads/<int:pk>/changes/", changes.thread_history, name="thread-history"),
    path("threads/<int:pk>/following/", threads.following, name="following"),
    path("comments/<int:pk>/revisions/", threads.revisions, name="revisions"),
]

"""The addresses of a cycle's milestones, of what became of its plan, and of its close."""

from django.urls import path

from planning.views import changes, closing, milestones, since_commit

urlpatterns = [
    path("cycles/<int:pk>/changes/", changes.changes, name="changes"),
    path("cycles/<int:pk>/changes/scores/", since_commit.scores, name="scores-since"),
    path("cycles/<int:pk>/changes/capacity/", since_commit.capacity, name="capacity-since"),
    path("cycles/<int:pk>/close/", closing.close, name="close"),
    path("cycles/<int:pk>/kick-off/", milestones.kick_off, name="kick-off"),
    path("cycles/<int:pk>/milestones/", milestones.milestones, name="milestones"),
    path("cycles/<int:pk>/milestones/new/", milestones.new, name="new-milestone"),
    path("commitments/<int:pk>/kind/", closing.kind, name="kind"),
    path("milestones/<int:pk>/", milestones.milestone, name="milestone"),
    path("milestones/<int:pk>/done/", milestones.finish, name="milestone-done"),
    path("milestones/<int:pk>/reopening/", milestones.reopen, name="milestone-reopening"),
    path("milestones/<int:pk>/cancellation/", milestones.cancel, name="milestone-cancellation"),
]

"""The addresses of intake."""

from django.urls import path

from intake.views import acts, portal, requests, triage

app_name = "intake"
urlpatterns = [
    path("", portal.portal, name="portal"),
    path("new/", portal.new, name="new"),
    path("new/similar/", portal.similar_while_typing, name="similar"),
    path("mine/", portal.mine, name="mine"),
    path("requests/", requests.requests, name="requests"),
    path("requests/assignment/", requests.assign, name="assignment"),
    path("requests/triage-start/", requests.start_triage, name="triage-start"),
    path("requests/<int:pk>/", requests.record, name="request"),
    path("requests/<int:pk>/backing/", portal.back, name="backing"),
    path("requests/<int:pk>/backing/withdrawal/", portal.withdraw, name="withdrawal"),
    path("requests/<int:pk>/answer/", portal.answer, name="answer"),
    path("requests/<int:pk>/unmerge/", requests.unmerge, name="unmerge"),
    path("requests/<int:pk>/reopening/", requests.reopen, name="reopening"),
    path("triage/", triage.cockpit, name="triage"),
    path("triage/<int:pk>/", triage.cockpit, name="triage-request"),
    path("triage/<int:pk>/candidates/", triage.candidates, name="candidates"),
    path("triage/<int:pk>/sorting/", acts.sort, name="sorting"),
    path("triage/<int:pk>/acceptance/", acts.accept, name="acceptance"),
    path("triage/<int:pk>/refusal/", acts.decline, name="refusal"),
    path("triage/<int:pk>/merge/", acts.merge, name="merge"),
    path("triage/<int:pk>/snooze/", acts.snooze, name="snooze"),
    path("triage/<int:pk>/question/", acts.ask, name="question"),
    path("triage/<int:pk>/resumption/", acts.resume, name="resumption"),
    path("triage/<int:pk>/escalation/", acts.escalate, name="escalation"),
    path("triage/<int:pk>/spam/", acts.spam, name="spam"),
    path("acts/<int:pk>/undo/", acts.undo, name="undo"),
]

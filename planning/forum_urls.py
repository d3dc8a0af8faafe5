"""The addresses of forums, their sessions, actions and calendars."""

from django.urls import path

from planning.views import (
    actions,
    calendar_feeds,
    forum_items,
    forum_live,
    forum_sessions,
    forums,
)

urlpatterns = [
    path("forums/", forums.forums, name="forums"),
    path("forums/new/", forums.new, name="new-forum"),
    path("forums/minutes/", forums.minutes, name="minutes"),
    path("forums/calendars/", calendar_feeds.feeds, name="calendar-feeds"),
    path("forums/calendars/<int:pk>/revocation/", calendar_feeds.revoke, name="feed-revocation"),
    path("forums/calendars/<str:token>.ics", calendar_feeds.calendar, name="calendar"),
    path("forums/<int:pk>/", forums.forum, name="forum"),
    path("forums/<int:pk>/edit/", forums.edit, name="edit-forum"),
    path("forums/<int:pk>/end/", forums.end, name="forum-end"),
    path("sessions/<int:pk>/", forum_sessions.session, name="session"),
    path("sessions/<int:pk>/move/", forum_sessions.move, name="session-move"),
    path("sessions/<int:pk>/cancel/", forum_sessions.cancel, name="session-cancel"),
    path("sessions/<int:pk>/restoration/", forum_sessions.restore, name="session-restoration"),
    path("sessions/<int:pk>/guests/", forum_sessions.guests, name="session-guests"),
    path("sessions/<int:pk>/agenda/", forum_sessions.update, name="session-agenda"),
    path("sessions/<int:pk>/items/", forum_items.new, name="session-items"),
    path("sessions/<int:pk>/addendum/", forum_sessions.addendum, name="session-addendum"),
    path("sessions/<int:pk>/start/", forum_live.begin, name="session-start"),
    path("sessions/<int:pk>/live/", forum_live.live, name="live"),
    path("sessions/<int:pk>/step/", forum_live.step, name="session-step"),
    path("sessions/<int:pk>/attendance/", forum_live.attendance, name="session-attendance"),
    path("sessions/<int:pk>/close/", forum_live.close, name="session-close"),
    path("agenda/<int:pk>/", forum_items.act, name="agenda-item"),
    path("agenda/<int:pk>/note/", forum_live.note, name="agenda-note"),
    path("agenda/<int:pk>/decision/", forum_items.decide, name="agenda-decision"),
    path("agenda/<int:pk>/action/", forum_items.promise, name="agenda-action"),
    path("note-conflicts/<int:pk>/", forum_live.settle, name="note-conflict"),
    path("actions/", actions.actions, name="actions"),
    path("actions/new/", actions.new, name="new-action"),
    path("actions/settling/", actions.settle_many, name="actions-settling"),
    path("actions/<int:pk>/", actions.action, name="action"),
    path("actions/<int:pk>/edit/", actions.edit, name="edit-action"),
    path("actions/<int:pk>/settling/", actions.settle, name="action-settling"),
    path("actions/<int:pk>/reopening/", actions.reopen, name="action-reopening"),
]

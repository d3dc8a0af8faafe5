"""Who gets what from forums, their sessions, actions and calendars; see tests/page_matrix.py.

The world's forum is open to all insiders; a private one is tried in tests/planning/forums.
"""

from tests.page_signs import INSIDE_RECORD, INSIDERS, WORKERS, Row, pk

CONTRIBUTORS_FEED = ">33+444"


def guess(world):
    """A stranger has no secret; what stands at a right one is tried in tests/planning/forums."""
    return {"token": "a-guess"}


FORUMS = {
    "planning:forums": Row(get=INSIDERS),
    "planning:new-forum": Row(get=WORKERS, post=WORKERS),
    "planning:minutes": Row(get=INSIDERS),
    "planning:calendar-feeds": Row(get=INSIDERS, post=INSIDERS),
    "planning:feed-revocation": Row(post=CONTRIBUTORS_FEED, keys=pk("feed")),
    "planning:calendar": Row(get="4444444", post="5555555", keys=guess),
    "planning:forum": Row(get=INSIDE_RECORD, keys=pk("forum")),
    "planning:edit-forum": Row(get=WORKERS, post=WORKERS, keys=pk("forum")),
    "planning:forum-end": Row(post=WORKERS, keys=pk("forum")),
    "planning:session": Row(get=INSIDE_RECORD, keys=pk("forum_session")),
    "planning:session-move": Row(get=WORKERS, post=WORKERS, keys=pk("forum_session")),
    "planning:session-cancel": Row(get=WORKERS, post=WORKERS, keys=pk("forum_session")),
    "planning:session-restoration": Row(post=WORKERS, keys=pk("forum_session")),
    "planning:session-guests": Row(get=WORKERS, post=WORKERS, keys=pk("forum_session")),
    "planning:session-agenda": Row(post=WORKERS, keys=pk("forum_session")),
    "planning:session-items": Row(post=WORKERS, keys=pk("forum_session")),
    "planning:session-addendum": Row(post=INSIDERS, keys=pk("closed_session")),
    "planning:session-start": Row(post=WORKERS, keys=pk("forum_session")),
    "planning:live": Row(get=INSIDE_RECORD, keys=pk("live_session")),
    "planning:session-step": Row(post=WORKERS, keys=pk("live_session")),
    "planning:session-attendance": Row(post=WORKERS, keys=pk("live_session")),
    "planning:session-close": Row(get=WORKERS, post=WORKERS, keys=pk("live_session")),
    "planning:agenda-item": Row(post=WORKERS, keys=pk("agenda_item")),
    "planning:agenda-note": Row(post=INSIDERS, keys=pk("agenda_item")),
    "planning:agenda-decision": Row(post=WORKERS, keys=pk("agenda_item")),
    "planning:agenda-action": Row(post=WORKERS, keys=pk("agenda_item")),
    "planning:note-conflict": Row(post=INSIDERS, keys=pk("note_conflict")),
    "planning:actions": Row(get=INSIDERS),
    "planning:new-action": Row(get=WORKERS, post=WORKERS),
    "planning:actions-settling": Row(post=WORKERS),
    "planning:action": Row(get=INSIDE_RECORD, keys=pk("promise")),
    "planning:edit-action": Row(get=WORKERS, post=WORKERS, keys=pk("promise")),
    "planning:action-settling": Row(get=WORKERS, post=WORKERS, keys=pk("promise")),
    "planning:action-reopening": Row(post=WORKERS, keys=pk("promise")),
}

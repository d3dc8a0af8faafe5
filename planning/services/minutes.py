"""Minutes: written once as a session closes, mailed to everybody invited, corrected beside it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse

from intake.services import Refusal
from planning.models import AgendaItem, ForumSession, Minutes, MinutesAddendum, NoteRevision
from planning.services.agendas import fill_agenda
from planning.services.records import lock
from planning.services.telling import invited, tell_invited
from prodops.audit import services as audit
from prodops.notifications import subscriptions
from prodops.notifications.letters import absolute
from prodops.notifications.models import Channel, Kind
from prodops.notifications.services import queue_mails
from prodops.notifications.services.mail import Address, make_body
from prodops.people.models import User
from prodops.ui.mail import render_mail

PREREAD_AT = time(9)
REVISIONS_KEPT = timedelta(days=30)


def write_minutes(*, session: ForumSession, by: User, at: datetime) -> Minutes:
    """Write what a closed session came to, from its agenda as it stands."""
    return Minutes.objects.create(session=session, text=_text(session), by=by, at=at)


@transaction.atomic
def add_addendum(*, minutes: Minutes, text: str, by: User, at: datetime) -> MinutesAddendum:
    """Put a correction beside the minutes, which themselves never change; the invited are told."""
    if not text.strip():
        raise Refusal("Say what is to be corrected.")
    addendum = MinutesAddendum.objects.create(minutes=minutes, text=text.strip(), by=by, at=at)
    session = minutes.session
    words = f"corrected the minutes of {session.local_start:%d %b %Y}"
    audit.record("minutes.corrected", thread=session.forum.thread, summary=words, by=by, at=at)
    title = f"The minutes of {session} have an addendum"
    tell_invited(session, f"addendum:{addendum.pk}", title, body=text.strip(), by=by, at=at)
    return addendum


def mail_minutes(*, minutes: Minutes, at: datetime) -> int:
    """Queue the minutes to everybody invited, once each; return how many mails are new."""
    session = minutes.session
    context = {"text": minutes.text, "plain": plain(minutes.text)}
    return _mail("minutes", session, f"Minutes: {session}", context, at=at)


def send_prereads(*, at: datetime) -> int:
    """Mail the agendas of sessions whose working day before has come; return how many sessions.

    Run often: a session says that its agenda went out, and each mail has a key of its own.
    """
    soon = ForumSession.objects.planned().filter(
        preread_at=None, starts_at__range=(at, at + timedelta(days=15))
    )
    due = [
        session
        for session in soon.select_related("forum").order_by("starts_at", "pk")
        if preread_moment(session) <= at
    ]
    return sum(send_preread(session=session, at=at) for session in due)


def preread_moment(session: ForumSession) -> datetime:
    """Return when the agenda is mailed: at nine on the working day before, where the forum is."""
    zone = ZoneInfo(session.forum.time_zone)
    calendar = session.forum.cadence().calendar()
    day = calendar.add_working_days(session.local_start.date(), -1)
    return datetime.combine(day, PREREAD_AT, zone)


@transaction.atomic
def send_preread(*, session: ForumSession, at: datetime) -> bool:
    """Mail one session's agenda as it stands; False when it has gone out already."""
    lock(session)
    if not session.is_planned or session.preread_at:
        return False
    fill_agenda(session=session)
    session.preread_at = at
    session.save(update_fields=["preread_at"])
    items = list(session.items.on_the_table().in_order())
    subject = f"Agenda: {session}"
    context = {"items": items, "planned": sum(item.minutes for item in items)}
    _mail(f"preread:{session.sequence}", session, subject, context, at=at)
    return True


def forget_revisions(*, at: datetime) -> int:
    """Delete what notes said on their way, a month after their session closed."""
    old = NoteRevision.objects.filter(item__session__closed_at__lt=at - REVISIONS_KEPT)
    return old.delete()[0]


def _mail(what: str, session: ForumSession, subject: str, context: dict, *, at: datetime) -> int:
    """Queue one mail of the kind `what` to everybody invited who wants mails of forums."""
    people = invited(session)
    channels = subscriptions.channels(people, Kind.FORUM)
    kind = what.partition(":")[0]
    context |= {
        "session": session,
        "forum": session.forum,
        "begins": session.local_start,
        "session_url": absolute(reverse("planning:session", args=[session.pk])),
    }
    text, html = render_mail(f"mail/forum_{kind}", subject=subject, context=context)
    addresses = [
        Address(
            key=f"forum:{what}:{session.pk}:{user.pk}",
            to=user.email,
            recipient=user,
            unsubscribe_path=subscriptions.unsubscribe_path(user, Kind.FORUM),
        )
        for user in people
        if channels[user.pk] != Channel.OFF
    ]
    body = make_body(subject=subject, text=text, html=html)
    queued = queue_mails(body=body, addresses=addresses, at=at)
    if not queued:
        body.delete()
    return queued


def plain(text: str) -> str:
    """Return minutes as a mail without colours reads well: headings underlined, no marks."""
    lines = []
    for line in text.split("\n"):
        if line.startswith("## "):
            title = line.removeprefix("## ")
            lines += [title, "-" * min(len(title), 72)]
        else:
            lines.append(line.replace("**", ""))
    return "\n".join(lines)


def _text(session: ForumSession) -> str:
    """Return the minutes as Markdown: who was there, each item with what came of it."""
    rows = session.attendance.select_related("user").order_by("user__name", "pk")
    there = [each.user.name for each in rows if each.was_there]
    missed = [each.user.name for each in rows if not each.was_there]
    lines = [f"**Present:** {', '.join(there) or 'nobody was written down'}."]
    if missed:
        lines.append(f"**Absent:** {', '.join(missed)}.")
    items = session.items.in_order().prefetch_related(
        "decisions__decision", "actions__owner", "conflicts"
    )
    talked = [item for item in items if item.is_open]
    for number, item in enumerate(talked, start=1):
        lines += _item_lines(number, item)
    lines += _rest("Put off to the next session", items, AgendaItem.State.PUT_OFF)
    lines += _rest("Dismissed", items, AgendaItem.State.DISMISSED)
    return "\n\n".join(lines)


def _item_lines(number: int, item: AgendaItem) -> list[str]:
    carried = f" ({item.carried_words})" if item.carried else ""
    lines = [f"## {number}. {_plain(item.title)}{carried}"]
    lines += [item.note.strip()] if item.note.strip() else []
    for link in item.decisions.all():
        decision = link.decision
        came = f" {decision.decision}" if decision.decision else " It is still to be taken."
        lines.append(f"**Decision {decision.key}: {_plain(decision.title)}.**{came}")
    for action in item.actions.all():
        due = f"{action.due_on.day} {action.due_on:%b %Y}"
        lines.append(f"**Action {action.key}:** {_plain(action.text)}. {action.owner}, by {due}.")
    if any(conflict.settled_at is None for conflict in item.conflicts.all()):
        lines.append("*Two people wrote the same lines; both versions stand above.*")
    return lines


def _rest(title: str, items, state: str) -> list[str]:
    """Return the list of items that ended in `state`, each with its reason."""
    found = [item for item in items if item.state == state]
    if not found:
        return []
    told = [f"- {_plain(item.title)}{f': {item.reason}' if item.reason else ''}" for item in found]
    return [f"## {title}", "\n".join(told)]


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".")

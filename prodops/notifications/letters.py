"""The words of the mails about notifications."""

from typing import Any, TypedDict

from django.conf import settings
from django.urls import reverse

from prodops.notifications.models import Notification
from prodops.people.models import User
from prodops.ui.mail import render_mail


class Letter(TypedDict):
    """What `queue_mail` and `make_body` take."""

    subject: str
    text: str
    html: str


def instant(notification: Notification, *, may_answer: bool = False) -> Letter:
    """Return subject, text and html of the mail about one notification; the same for everybody."""
    context = {
        "notification": notification,
        "action_label": notification.action_label or "Open it in the hub",
        "action_url": absolute(notification.path),
        "may_answer": may_answer,
    }
    subject = _marked(notification) if may_answer else notification.title
    return _letter("mail/notifications_instant", subject, context)


def digest(user: User, notifications: list[Notification]) -> Letter:
    """Return subject, text and html of one person's daily digest."""
    count = len(notifications)
    subject = f"{count} {'thing' if count == 1 else 'things'} you follow changed"
    items = [
        {"notification": notification, "url": absolute(notification.path)}
        for notification in notifications
    ]
    context = {"user": user, "items": items, "inbox_url": absolute(reverse("notifications:inbox"))}
    return _letter("mail/notifications_digest", subject, context)


def _marked(notification: Notification) -> str:
    """Return the title with the record's key in it, by which an answer finds its way back."""
    key = notification.thread.key if notification.thread else ""
    if not key or key in notification.title:
        return notification.title
    return f"{notification.title[:280]} [{key}]"


def absolute(path: str) -> str:
    """Return an address people can open from a mail."""
    return f"{settings.SITE_URL}{path}"


def _letter(template: str, subject: str, context: dict[str, Any]) -> Letter:
    text, html = render_mail(template, subject=subject, context=context)
    return {"subject": subject, "text": text, "html": html}

"""Notifications, what each person chose, and outgoing mail."""

from prodops.notifications.models.mail import Mail, MailBody, ReplyAddress
from prodops.notifications.models.notification import (
    Channel,
    Kind,
    Notification,
    Preference,
    default_channel,
)

__all__ = [
    "Channel",
    "Kind",
    "Mail",
    "MailBody",
    "Notification",
    "Preference",
    "ReplyAddress",
    "default_channel",
]

"""Notifications, what each person chose, and outgoing mail."""

from prodops.notifications.models.mail import Mail, MailBody
from prodops.notifications.models.notification import Kind, Notification, Preference

__all__ = ["Kind", "Mail", "MailBody", "Notification", "Preference"]

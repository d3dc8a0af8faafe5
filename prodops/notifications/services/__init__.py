"""Acts: tell people, comment, queue mail."""

from prodops.notifications.services.conversation import reword, say
from prodops.notifications.services.mail import queue_mail, queue_mails
from prodops.notifications.services.replies import set_reply_address
from prodops.notifications.services.telling import notify

__all__ = ["notify", "queue_mail", "queue_mails", "reword", "say", "set_reply_address"]

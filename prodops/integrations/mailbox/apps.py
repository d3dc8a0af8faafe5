from django.apps import AppConfig


class MailboxConfig(AppConfig):
    name = "prodops.integrations.mailbox"
    label = "mailbox"
    verbose_name = "Mailboxes"

"""Mailboxes and mail in the admin: only read."""

from django.contrib import admin

from prodops.integrations.mailbox.models import InboundMail, Mailbox
from prodops.ui.admin import ReadOnlyAdmin


@admin.register(Mailbox)
class MailboxAdmin(ReadOnlyAdmin):
    list_display = ["name", "address", "host", "is_active", "last_read_at"]
    exclude = ["sealed", "key_id"]
    ordering = ["name", "pk"]


@admin.register(InboundMail)
class InboundMailAdmin(ReadOnlyAdmin):
    list_display = ["subject", "sender", "state", "arrived_at", "mailbox"]
    list_filter = ["state", "mailbox"]
    list_select_related = ["mailbox"]
    search_fields = ["subject", "sender", "key"]
    exclude = ["raw"]
    ordering = ["-arrived_at", "-pk"]

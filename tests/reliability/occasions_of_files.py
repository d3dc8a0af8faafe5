"""Occasions for the tasks that work on files of requests and tickets, and on mail."""

import uuid
from datetime import datetime, timedelta
from functools import cache

from django.core.files.base import ContentFile

from intake import services
from intake.models import Import, TaggingRun
from intake.services.imports import keeping
from tests.factories import files, imports, intake, mail
from tests.factories.people import UserFactory
from tests.integrations.mailbox.server import Post, serve

POST = Post()


class OfFiles:
    """What `Occasions` has of imports, tags, attached files and mail."""

    now: datetime

    def intake_run_import(self):
        """Leave a file that waits to be written."""
        intake.RequestKindFactory()
        by = UserFactory(role="ops")
        importing = imports.checked(by=by, at=self.now)
        keeping.start_import(importing=importing, by=by, at=self.now, is_partial=False)
        return [importing.pk]

    def intake_tag_by_rules(self):
        """Leave a walk over tickets some of which a rule tags."""
        by = UserFactory(role="ops")
        imports.tag_rule(by=by, at=self.now)
        for n in range(3):
            imports.ticket(number=f"tag-{n}", at=self.now)
        return [TaggingRun.objects.create(asked_by=by, asked_at=self.now, total=3).pk]

    def intake_sweep_tagging(self):
        """Leave a walk whose workers stopped in every attempt."""
        [key] = self.intake_tag_by_rules()
        long_ago = self.now - timedelta(hours=1)
        TaggingRun.objects.filter(pk=key).update(
            attempts=3, token=uuid.UUID(int=8), lease_until=long_ago
        )
        return []

    def intake_sweep_imports(self):
        """Leave a file whose workers stopped in every attempt."""
        [key] = self.intake_run_import()
        long_ago = self.now - timedelta(hours=1)
        Import.objects.filter(pk=key).update(
            attempts=3, token=uuid.UUID(int=7), lease_until=long_ago
        )
        return []

    def intake_sweep_files(self):
        """Leave a file that was removed long ago, and one whose form was never sent."""
        long_ago = self.now - timedelta(days=3)
        by = UserFactory(role="ops")
        made = intake.product_request(author=by, at=long_ago)
        removed = files.attachment(made, by=by, at=long_ago)
        services.remove_attachment(attachment=removed, by=by, at=long_ago)
        services.keep_files(files=[ContentFile(b"x", "x.txt")], by=by, at=long_ago)
        return []

    def intake_take_in_mail(self):
        """Leave a mail from somebody who may ask."""
        intake.RequestKindFactory()
        UserFactory(role="requester", email="sam@example.com")
        mail.inbound(mail.wire("We need an export."), at=self.now - timedelta(hours=1))
        return []

    def mailbox_read_mailbox(self):
        """Leave a mail on a server."""
        POST.folders["INBOX"], POST.next_uid = [], 1
        POST.deliver(mail.wire("We need an export."), arrived_at=self.now - timedelta(minutes=5))
        host, port = _server().server_address
        since = self.now - timedelta(days=1)
        box = {"host": host, "port": port, "security": "none", "read_from_at": since}
        return [mail.mailbox(**box).pk]

    def mailbox_read_mailboxes(self):
        self.mailbox_read_mailbox()
        return []

    def mailbox_forget_old_mail(self):
        """Leave a mail that was ignored long ago."""
        told = {"state": "ignored", "reason": "It says nothing."}
        long_ago = self.now - timedelta(days=100)
        mail.inbound(mail.wire("x"), at=long_ago, settled_at=long_ago, **told)
        return []


@cache
def _server():
    """One server for all: its port is written beside the mail."""
    return serve(POST)

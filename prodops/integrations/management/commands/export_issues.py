"""Write the synced issues of a connection as JSON lines."""

import json

from django.core.management.base import BaseCommand, CommandError

from prodops.integrations.jira import export
from prodops.integrations.models import Connection


class Command(BaseCommand):
    help = "Write one JSON object an issue, with its status transitions, ordered by key."

    def add_arguments(self, parser):
        parser.add_argument("connection", help='The connection, such as "jira".')

    def handle(self, *, connection, **options):
        found = Connection.objects.jira().filter(slug=connection).first()
        if found is None:
            raise CommandError(f"There is no Jira connection {connection!r}.", returncode=2)
        for row in export.rows(found):
            self.stdout.write(json.dumps(row, ensure_ascii=False))

"""Map the stored issues of a connection again; the last line of stdout is one JSON object."""

import json
import sys

from django.core.management.base import BaseCommand, CommandError

from prodops.integrations import runs
from prodops.integrations.jira.remap import remap
from prodops.integrations.models import Connection, SyncRun


class Command(BaseCommand):
    help = "Map again what is stored, without asking Jira: after a choice of field, or an upgrade."

    def add_arguments(self, parser):
        parser.add_argument("slug", help='The connection, such as "jira".')
        parser.add_argument("--project", default="", metavar="KEY", help="Only this project.")

    def handle(self, *, slug, project, **options):
        connection = Connection.objects.jira().filter(slug=slug).first()
        if connection is None:
            raise CommandError(f"There is no Jira connection {slug!r}.", returncode=2)
        if project and not connection.jira_projects.filter(key=project).exists():
            raise CommandError(f"{connection} has no project {project!r}.", returncode=2)
        try:
            run, counts = remap(connection=connection, project=project, report=self._show_progress)
        except runs.AlreadyRunning as error:
            raise CommandError(str(error), returncode=1) from None
        result = {"connection": slug, "project": project or None, "status": run.status}
        self.stdout.write(json.dumps(result | counts | {"seconds": run.seconds}))
        if run.status != SyncRun.Status.SUCCEEDED:
            sys.exit(1)

    def _show_progress(self, run):
        if run.fetched % 10_000 < 100:
            self.stderr.write(run.step, style_func=str)

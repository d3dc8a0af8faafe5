"""Read one of Jira's export files into a connection; the last line of stdout is one JSON object."""

import json
import sys
import zoneinfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from prodops.integrations.jira.files import uploads
from prodops.integrations.jira.files.learning import Source
from prodops.integrations.jira.files.reading import pieces_of
from prodops.integrations.models import Connection, SyncRun


class Command(BaseCommand):
    help = "Import a CSV, JSON or JSON lines export (exit 0 good, 1 refused, 2 wrong use)."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--connection", required=True, help='Its slug, such as "jira".')
        parser.add_argument("--dry-run", action="store_true", help="Check and count only.")
        parser.add_argument("--dates", choices=["dmy", "mdy"], help="How a CSV writes its days.")
        parser.add_argument("--time-zone", help="Of the times in a CSV, such as Europe/Berlin.")

    def handle(self, *, file, connection, dry_run, dates, time_zone, **options):
        found = _connection(connection)
        zone = _zone(time_zone or found.account_time_zone or settings.TIME_ZONE)
        outcome = uploads.import_file(
            Source(lambda: _bytes(file), dates or "", zone),
            found,
            is_dry_run=dry_run,
            trigger=SyncRun.Trigger.COMMAND,
            by=None,
            clock=timezone.now,
            report=lambda step, counts: self._say(f"{step}: {counts.read:,} issues"),
        )
        for problem in outcome.problems:
            self._say(f"{file}, {problem}")
        hidden = outcome.refused - len(outcome.problems)
        if hidden > 0:
            self._say(f"… and {hidden:,} more.")
        for note in outcome.notes:
            self._say(note)
        counts = {name: getattr(outcome, name) for name in uploads.COUNTS}
        status = "refused" if outcome.problems else "checked" if dry_run else "imported"
        self.stdout.write(json.dumps({"connection": connection, "status": status, **counts}))
        if outcome.problems:
            sys.exit(1)

    def _say(self, text):
        self.stderr.write(text, style_func=str)


def _connection(slug):
    found = Connection.objects.jira().filter(slug=slug).first() if slug.isprintable() else None
    if found is None:
        known = ", ".join(Connection.objects.jira().order_by("slug").values_list("slug", flat=True))
        told = f"There are: {known}." if known else "Add one under Connections first."
        raise CommandError(f"There is no Jira connection {slug!r}. {told}", returncode=2)
    return found


def _zone(name):
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise CommandError(f"{name!r} is no time zone.", returncode=2) from None


def _bytes(path):
    try:
        with open(path, "rb") as file:
            yield from pieces_of(file)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}.", returncode=2) from None

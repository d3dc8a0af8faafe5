"""Import Amplitude's export files; the last line of stdout is one JSON object."""

import json
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from prodops.integrations import runs
from prodops.integrations.amplitude import fetching, importing
from prodops.integrations.amplitude.values import Malformed
from prodops.integrations.errors import SourceError
from prodops.integrations.models import Connection

PATIENCE = timedelta(minutes=10)


class Command(BaseCommand):
    help = (
        "Count Amplitude's export (a zip as /api/2/export gives, a folder of such files, or one"
        " .json.gz) into daily series. Without a file, --from and --to fetch it first. Exit 0 good,"
        " 1 lines could not be read or Amplitude failed, 2 wrong use."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument("--connection", required=True, metavar="SLUG")
        parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--dry-run", action="store_true", help="Read and count; keep nothing.")

    def handle(self, *, file, connection, dry_run, first=None, last=None, **options):
        if bool(file) == bool(first and last):
            raise CommandError("Give a file, or --from and --to.", returncode=2)
        if first and last and first > last:
            raise CommandError("--from is after --to.", returncode=2)
        found = _found(connection)
        if file:
            return self._import(found, file, dry_run)
        with tempfile.TemporaryDirectory() as folder:
            self._fetch(found, first, last, Path(folder))
            return self._import(found, Path(folder), dry_run)

    def _fetch(self, connection, first, last, folder):
        try:
            fetching.fetch(
                connection=connection,
                first=first,
                last=last,
                folder=folder,
                clock=timezone.now,
                patience=PATIENCE,
                report=lambda line: self.stderr.write(f"Fetched {line}", style_func=str),
            )
        except SourceError as error:
            raise CommandError(str(error), returncode=1) from None

    def _import(self, connection, path, dry_run):
        try:
            found = importing.import_export(
                connection=connection,
                path=path,
                is_dry=dry_run,
                clock=timezone.now,
                report=lambda one: self.stderr.write(f"{one.read:,} lines", style_func=str),
            )
        except (Malformed, OSError) as error:
            raise CommandError(str(error), returncode=2) from None
        except runs.AlreadyRunning as error:
            raise CommandError(str(error), returncode=1) from None
        for place, reason in found.wrong:
            self.stderr.write(f"{place}: {reason}")
        if found.wrong_count > len(found.wrong):
            self.stderr.write(f"… and {found.wrong_count - len(found.wrong):,} more.")
        self.stdout.write(json.dumps(_told(found, connection.slug, dry_run)))
        if found.wrong_count:
            sys.exit(1)


def _told(found, slug, is_dry):
    return {
        "connection": slug,
        "dry_run": is_dry,
        "lines": found.read,
        "wrong": found.wrong_count,
        "events": found.events,
        "days": found.days,
        **found.counts._asdict(),
    }


def _found(slug):
    amplitude = Connection.objects.filter(kind=Connection.Kind.AMPLITUDE)
    connection = amplitude.filter(slug=slug).first() if slug.isprintable() else None
    if connection is None:
        known = ", ".join(amplitude.order_by("slug").values_list("slug", flat=True))
        raise CommandError(
            f"There is no Amplitude connection {slug!r}. "
            + (f"There are: {known}." if known else "Add one first; it may be switched off."),
            returncode=2,
        )
    return connection

"""Import Amplitude's export files; the last line of stdout is one JSON object."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from prodops.integrations import runs
from prodops.integrations.amplitude import importing
from prodops.integrations.amplitude.values import Malformed
from prodops.integrations.models import Connection


class Command(BaseCommand):
    help = (
        "Count Amplitude's export (a zip as /api/2/export gives, a folder of .json.gz files, or one"
        " of them) into daily series (exit 0 good, 1 lines could not be read, 2 wrong use)."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--connection", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="Read and count; keep nothing.")

    def handle(self, *, file, connection, dry_run, **options):
        try:
            found = importing.import_export(
                connection=_found(connection),
                path=file,
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
        self.stdout.write(json.dumps(_told(found, connection, dry_run)))
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

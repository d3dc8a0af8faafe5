"""manage.py import_requests FILE.csv [--dry-run]"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from intake.services import ImportRefused, import_requests


class Command(BaseCommand):
    help = (
        "Import requests from a CSV file with the columns external_id, title, body, kind, "
        "author_email, account and created. All of it is kept, or nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="Check it all, keep nothing.")

    def handle(self, *, file, dry_run, **options):
        try:
            with open(file, encoding="utf-8-sig", newline="") as lines:
                imported = import_requests(
                    lines,
                    at=timezone.now(),
                    name=Path(file).name,
                    is_dry_run=dry_run,
                    progress=self.show,
                )
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}", returncode=2) from error
        except ImportRefused as refusal:
            mistakes = "\n".join(f"{file}, {each}" for each in refusal.errors)
            raise CommandError(f"{mistakes}\nNothing was imported.") from refusal
        end = " Dry run: nothing was kept." if dry_run else ""
        self.stdout.write(f"{imported.created} imported, {imported.skipped} known already.{end}")

    def show(self, done, total):
        self.stderr.write(f"{done}/{total} requests")

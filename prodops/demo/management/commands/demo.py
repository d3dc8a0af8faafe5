"""`manage.py demo`: load the demo organisation into an empty hub."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from prodops.demo import load


class Command(BaseCommand):
    help = "Load the demo organisation; does nothing when it is there already."

    def add_arguments(self, parser):
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="The day the story ends on, such as 2026-11-22; default: today.",
        )

    def handle(self, *, today, **options):
        def say(step):
            self.stderr.write(f"demo: {step}")

        try:
            is_new = load.load(today=today or timezone.localdate(), say=say)
        except load.NotEmpty as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write("The demo is loaded." if is_new else "The demo is here already.")

"""Sync a connection from a terminal; the last line of stdout is one JSON object."""

import json
import sys

from django.core.management.base import BaseCommand, CommandError

from prodops.integrations import runs, services
from prodops.integrations.models import Connection, SyncRun
from prodops.integrations.secrets import SecretUnreadable

COUNTS = ["status", "mode", "fetched", "created", "updated", "unchanged", "deleted", "skipped"]
COUNTS += ["requests", "retries", "seconds"]


class Command(BaseCommand):
    help = "Copy what changed from a connection (exit 0 good, 1 failed, 2 wrong use)."

    def add_arguments(self, parser):
        parser.add_argument("slug", help='The connection, such as "jira".')
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--full", action="store_true", help="Read everything again and count.")
        how.add_argument(
            "--anew",
            action="store_true",
            help="As --full, but read again what a full pass that was cut short has read.",
        )
        how.add_argument(
            "--reconcile", action="store_true", help="Count, and look for what is gone or moved."
        )

    def handle(self, *, slug, full, anew, reconcile, **options):
        connection = _found(slug)
        if not connection.is_active:
            raise CommandError(f"{slug} is switched off; activate it first.", returncode=2)
        try:
            services.secret_of(connection)
            run = services.sync(
                connection=connection,
                trigger=SyncRun.Trigger.COMMAND,
                is_full=full or anew,
                is_anew=anew,
                mode=SyncRun.Mode.RECONCILE if reconcile else "",
                report=_Progress(self.stderr),
            )
        except (services.NotSyncable, SecretUnreadable) as error:
            raise CommandError(str(error), returncode=2) from None
        except runs.AlreadyRunning as error:
            raise CommandError(str(error), returncode=1) from None
        result = {"connection": slug, **{name: getattr(run, name) for name in COUNTS}}
        result |= {"warnings": run.warnings, "error": run.error}
        self.stdout.write(json.dumps(result))
        if run.status != SyncRun.Status.SUCCEEDED:
            sys.exit(1)


class _Progress:
    """Write a line whenever the step changes."""

    def __init__(self, stream):
        self.stream, self.last = stream, ""

    def __call__(self, run):
        if run.step and run.step != self.last:
            self.last = run.step
            self.stream.write(run.step, style_func=str)


def _found(slug):
    connection = Connection.objects.filter(slug=slug).first() if slug.isprintable() else None
    if connection is None:
        known = ", ".join(Connection.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(
            f"There is no connection {slug!r}. "
            + (f"There are: {known}." if known else "Set JIRA_URL and run migrate, or add one."),
            returncode=2,
        )
    return connection

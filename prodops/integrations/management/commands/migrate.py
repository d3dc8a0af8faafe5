"""Django's `migrate`, which also brings the connections named in the environment up to date."""

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.utils import timezone

from prodops.integrations import environment


class Command(migrate.Command):
    def handle(self, *args, **options):
        super().handle(*args, **options)
        partly = options["app_label"] or options["plan"] or options["check_unapplied"]
        # Only the making of a test database asks for run_syncdb; tests bring their own rows.
        if partly or options["run_syncdb"]:
            return
        try:
            found = environment.upsert_connections(
                settings.CONNECTIONS_ENVIRONMENT, at=timezone.now()
            )
        except environment.EnvironmentWrong as error:
            raise CommandError(str(error)) from None
        if options["verbosity"] > 0:
            for connection in found:
                self.stdout.write(f"  Connection {connection.slug}: {connection.base_url}")

from django.core.management.base import BaseCommand
from django.utils import timezone

from prodops.supervisor import Refused, accounts, prepare


class Command(BaseCommand):
    help = "Make a deployed version ready to serve: migrations, schedule, first administrator."
    requires_system_checks = []

    def handle(self, **options):
        try:
            prepare.join_servers()
            waiting = prepare.waiting_migrations()
            prepare.migrate()
            self.stdout.write(f"Migrations applied: {waiting}.")
            added = prepare.record_environment(timezone.now())
            self.stdout.write(f"Scheduled tasks added: {', '.join(added) or 'none'}.")
            administrator = accounts.ensure_administrator()
        except Refused as refusal:
            raise SystemExit(str(refusal)) from refusal
        self.stdout.write(f"Administrator: {administrator.email}.")
        if administrator.password:
            self.stdout.write(f"Password, shown only now: {administrator.password}")

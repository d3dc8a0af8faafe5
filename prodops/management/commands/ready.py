from django.core.management.base import BaseCommand
from django.utils import timezone

from prodops.health.checks import failures


class Command(BaseCommand):
    help = "Say whether the hub is ready, as /readyz does; exits 1 with the reasons when it is not."
    requires_system_checks = []

    def handle(self, **options):
        reasons = [reason for reason in failures(timezone.now()).values() if reason]
        if reasons:
            raise SystemExit("\n".join(dict.fromkeys(reasons)))
        self.stdout.write("ready")

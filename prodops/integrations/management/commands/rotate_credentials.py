"""Seal all credentials with the first key of CREDENTIALS_KEYS."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from prodops.integrations import rotation
from prodops.integrations.secrets import SecretUnreadable


class Command(BaseCommand):
    help = "Seal every stored credential with the first key; older keys may be dropped afterwards."

    def handle(self, **options):
        try:
            count = rotation.rotate(at=timezone.now())
        except SecretUnreadable as error:
            raise CommandError(str(error)) from None
        return f"{count} credential{'s' * (count != 1)} sealed anew."

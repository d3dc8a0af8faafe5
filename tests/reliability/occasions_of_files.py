"""Occasions for the tasks that work on files of requests and tickets."""

import uuid
from datetime import datetime, timedelta

from intake.models import Import
from intake.services.imports import keeping
from tests.factories import imports
from tests.factories.people import UserFactory


class OfFiles:
    """What `Occasions` has of imports."""

    now: datetime

    def intake_run_import(self):
        """Leave a file that waits to be written."""
        by = UserFactory(role="ops")
        importing = imports.checked(by=by, at=self.now)
        keeping.start_import(importing=importing, by=by, at=self.now, is_partial=False)
        return [importing.pk]

    def intake_sweep_imports(self):
        """Leave a file whose workers stopped in every attempt."""
        [key] = self.intake_run_import()
        long_ago = self.now - timedelta(hours=1)
        Import.objects.filter(pk=key).update(
            attempts=3, token=uuid.UUID(int=7), lease_until=long_ago
        )
        return []

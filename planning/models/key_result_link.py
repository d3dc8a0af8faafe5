"""Which key result an initiative is to move."""

from django.conf import settings
from django.db import models

from planning.models.initiative import Initiative
from planning.models.key_result import KeyResult
from prodops.audit.models import Recorded


class InitiativeKeyResult(models.Model):
    """An initiative that is meant to move a key result."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="key_result_links")
    key_result = models.ForeignKey(KeyResult, models.PROTECT, related_name="initiative_links")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "key_result"], name="initiative_key_result_once"
            )
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.initiative} moves {self.key_result}"

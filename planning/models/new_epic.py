"""An epic that somebody asked to be created in Jira for an initiative."""

from django.db import models
from django.db.models import Q

from planning.models.initiative import Initiative
from prodops.audit.models import Recorded
from prodops.integrations.models import OutwardWrite


class NewEpicQuerySet(models.QuerySet):
    def to_link(self):
        """Keep those that are in Jira by now and not yet linked to their initiative."""
        return self.filter(linked_at=None, write__state=OutwardWrite.State.DONE)


class NewEpic(models.Model):
    """What is to be linked once it is written; only once, for a person may unlink it later."""

    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="new_epics")
    write = models.OneToOneField(OutwardWrite, models.CASCADE, related_name="new_epic")
    linked_at = models.DateTimeField(null=True, blank=True)

    objects = NewEpicQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["write"], name="new_epic_to_link", condition=Q(linked_at=None))
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.write} for {self.initiative}"

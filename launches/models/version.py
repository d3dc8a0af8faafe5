"""The Jira versions a launch goes out with."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from launches.models.launch import Launch
from prodops.audit.models import Recorded
from prodops.integrations.jira.models import JiraVersion
from prodops.integrations.models import OutwardWrite


class LaunchVersion(models.Model):
    """A version of a Jira project that carries a launch, or a part of it."""

    launch = models.ForeignKey(Launch, models.PROTECT, related_name="version_links")
    version = models.ForeignKey(JiraVersion, models.CASCADE, related_name="launch_links")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["launch", "version"], name="launch_version_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.version} in {self.launch}"


class NewVersionQuerySet(models.QuerySet):
    def to_link(self):
        """Keep those that are in Jira by now and not yet linked to their launch."""
        return self.filter(linked_at=None, write__state=OutwardWrite.State.DONE)


class NewVersion(models.Model):
    """A version somebody asked to be created in Jira for a launch; linked once it is there."""

    launch = models.ForeignKey(Launch, models.PROTECT, related_name="new_versions")
    write = models.OneToOneField(OutwardWrite, models.CASCADE, related_name="new_version")
    linked_at = models.DateTimeField(null=True, blank=True)

    objects = NewVersionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["write"], name="new_version_to_link", condition=Q(linked_at=None))
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.write} for {self.launch}"

"""An outside system the hub copies from."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from prodops.audit.models import Recorded


class Connection(models.Model):
    """One site of one system, with credentials encrypted at rest."""

    class Kind(models.TextChoices):
        JIRA_CLOUD = "jira_cloud", "Jira Cloud"
        JIRA_DATACENTER = "jira_datacenter", "Jira Data Center"
        AMPLITUDE = "amplitude", "Amplitude"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind)
    base_url = models.URLField()
    site_url = models.URLField(blank=True, help_text="Where people open issues, when it differs from the API.")
    username = models.CharField(max_length=200, blank=True)
    secret = models.BinaryField(blank=True, default=b"", help_text="Token, encrypted.")
    projects = ArrayField(
        models.CharField(max_length=40), default=list, blank=True, help_text="Keys; empty means all."
    )
    is_active = models.BooleanField(default=True)
    interval_minutes = models.PositiveIntegerField(default=15)
    account_time_zone = models.CharField(max_length=64, blank=True)
    cursor = models.DateTimeField(null=True, blank=True, help_text="Everything changed before this is here.")
    broken_since = models.DateTimeField(null=True, blank=True)
    broken_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = [Recorded()]

    def __str__(self):
        return self.name

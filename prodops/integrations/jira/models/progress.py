"""How far the reading of whole projects has come."""

from django.db import models

from prodops.integrations.jira.models.directory import JiraProject


class JiraProjectPass(models.Model):
    """One project in the newest full pass; a pass that was cut short goes on from here."""

    project = models.OneToOneField(
        JiraProject, models.CASCADE, primary_key=True, related_name="reading"
    )
    started_at = models.DateTimeField(help_text="When the pass began, by Jira's clock.")
    cursor = models.DateTimeField(null=True, help_text="All that changed before this is here.")
    finished_at = models.DateTimeField(null=True)

    def __str__(self):
        return f"{self.project_id} read {'whole' if self.finished_at else 'in part'}"

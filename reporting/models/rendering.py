"""A chart as the worker last drew it."""

from django.db import models

from prodops.people.models import Team


class RenderingQuerySet(models.QuerySet):
    def drawn(self):
        return self.exclude(rendered_at=None)

    def wanted(self):
        """Asked for and not drawn since; a drawing that failed three times is left alone."""
        return self.filter(attempts__lt=3).filter(
            models.Q(rendered_at=None) | models.Q(requested_at__gt=models.F("rendered_at"))
        )


class Rendering(models.Model):
    """One chart of one scope: the figure, its table and its finding, with their data date."""

    slug = models.SlugField(max_length=60, help_text='Such as "delivery-cycle-time".')
    scope = models.CharField(max_length=60, default="organisation", help_text="Or a team's slug.")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=300, blank=True, help_text="What the picture shows.")
    figure = models.JSONField(default=dict)
    table = models.JSONField(default=dict, help_text='{"columns": [...], "rows": [[...]]}')
    data_as_of = models.DateTimeField(null=True)
    requested_at = models.DateTimeField()
    rendered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    objects = RenderingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["slug", "scope"], name="rendering_once"),
        ]

    def __str__(self):
        return f"{self.slug} of {self.scope}"

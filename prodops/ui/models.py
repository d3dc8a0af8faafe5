"""What people keep about the pages they use."""

from django.conf import settings
from django.db import models
from django.db.models import Q

OPERATORS = ("ops", "admin")  # roles of people; the shell lies below them and cannot import them


def may_share(user):
    """Everybody in the organisation's product work; what requesters save stays their own."""
    return user.role != "requester"


def may_delete_shared(user):
    return user.role in OPERATORS


class SavedViewQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(Q(owner=user) | Q(is_shared=True))

    def removable_by(self, user):
        """One's own; what is shared is also for operations to tidy up."""
        own = Q(owner=user)
        return self.filter(own | Q(is_shared=True) if may_delete_shared(user) else own)

    def for_list(self, slug):
        return self.filter(list=slug)

    def for_display(self):
        return self.select_related("owner").order_by("name", "pk")


class SavedView(models.Model):
    """A list's search, filters and order under a name."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    list = models.CharField(max_length=40, help_text="The slug of the list page.")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField(default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "list", "name"], name="saved_view_once"),
        ]

    def __str__(self):
        return f"{self.name} ({self.list})"

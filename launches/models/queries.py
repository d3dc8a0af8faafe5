"""Questions over many launches."""

from datetime import date

from django.db import models
from django.db.models import Count, Q

from prodops.people.permissions import is_insider

SET_ASIDE = ["waived", "not_applicable"]


def _items(**condition):
    return Count("items", filter=Q(items__is_required=True, **condition), distinct=True)


class LaunchQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def unshipped(self):
        """Keep those that may still be prepared, moved or cancelled."""
        return self.filter(launched_at=None, cancelled_at=None)

    def in_month(self, first: date):
        """Keep those dated in the month that begins on `first`."""
        return self.filter(launch_on__year=first.year, launch_on__month=first.month)

    def with_readiness(self):
        """Annotate the required items as they stand now.

        `required_total` leaves out waived and not applicable ones; `required_done` are the done
        among it; `required_waived` and `required_not_applicable` are what was left out.
        """
        return self.annotate(
            required_total=Count(
                "items",
                filter=Q(items__is_required=True) & ~Q(items__state__in=SET_ASIDE),
                distinct=True,
            ),
            required_done=_items(items__state="done"),
            required_waived=_items(items__state="waived"),
            required_not_applicable=_items(items__state="not_applicable"),
        )

    def for_display(self):
        return (
            self.with_readiness()
            .select_related("owner", "template", "thread")
            .prefetch_related("initiatives__teams")
            .order_by("launch_on", "pk")
        )

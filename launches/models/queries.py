"""Questions over many launches."""

from calendar import monthrange
from datetime import date, timedelta

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

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

    def around(self, first: date):
        """Keep what a calendar of one month shows: its weeks, and what names it or its quarter."""
        last = first.replace(day=monthrange(first.year, first.month)[1])
        days = Q(launch_on__range=(first - timedelta(days=6), last + timedelta(days=6)))
        quarter = Q(launch_on__year=first.year, launch_on__quarter=(first.month + 2) // 3)
        return self.filter(
            Q(days, date_precision="day")
            | Q(date_precision="month", launch_on=last)
            | Q(quarter, date_precision="quarter")
        )

    def of_team(self, slug: str):
        """Keep the launches of the team's initiatives."""
        links = self.model.initiatives.through.objects.filter(initiative__teams__slug=slug)
        return self.filter(Exists(links.filter(launch=OuterRef("pk"))))

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

    def with_told_count(self):
        """Annotate `told_count`, the people who were told that it shipped."""
        told = self.model._meta.get_field("told").related_model.objects
        counted = told.filter(launch=OuterRef("pk")).values("launch").annotate(count=Count("pk"))
        return self.annotate(told_count=Coalesce(Subquery(counted.values("count")), 0))

    def for_display(self):
        return (
            self.with_readiness()
            .select_related("owner", "template", "thread", "launched_by", "cancelled_by")
            .prefetch_related("initiatives__teams")
            .order_by("launch_on", "pk")
        )

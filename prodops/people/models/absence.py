"""When people are away: days and how much of them, and never why."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from prodops.people.models.organisation import Membership
from prodops.people.models.recorded import Recorded
from prodops.people.models.user import User


def kept_by(user):
    """Return the people whose time this person keeps: themselves, those they lead, or everybody."""
    if user.role in {User.Role.OPS, User.Role.ADMIN}:
        return User.objects.all()
    led = Membership.objects.filter(user=user, role=Membership.Role.LEAD).values("team")
    members = Membership.objects.filter(team__in=led).values("user")
    return User.objects.filter(Q(pk=user.pk) | Q(pk__in=members))


class AbsenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Keep one's own, those of the teams one leads, and all for product ops.

        Plans show everybody sums of them, nobody's days.
        """
        return self.filter(user__in=kept_by(user))

    def touching(self, first, last):
        """Keep those with a day from `first` to `last`."""
        return self.filter(from_on__lte=last, until_on__gte=first)

    def for_display(self):
        """With the person and their teams, the latest first."""
        teams = models.Prefetch(
            "user__memberships", Membership.objects.select_related("team").order_by("pk")
        )
        return self.select_related("user").prefetch_related(teams).order_by("-from_on", "-pk")


class Absence(models.Model):
    """Days a person is away, the last one included; why is nobody's business."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="absences")
    from_on = models.DateField("first day")
    until_on = models.DateField("last day")
    share = models.PositiveSmallIntegerField(
        default=100, help_text="Per cent of their time: 50 is half days."
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")),
                name="absence_dates_ordered",
                violation_error_message="The last day comes after the first, or is the same.",
            ),
            models.CheckConstraint(
                condition=Q(share__range=(1, 100)),
                name="absence_share_of_a_day",
                violation_error_message="A share is between 1 and 100 per cent.",
            ),
        ]
        indexes = [models.Index(fields=["user", "from_on"], name="absence_by_person")]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.from_on:%-d %b} to {self.until_on:%-d %b %Y}"

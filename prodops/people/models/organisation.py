"""Product areas, teams and functions."""

import calendar
from datetime import time

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from prodops.people.business_time import Calendar
from prodops.people.models.recorded import Recorded
from prodops.people.models.user import User
from prodops.people.validators import validate_holiday_calendar, validate_time_zone


def weekdays():
    """Return Monday to Friday as ISO numbers."""
    return [1, 2, 3, 4, 5]


class ProductArea(models.Model):
    """A part of the product; areas form a tree."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="area_not_its_own_parent")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.name


class TeamQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Insiders see every team; requesters need none."""
        return self.none() if user.role == User.Role.REQUESTER else self

    def for_display(self):
        """With area, people and `people_count`, by name."""
        return (
            self.select_related("product_area")
            .prefetch_related(
                models.Prefetch(
                    "memberships", Membership.objects.select_related("user").order_by("pk")
                )
            )
            .annotate(people_count=models.Count("memberships", distinct=True))
            .order_by("name", "pk")
        )


class Team(models.Model):
    """A squad, with the calendar its clocks run by."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    product_area = models.ForeignKey(
        ProductArea, models.PROTECT, null=True, blank=True, related_name="teams"
    )
    time_zone = models.CharField(
        max_length=64, default="Europe/Berlin", validators=[validate_time_zone]
    )
    working_days = ArrayField(
        models.PositiveSmallIntegerField(), default=weekdays, help_text="ISO: Monday is 1."
    )
    day_starts_at = models.TimeField(default=time(9))
    day_ends_at = models.TimeField(default=time(17))
    holiday_calendar = models.CharField(
        max_length=10,
        blank=True,
        validators=[validate_holiday_calendar],
        help_text="Country or region code, such as DE or US-CA.",
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="teams"
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(day_starts_at__lt=F("day_ends_at")),
                name="team_day_ends_after_it_starts",
                violation_error_message="The working day must end after it starts.",
            ),
            models.CheckConstraint(
                condition=Q(working_days__len__gt=0)
                & Q(working_days__contained_by=[1, 2, 3, 4, 5, 6, 7]),
                name="team_works_on_days_of_the_week",
                violation_error_message="Working days are numbers from 1 (Monday) to 7 (Sunday).",
            ),
        ]
        # Not to find a team: lists of what teams own are sorted by it.
        indexes = [models.Index(fields=["name"], name="team_by_name")]
        triggers = [Recorded()]

    def __str__(self):
        return self.name

    def working_day_names(self) -> str:
        """Return the working days as people say them: "Monday, Tuesday"."""
        return ", ".join(calendar.day_name[day - 1] for day in sorted(self.working_days))

    def calendar(self) -> Calendar:
        """Return the business time this team's clocks run by."""
        return Calendar(
            time_zone=self.time_zone,
            working_days=tuple(self.working_days),
            day_starts_at=self.day_starts_at,
            day_ends_at=self.day_ends_at,
            holiday_calendar=self.holiday_calendar,
        )


class MembershipQuerySet(models.QuerySet):
    def kept_by(self, user):
        """Keep those whose share and days a person may change: of teams they lead, or all."""
        if user.role in {User.Role.OPS, User.Role.ADMIN}:
            return self
        led = Membership.objects.filter(user=user, role=Membership.Role.LEAD)
        return self.filter(team__in=led.values("team"))


class Membership(models.Model):
    """A person's part in a team."""

    class Role(models.TextChoices):
        LEAD = "lead", "Product manager"
        ENGINEER = "engineer", "Engineer"
        DESIGNER = "designer", "Designer"
        MEMBER = "member", "Member"

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.MEMBER)
    share = models.PositiveSmallIntegerField(
        default=100, help_text="Per cent of a full week that the person works for this team."
    )
    from_on = models.DateField("first day", null=True, blank=True)
    until_on = models.DateField("last day", null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(share__range=(1, 100)),
                name="membership_share_of_a_week",
                violation_error_message="A share is between 1 and 100 per cent.",
            ),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(until_on=None) | Q(until_on__gte=F("from_on")),
                name="membership_dates_ordered",
                violation_error_message="The last day comes after the first.",
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.user} in {self.team}"


class Function(models.Model):
    """A discipline that signs launches off: security, privacy, legal, support …"""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="FunctionMember", related_name="functions"
    )

    class Meta:
        triggers = [Recorded()]

    def __str__(self):
        return self.name


class FunctionMember(models.Model):
    """A person who may sign off for a function; `position` is the place in the rota."""

    function = models.ForeignKey(Function, models.CASCADE, related_name="rota")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="function_memberships"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["function", "user"], name="function_member_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.user} for {self.function}"

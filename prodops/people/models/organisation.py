"""Product areas, teams and functions."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


def weekdays():
    """Return Monday to Friday as ISO numbers."""
    return [1, 2, 3, 4, 5]


class ProductArea(models.Model):
    """A part of the product; areas form a tree."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    def __str__(self):
        return self.name


class Team(models.Model):
    """A squad, with the calendar its clocks run by."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    product_area = models.ForeignKey(ProductArea, models.PROTECT, null=True, related_name="teams")
    time_zone = models.CharField(max_length=64, default="Europe/Berlin")
    working_days = ArrayField(
        models.PositiveSmallIntegerField(), default=weekdays, help_text="ISO: Monday is 1."
    )
    day_starts_at = models.TimeField(default="09:00")
    day_ends_at = models.TimeField(default="17:00")
    holiday_calendar = models.CharField(
        max_length=10, blank=True, help_text="Country or region code, such as DE or US-CA."
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="teams"
    )

    def __str__(self):
        return self.name


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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="membership_once")]

    def __str__(self):
        return f"{self.user} in {self.team}"


class Function(models.Model):
    """A discipline that signs launches off: security, privacy, legal, support …"""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="FunctionMember", related_name="functions"
    )

    def __str__(self):
        return self.name


class FunctionMember(models.Model):
    """A person who may sign off for a function; `position` is the place in the rota."""

    function = models.ForeignKey(Function, models.CASCADE, related_name="rota")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="function_memberships")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["function", "user"], name="function_member_once")]

    def __str__(self):
        return f"{self.user} for {self.function}"

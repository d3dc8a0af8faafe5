"""What the kick-off of a cycle copies: milestones, counted in working days from its dates."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from planning.models.cycle import Cycle
from prodops.audit.models import Recorded
from prodops.people.business_time import Calendar
from prodops.people.models import User


class MilestoneTemplateQuerySet(models.QuerySet):
    def offered_to(self, cycle: Cycle):
        """Keep what a kick-off of `cycle` may copy, those made for its kind first."""
        is_active = self.filter(is_active=True, kind__in=["", cycle.kind], items__isnull=False)
        return is_active.distinct().order_by("-kind", "name", "pk")


class MilestoneTemplate(models.Model):
    """The milestones a cycle usually has; administrators write it, a kick-off copies it."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(
        max_length=10, choices=Cycle.Kind, blank=True, help_text="Empty: for every kind of cycle."
    )
    is_active = models.BooleanField(default=True, help_text="Is it offered at a kick-off?")

    objects = MilestoneTemplateQuerySet.as_manager()

    class Meta:
        triggers = [Recorded()]

    def __str__(self):
        return self.name


class MilestoneTemplateItem(models.Model):
    """A line of a template."""

    class Anchor(models.TextChoices):
        START = "start", "the first day"
        END = "end", "the last day"

    template = models.ForeignKey(MilestoneTemplate, models.CASCADE, related_name="items")
    title = models.CharField(max_length=120)
    offset_days = models.SmallIntegerField(
        default=0, help_text="Working days from that day; negative is before it."
    )
    anchor = models.CharField("Counted from", max_length=5, choices=Anchor, default=Anchor.START)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Proposed at the kick-off; or give a role.",
    )
    owner_role = models.CharField(max_length=12, choices=User.Role, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None) | Q(owner_role=""),
                name="milestone_item_owner_or_role",
                violation_error_message="Give a person or a role, not both.",
            ),
            models.CheckConstraint(
                condition=Q(offset_days__range=(-250, 250)),
                name="milestone_item_within_a_year",
                violation_error_message="Stay within a year: at most 250 working days.",
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.title

    def due_on(self, cycle: Cycle, calendar: Calendar) -> date:
        """Return the working day it is due on in `cycle`; weekends and holidays don't count."""
        anchor = cycle.starts_on if self.anchor == self.Anchor.START else cycle.ends_on
        return calendar.add_working_days(anchor, self.offset_days)

    @property
    def offset_words(self) -> str:
        """The offset in words: "10 working days before the first day"."""
        days, anchor = abs(self.offset_days), self.get_anchor_display()
        if not days:
            return f"On {anchor}"
        side = "before" if self.offset_days < 0 else "after"
        return f"{days} working day{'' if days == 1 else 's'} {side} {anchor}"

"""Forums: who meets for what, how often, and what stands on every agenda."""

import calendar as week

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from planning.models.forum_dates import LAST, MONTHLY, WEEKLY, Cadence
from prodops.audit.models import Recorded, Thread
from prodops.people.models import User
from prodops.people.permissions import is_insider
from prodops.people.validators import validate_holiday_calendar, validate_time_zone

PRIVATE_TITLE = "A private forum"
LENGTHS = (5, 480)


class ForumQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Insiders see every forum but the private ones of others; requesters see none."""
        if not is_insider(user):
            return self.none()
        return self.filter(Q(is_private=False) | _belongs(user))

    def of(self, user):
        """Keep the forums a person belongs to."""
        return self.filter(_belongs(user))

    def going(self):
        return self.filter(ended_on=None)

    def for_display(self):
        return self.select_related("owner", "facilitator", "team").order_by("name", "pk")


def _belongs(user):
    member = ForumMember.objects.filter(user=user).values("forum")
    return Q(owner=user) | Q(facilitator=user) | Q(pk__in=member)


class Forum(models.Model):
    """A series of sessions: the same people, for the same purpose, in one rhythm."""

    class Rhythm(models.TextChoices):
        WEEKLY = WEEKLY, "Every few weeks"
        MONTHLY = MONTHLY, "Once a month"

    class Nth(models.IntegerChoices):
        FIRST = 1, "first"
        SECOND = 2, "second"
        THIRD = 3, "third"
        FOURTH = 4, "fourth"
        LAST = LAST, "last"

    class Weekday(models.IntegerChoices):
        MONDAY = 1, "Monday"
        TUESDAY = 2, "Tuesday"
        WEDNESDAY = 3, "Wednesday"
        THURSDAY = 4, "Thursday"
        FRIDAY = 5, "Friday"
        SATURDAY = 6, "Saturday"
        SUNDAY = 7, "Sunday"

    name = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="owned_forums")
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="facilitated_forums",
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="ForumMember", related_name="forums"
    )
    team = models.ForeignKey(
        "people.Team",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forums",
        help_text="Where there is one, the agenda pulls only what concerns it.",
    )
    is_private = models.BooleanField(default=False)
    rhythm = models.CharField(max_length=8, choices=Rhythm, default=Rhythm.WEEKLY)
    every_weeks = models.PositiveSmallIntegerField(default=1)
    nth = models.SmallIntegerField(choices=Nth, default=Nth.FIRST)
    weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.TUESDAY)
    meets_at = models.TimeField()
    time_zone = models.CharField(
        max_length=64, default="Europe/Berlin", validators=[validate_time_zone]
    )
    minutes = models.PositiveSmallIntegerField(default=60)
    holiday_calendar = models.CharField(
        max_length=10, blank=True, validators=[validate_holiday_calendar]
    )
    moves_off_holidays = models.BooleanField(default=True)
    starts_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    sources = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="forum")

    objects = ForumQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=LENGTHS), name="forum_length_in_range"
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__range=(1, 26)), name="forum_weeks_in_range"
            ),
            models.CheckConstraint(condition=Q(weekday__range=(1, 7)), name="forum_on_a_weekday"),
            models.CheckConstraint(
                condition=Q(nth__in=[1, 2, 3, 4, LAST]), name="forum_on_a_week_of_the_month"
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("planning:forum", args=[self.pk])

    @property
    def key(self):
        return f"FOR-{self.pk}"

    @property
    def is_going(self):
        return self.ended_on is None

    @property
    def open_name(self):
        """Return what people who may not see the forum may read of it."""
        return PRIVATE_TITLE if self.is_private else self.name

    def cadence(self) -> Cadence:
        """Return the days and moments this forum meets at."""
        return Cadence(
            rhythm=self.rhythm,
            weekday=self.weekday,
            starts_on=self.starts_on,
            meets_at=self.meets_at,
            time_zone=self.time_zone,
            every_weeks=self.every_weeks,
            nth=self.nth,
            holiday_calendar=self.holiday_calendar,
            moves_off_holidays=self.moves_off_holidays,
        )

    def rhythm_words(self) -> str:
        """Return the rhythm as people say it: "every second Tuesday", "the last Friday …"."""
        day = week.day_name[self.weekday - 1]
        if self.rhythm == self.Rhythm.MONTHLY:
            return f"the {self.get_nth_display()} {day} of each month"
        return f"every {day}" if self.every_weeks == 1 else f"every {self.every_weeks} weeks, {day}"


class ForumMember(models.Model):
    """A person who belongs to a forum: invited to every session, mailed its minutes."""

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="forum_memberships"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["forum", "user"], name="forum_member_once")]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.user} in {self.forum}"


class StandingItem(models.Model):
    """Something that stands on every agenda of a forum, in the forum's own words."""

    forum = models.ForeignKey(Forum, models.CASCADE, related_name="standing_items")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    minutes = models.PositiveSmallIntegerField(default=5)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["forum", "title"], name="standing_item_once"),
            models.CheckConstraint(
                condition=Q(minutes__range=(1, 240)), name="standing_item_minutes_in_range"
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.title


def participants(forum: Forum) -> list[User]:
    """Return everybody who belongs to a forum, each once, by name: one query."""
    return list(
        User.objects.active()
        .filter(
            Q(pk=forum.owner_id)
            | Q(pk=forum.facilitator_id)
            | Q(pk__in=forum.memberships.values("user"))
        )
        .for_display()
    )

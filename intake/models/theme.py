"""What customers keep saying: themes, and those that turned out to be one."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import BooleanField, Case, Count, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.functional import cached_property

from intake.models import trend
from intake.models.product_request import ProductRequest
from intake.models.standing import AS_JSON, Standing, ThemeStanding, count_between
from intake.models.taxonomy import ThemeGroup, path_of
from prodops.audit.models import Recorded, Thread
from prodops.people.models import ProductArea
from prodops.people.permissions import is_insider

LINKS_FOLLOW = pgtrigger.Trigger(
    name="links_follow",
    when=pgtrigger.After,
    operation=pgtrigger.UpdateOf("merged_into_id"),
    func="""
        UPDATE intake_themequote SET theme_id = coalesce(NEW.merged_into_id, NEW.id)
        WHERE attached_to_id = NEW.id;
        RETURN NULL;
    """,
)


class ThemeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Themes are for those who work on the product; requesters never see them."""
        return self if is_insider(user) else self.none()

    def in_use(self):
        return self.filter(state=Theme.State.ACTIVE)

    def below(self, group):
        """Keep the themes of a group and of those below it."""
        return self.filter(Q(group=group) | Q(group__parent=group) | Q(group__parent__parent=group))

    def in_order(self):
        """With `path`, in the order of the tree; what has no group comes last."""
        loose = Case(When(group=None, then=True), default=False, output_field=BooleanField())
        placed = self.annotate(path=path_of("group__"), is_loose=loose)
        return placed.order_by("is_loose", "path", Lower("name"), "pk")

    def with_standing(self, at):
        """Annotate what a theme weighs at that moment, which `Theme.standing` reads.

        It is asked of the themes that are read, one by one. To sort and filter by there are
        `requests`, `tickets`, `voices`, `arr`, `recent`, `before`, `growth` and `quoted_at`, of
        all themes at once; what is not asked for costs nothing.
        """
        since = at - trend.QUARTER
        both = ("weight__asked", "weight__told")
        recent = count_between(*both, after=since, until=at)
        before = count_between(*both, after=since - trend.QUARTER, until=since)
        weighed = ThemeStanding.objects.filter(theme=OuterRef("pk")).annotate(figures=AS_JSON)
        return self.annotate(
            weighed_at=Value(at, output_field=models.DateTimeField()),
            weighed=Subquery(weighed.values("figures")),
        ).alias(
            requests=count_between("weight__asked", after=None, until=at),
            **{name: F(f"weight__{name}") for name in ("tickets", "voices", "arr", "quoted_at")},
            recent=recent,
            before=before,
            growth=recent - before,
        )

    def with_count(self, begins, ends):
        """Annotate `count`: what was asked from one moment up to another, in the same way."""
        both = ("weight__asked", "weight__told")
        return self.annotate(count=count_between(*both, after=begins, until=ends, bounds="[)"))

    def suggested_by_tags(self, ticket):
        """Themes in use that a ticket's tags speak of and the ticket does not, the likeliest first.

        Those called like a tag, and those that every third ticket with one of these tags speaks
        for: `alike` of `among` tickets.
        """
        links = self.model._meta.get_field("links").related_model.objects.live().of_tickets()
        tagged = links.filter(ticket__tags__overlap=ticket.tags).order_by()
        number = Count("ticket", distinct=True)
        of_theme = tagged.filter(theme=OuterRef("pk")).values("theme").annotate(number=number)
        of_all = tagged.values(all=Value(1)).annotate(number=number)
        rows = self.in_use().exclude(pk__in=links.filter(ticket=ticket).values("theme"))
        rows = rows.annotate(
            alike=Coalesce(Subquery(of_theme.values("number")), 0),
            among=Coalesce(Subquery(of_all.values("number")), 0),
            called=Lower("name"),
        )
        is_often = Q(alike__gte=2, among__lte=3 * F("alike"))
        found = rows.filter(is_often | Q(called__in=ticket.tags))
        return found.order_by("-alike", "name", "pk") if ticket.tags else self.none()

    def for_display(self):
        """With group, owner and area, in the order of the tree."""
        related = ("group", "owner", "product_area", "merged_into")
        return self.select_related(*related).in_order()


def requests_of(theme):
    """Return the genuine requests that speak for a theme, each once."""
    links = theme.links.live().of_requests()
    return ProductRequest.objects.genuine().filter(pk__in=links.values("product_request"))


class Theme(models.Model):
    """Something many people say in words of their own; a person made it or confirmed it."""

    class State(models.TextChoices):
        ACTIVE = "active", "In use"
        ARCHIVED = "archived", "Archived"
        MERGED = "merged", "Merged"

    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    group = models.ForeignKey(
        ThemeGroup, models.PROTECT, null=True, blank=True, related_name="themes"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_themes",
    )
    product_area = models.ForeignKey(
        ProductArea, models.PROTECT, null=True, blank=True, related_name="themes"
    )
    state = models.CharField(max_length=8, choices=State, default=State.ACTIVE)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_themes",
        help_text="The theme that lives on; never itself merged.",
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="theme")

    objects = ThemeQuerySet.as_manager()

    class Meta:
        triggers = [Recorded(), LINKS_FOLLOW]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(state="active"), name="theme_name_in_use_once"
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (Q(state__in=["active", "archived"]) & Q(merged_into=None)),
                name="theme_merged_into_another",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="theme_not_merged_into_itself"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("intake:theme", args=[self.pk])

    @property
    def key(self):
        return f"THM-{self.pk}"

    @property
    def living(self):
        """The theme that carries this one on: itself, unless it was merged."""
        return self.merged_into or self

    @property
    def is_active(self):
        return self.state == self.State.ACTIVE

    @property
    def place(self):
        """The names of its groups from the top; needs `in_order`."""
        return " › ".join(self.path)

    @property
    def tone(self):
        return {"active": "positive", "archived": "unknown"}.get(self.state, "neutral")

    @cached_property
    def standing(self):
        """What it weighs; needs `with_standing`."""
        return Standing.read(self.weighed, self.weighed_at)


class ThemeMerge(models.Model):
    """Two themes turned out to be one; an undone merge stays in the record."""

    child = models.ForeignKey(Theme, models.CASCADE, related_name="merges")
    parent = models.ForeignKey(Theme, models.CASCADE, related_name="merges_received")
    from_state = models.CharField(max_length=8, choices=Theme.State)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        triggers = [Recorded()]
        constraints = [
            models.UniqueConstraint(
                fields=["child"], condition=Q(undone_at=None), name="theme_merge_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(child=F("parent")), name="theme_merge_of_two_themes"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="theme_merge_undone_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.child} into {self.parent}"

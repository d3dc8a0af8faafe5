"""Where themes have their place: groups in up to three levels."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Func, Q
from django.db.models.functions import Lower

from prodops.audit.models import Recorded
from prodops.people.permissions import is_insider

DEEPEST = 3

# Each level is one more than that above it, so the fourth level and every ring are refused. It is
# asked at the commit: a group moves with all below it, in several statements.
ONE_TREE = pgtrigger.Trigger(
    name="one_tree",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("parent_id", "level"),
    timing=pgtrigger.Deferred,
    declare=[("mine", "intake_themegroup%ROWTYPE"), ("above", "smallint")],
    func="""
        SELECT * INTO mine FROM intake_themegroup WHERE id = NEW.id;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        SELECT level INTO above FROM intake_themegroup WHERE id = mine.parent_id FOR SHARE;
        IF mine.level <> coalesce(above, 0) + 1 OR EXISTS (
            SELECT 1 FROM intake_themegroup
            WHERE parent_id = mine.id AND level <> mine.level + 1
        ) THEN
            RAISE EXCEPTION 'a group stands one level below its parent';
        END IF;
        RETURN NULL;
    """,
)


def path_of(prefix: str) -> Func:
    """Return the names from the top to the group that `prefix` leads to, as an array.

    An array and not a text: what stands below a group then follows it in any collation.
    """
    return Func(
        f"{prefix}parent__parent__name",
        f"{prefix}parent__name",
        f"{prefix}name",
        template="array_remove(ARRAY[%(expressions)s], NULL)",
        output_field=ArrayField(models.TextField()),
    )


class ThemeGroupQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def in_order(self):
        """With `path`, the names from the top; what stands below a group follows it."""
        return self.annotate(path=path_of("")).order_by("path", "pk")

    def for_display(self):
        """In order, with `theme_count`, how many themes in use stand in the group itself."""
        counted = Count("themes", filter=Q(themes__state="active"))
        return self.in_order().annotate(theme_count=counted)


class ThemeGroup(models.Model):
    """A place for themes: the database lets no group stand deeper than three levels."""

    name = models.CharField(max_length=80)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    level = models.PositiveSmallIntegerField(help_text="1 at the top.")

    objects = ThemeGroupQuerySet.as_manager()

    class Meta:
        triggers = [Recorded(), ONE_TREE]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=DEEPEST), name="theme_group_three_levels"
            ),
            models.UniqueConstraint(
                "parent", Lower("name"), nulls_distinct=False, name="theme_group_name"
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def words(self):
        """The names from the top; needs `path`."""
        return " › ".join(self.path)

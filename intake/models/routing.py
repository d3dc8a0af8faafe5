"""Routing rules: who sorts what before a person looks, in versions that are tried first."""

import uuid
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Lower
from django.urls import reverse

from intake.models.catalogue import Category
from intake.models.facts import Facts, Operator, holds
from intake.models.product_request import ProductRequest
from intake.models.turns import TriageTurn, whose_turn
from prodops.audit.models import Recorded
from prodops.people.models import ProductArea, Team
from prodops.people.permissions import can_triage, is_insider

MOST_WANTED = 50


def frozen(versions: str) -> pgtrigger.Trigger:
    """Refuse writes below a version that was put live; `versions` selects those a row is in."""
    is_frozen = f"SELECT 1 FROM intake_routingversion WHERE state <> 'draft' AND id IN ({versions})"  # noqa: S608
    return pgtrigger.Trigger(
        name="frozen",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=f"""
            IF EXISTS ({is_frozen}) THEN
                RAISE EXCEPTION 'routing rules that were put live do not change';
            END IF;
            RETURN COALESCE(NEW, OLD);
        """,
    )


class RoutingVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def for_display(self):
        """With who opened and published it, and its rules; newest first."""
        people = self.select_related("opened_by", "published_by")
        return people.prefetch_related(
            Prefetch("rules", RoutingRule.objects.for_display())
        ).order_by("-number")


class RoutingVersion(models.Model):
    """All rules as they stood together: one draft at most, one live, the older ones kept."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "Live"
        RETIRED = "retired", "Replaced"

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True, help_text="What changed, and why.")

    objects = RoutingVersionQuerySet.as_manager()

    class Meta:
        triggers = [
            Recorded(),
            pgtrigger.FSM(
                name="one_way", field="state", transitions=[("draft", "live"), ("live", "retired")]
            ),
            pgtrigger.Protect(
                name="kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["live", "retired"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state__in=["draft", "live"]),
                name="routing_one_draft_and_one_live",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None, published_by=None)
                | Q(
                    state__in=["live", "retired"],
                    published_at__isnull=False,
                    published_by__isnull=False,
                ),
                name="routing_published_by_somebody",
            ),
        ]

    def __str__(self):
        return f"Rules, version {self.number}"

    def get_absolute_url(self):
        return reverse("intake:routing-version", args=[self.number])

    @property
    def is_draft(self):
        return self.state == self.State.DRAFT


class RoutingRuleQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def live(self):
        """The rules that sort what is asked now, in their order."""
        return self.filter(version__state=RoutingVersion.State.LIVE, is_active=True)

    def for_display(self):
        """With all a rule asks and sets, whose turn it would be included, in order."""
        rules = self.select_related(
            "version", "category", "product_area", "team", "owner", "changed_by"
        )
        return rules.prefetch_related(
            Prefetch("conditions", RoutingCondition.objects.order_by("pk")),
            Prefetch("team__triage_turns", TriageTurn.objects.for_display()),
        ).order_by("position", "pk")

    def count_by_line(self, *, since):
        """Return {line: how many requests its rule sorted since then}, whatever its version."""
        lately = Count("routings", filter=Q(routings__at__gte=since))
        return dict(self.order_by().values("line").annotate(n=lately).values_list("line", "n"))


class RoutingRule(models.Model):
    """When every condition holds, the request gets what the rule says; the first one wins."""

    version = models.ForeignKey(RoutingVersion, models.CASCADE, related_name="rules")
    line = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text="The same rule in every version."
    )
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="routing_rules"
    )
    product_area = models.ForeignKey(
        ProductArea, models.PROTECT, null=True, blank=True, related_name="routing_rules"
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="routing_rules"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="routing_rules",
    )
    takes_turns = models.BooleanField(
        default=False, help_text="Whoever's turn it is on the team's triage rota owns it."
    )
    priority = models.CharField(max_length=2, choices=ProductRequest.Priority, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = RoutingRuleQuerySet.as_manager()

    class Meta:
        triggers = [
            Recorded(),
            frozen("OLD.version_id, NEW.version_id"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "position"],
                deferrable=models.Deferrable.DEFERRED,
                name="routing_rule_place",
            ),
            models.UniqueConstraint(fields=["version", "line"], name="routing_rule_once"),
            models.UniqueConstraint("version", Lower("name"), name="routing_rule_name"),
            models.CheckConstraint(
                condition=Q(category__isnull=False)
                | Q(product_area__isnull=False)
                | Q(team__isnull=False)
                | Q(owner__isnull=False)
                | ~Q(priority=""),
                name="routing_rule_sets_something",
            ),
            models.CheckConstraint(
                condition=Q(takes_turns=False) | Q(team__isnull=False, owner=None),
                name="routing_rule_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(priority__in=["", *ProductRequest.Priority.values]),
                name="routing_rule_priority_known",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("intake:rule", args=[self.pk])

    def fits(self, facts: Facts) -> bool:
        """Say whether every condition holds; a rule without any fits everything."""
        return all(condition.holds(facts) for condition in self.conditions.all())

    def outcome(self, at: datetime) -> dict:
        """Return field → value for all it sets at that moment; an owner who left is none."""
        owner = self._on_turn(at) if self.takes_turns else self.owner
        values = {
            "category": self.category,
            "product_area": self.product_area,
            "team": self.team,
            "owner": owner if owner and owner.is_active and can_triage(owner) else None,
            "priority": self.priority,
        }
        return {name: value for name, value in values.items() if value}

    def _on_turn(self, at: datetime):
        turns = self.team.triage_turns.all()
        return whose_turn([turn.user for turn in turns], self.team, at)


class RoutingCondition(models.Model):
    """One question a rule asks; several `wanted` values are alternatives."""

    Operator = Operator

    rule = models.ForeignKey(RoutingRule, models.CASCADE, related_name="conditions")
    field = models.CharField(max_length=40)
    operator = models.CharField(max_length=8, choices=Operator)
    wanted = ArrayField(models.CharField(max_length=200), default=list, blank=True)

    class Meta:
        triggers = [
            Recorded(),
            frozen(
                "SELECT version_id FROM intake_routingrule WHERE id IN (OLD.rule_id, NEW.rule_id)"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(operator__in=["empty", "filled"], wanted__len=0)
                | Q(operator__in=["is", "is_not", "has", "lacks"], wanted__len__gte=1)
                | Q(operator__in=["at_least", "below"], wanted__len=1),
                name="routing_condition_wants_something",
            ),
            models.CheckConstraint(
                condition=Q(wanted__len__lte=MOST_WANTED), name="routing_condition_short"
            ),
        ]

    def __str__(self):
        return f"{self.field} {self.get_operator_display()} {', '.join(self.wanted)}".strip()

    def holds(self, facts: Facts) -> bool:
        return holds(self.operator, facts.get(self.field), self.wanted)

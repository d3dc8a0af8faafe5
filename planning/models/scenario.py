"""Another plan for a cycle: copied, edited beside it, compared, and adopted or kept."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Count, Q, Sum
from django.urls import reverse

from planning.models.commitment import Commitment
from planning.models.cycle import Cycle
from planning.models.history_guards import stays
from planning.models.initiative import Initiative
from planning.models.plan_picture import Placed
from prodops.audit.models import Recorded
from prodops.people.permissions import is_insider


class ScenarioQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def drafts(self):
        return self.filter(state=Scenario.State.DRAFT)

    def without_base(self):
        """Leave the plan it was copied from where it is: it is as large as the plan itself."""
        return self.defer("base")

    def for_display(self):
        """With maker, `item_count` and `weeks`; the newest first."""
        weeks = Scenario.objects.filter(pk=models.OuterRef("pk")).annotate(
            answer=Sum("allocations__weeks")
        )
        return (
            self.without_base()
            .select_related("made_by", "adopted_by", "cycle")
            .annotate(item_count=Count("items"), weeks=models.Subquery(weeks.values("answer")))
            .order_by("-made_at", "-pk")
        )


class Scenario(models.Model):
    """A plan beside the plan; `base` is the plan it was copied from, as it stood then."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ADOPTED = "adopted", "Adopted"
        ARCHIVED = "archived", "Archived"

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="scenarios")
    name = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    base = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    adopted_at = models.DateTimeField(null=True, blank=True)

    objects = ScenarioQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "name"], name="scenario_name_once"),
            models.CheckConstraint(
                condition=Q(state="adopted", adopted_at__isnull=False, adopted_by__isnull=False)
                | (~Q(state="adopted") & Q(adopted_at=None, adopted_by=None)),
                name="scenario_adopted_by_someone",
            ),
        ]
        triggers = [
            Recorded(ignore=("base",)),
            stays(
                "scenario_stays",
                "cycle_id name state adopted_at adopted_by_id",
                after="OLD.state <> 'draft'",
                words="the scenario is no draft any more; it stays as it was",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("planning:scenario", args=[self.pk])

    @property
    def is_open(self):
        return self.state == self.State.DRAFT


class ScenarioItemQuerySet(models.QuerySet):
    def with_records(self):
        return self.select_related("initiative", "scenario").defer("scenario__base")

    def keep_dates(self):
        """Give those without a date the one their initiatives have now, for good."""
        own = Initiative.objects.filter(pk=models.OuterRef("initiative"))
        return self.filter(target_on=None, initiative__target_on__isnull=False).update(
            target_on=own.values("target_on"), target_precision=own.values("target_precision")
        )


class ScenarioItem(models.Model):
    """An initiative in a scenario; without a date it has the one of the initiative."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="items")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="scenario_items")
    kind = models.CharField(max_length=10, choices=Commitment.Kind)
    target_on = models.DateField(null=True, blank=True)
    target_precision = models.CharField(
        max_length=7, choices=Initiative.Precision, default=Initiative.Precision.DAY
    )

    objects = ScenarioItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scenario", "initiative"], name="scenario_item_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.initiative} in {self.scenario}"

    def placed(self) -> Placed:
        """Return how it stands: with a date of its own, else the initiative's while it is open."""
        shown = self.initiative if self.target_on is None and self.scenario.is_open else self
        return Placed(self.kind, shown.target_on, shown.target_precision)

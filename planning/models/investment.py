"""What kind of work the organisation invests in, and how much of each it wants."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Q

from planning.models.cycle import Cycle
from planning.models.initiative import Initiative
from prodops.audit.models import Recorded


class InvestmentCategoryQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(is_active=True)

    def with_use(self):
        """Annotate `use`: how many initiatives are of the kind."""
        return self.annotate(use=Count("initiative_investments"))

    def for_display(self):
        return self.order_by("position", "name", "pk")


class InvestmentCategory(models.Model):
    """A kind of work: growth, retention, platform, run, compliance."""

    class Colour(models.TextChoices):
        """Names of the tokens `--hue-…`, each with a light and a dark side."""

        INDIGO = "indigo", "Indigo"
        TEAL = "teal", "Teal"
        GREEN = "green", "Green"
        AMBER = "amber", "Amber"
        ROSE = "rose", "Rose"
        VIOLET = "violet", "Violet"
        SLATE = "slate", "Slate"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    description = models.CharField(max_length=200, blank=True)
    colour = models.CharField(max_length=8, choices=Colour, default=Colour.SLATE)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    takes_run_work = models.BooleanField(
        default=False, help_text="Run-work of the teams counts here, and what has no initiative."
    )

    objects = InvestmentCategoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "investment categories"
        constraints = [
            models.UniqueConstraint(
                fields=["takes_run_work"],
                condition=Q(takes_run_work=True),
                name="investment_one_takes_run_work",
                violation_error_message="Another category takes the run-work already.",
            )
        ]
        triggers = [Recorded()]

    def __str__(self):
        return self.name


class InitiativeInvestment(models.Model):
    """The one kind of work an initiative is."""

    initiative = models.OneToOneField(Initiative, models.CASCADE, related_name="investment")
    category = models.ForeignKey(
        InvestmentCategory, models.PROTECT, related_name="initiative_investments"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.initiative}: {self.category}"


class InvestmentTarget(models.Model):
    """How much of a cycle's time is meant for a kind of work; those of a cycle sum to 100."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="investment_targets")
    category = models.ForeignKey(InvestmentCategory, models.PROTECT, related_name="targets")
    share = models.PositiveSmallIntegerField(help_text="Per cent.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "category"], name="investment_target_once"),
            models.CheckConstraint(
                condition=Q(share__range=(1, 100)), name="investment_target_of_a_hundred"
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.category} {self.share} %"

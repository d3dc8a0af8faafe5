"""What a launch of a tier and kind has to have ready."""

from django.db import models
from django.db.models import Q

from prodops.audit.models import Recorded
from prodops.people.models import Function
from prodops.people.permissions import is_insider


class Tier(models.IntegerChoices):
    """How much care a launch needs; 1 is the most."""

    ONE = 1, "Tier 1"
    TWO = 2, "Tier 2"
    THREE = 3, "Tier 3"


class Kind(models.TextChoices):
    """What sort of change is launched."""

    PRODUCT = "product", "Product change"
    PLATFORM = "platform", "Platform or infrastructure"
    RETIREMENT = "retirement", "Retirement"


class Condition(models.TextChoices):
    """A risk answer an item depends on."""

    ALWAYS = "", "Always"
    EXTERNAL = "external", "Customers see it"
    HIGH_RISK = "high_risk", "A failure would stop customers"
    REVENUE = "revenue", "It touches revenue"
    PERSONAL_DATA = "personal_data", "It handles personal data"


class ReadinessTemplateQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def active(self):
        return self.filter(is_active=True)

    def for_display(self):
        return self.order_by("kind", "tier", "-version", "pk")


class ReadinessTemplate(models.Model):
    """A version of the readiness list of one tier and kind; launches keep the version they took."""

    name = models.CharField(max_length=120)
    tier = models.PositiveSmallIntegerField(choices=Tier)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PRODUCT)
    version = models.PositiveSmallIntegerField(default=1)
    is_active = models.BooleanField(default=False, help_text="New launches take this version.")

    objects = ReadinessTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "kind"], condition=Q(is_active=True), name="template_one_active"
            ),
            models.UniqueConstraint(
                fields=["tier", "kind", "version"], name="template_version_once"
            ),
            models.CheckConstraint(condition=Q(tier__in=[1, 2, 3]), name="template_tier_known"),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.name} v{self.version}"


class TemplateItem(models.Model):
    """A line of a readiness template."""

    class OwnerRole(models.TextChoices):
        LAUNCH_OWNER = "launch_owner", "Launch owner"
        TEAM_LEAD = "team_lead", "Product manager of the team"
        FUNCTION = "function", "Next in the function's rota"

    class Otherwise(models.TextChoices):
        """What becomes of the item when its condition does not hold."""

        LEFT_OUT = "left_out", "Left out"
        ADVISORY = "advisory", "Kept as advisory"

    template = models.ForeignKey(ReadinessTemplate, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200)
    function = models.ForeignKey(Function, models.PROTECT, related_name="+")
    owner_role = models.CharField(max_length=12, choices=OwnerRole, default=OwnerRole.LAUNCH_OWNER)
    offset_days = models.SmallIntegerField(
        default=0, help_text="Working days from the launch; negative is before it."
    )
    is_required = models.BooleanField(default=True)
    needs_sign_off = models.BooleanField(default=False)
    evidence_wanted = models.CharField(
        max_length=200, blank=True, help_text="What a link has to lead to before the item is done."
    )
    condition = models.CharField(max_length=14, choices=Condition, blank=True)
    otherwise = models.CharField(max_length=8, choices=Otherwise, default=Otherwise.LEFT_OUT)

    class Meta:
        triggers = [Recorded()]

    def __str__(self):
        return self.title

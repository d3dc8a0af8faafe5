"""A cycle's score sheet: who is in the running, what was said of each, and rankings kept."""

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from planning.models.commitment import Commitment
from planning.models.cycle import Cycle
from planning.models.decision import Decision
from planning.models.initiative import Initiative
from planning.models.scoring import ScoringModel, ScoringVersion
from prodops.audit.models import AppendOnly, Recorded
from prodops.people.permissions import is_insider


class ScoreSheet(models.Model):
    """By which version of which model a cycle's initiatives are scored."""

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="score_sheet")
    version = models.ForeignKey(ScoringVersion, models.PROTECT, related_name="sheets")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.cycle} by {self.version}"


class Candidate(models.Model):
    """An initiative that is in the running for a cycle without standing in its plan yet."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="candidates")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="candidacies")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cycle", "initiative"], name="candidate_once")
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.initiative} for {self.cycle}"


def running_for(cycle, also=()):
    """Return the initiatives a cycle ranks: its plan and the candidates, but not what it dropped.

    `also` are primary keys of others to rank with them. Annotates `is_planned`.
    """
    plan = Commitment.objects.filter(cycle=cycle)
    dropped = plan.filter(dropped_at__isnull=False).values("initiative")
    planned = plan.standing().values("initiative")
    added = Candidate.objects.filter(cycle=cycle).values("initiative")
    running = Initiative.objects.filter(Q(pk__in=planned) | Q(pk__in=added) | Q(pk__in=also))
    return running.exclude(pk__in=dropped).annotate(is_planned=Q(pk__in=planned))


class ScoreInputQuerySet(models.QuerySet):
    def of_sheet(self, cycle, scoring_model_id=None):
        """Keep what was said in a cycle, for one model or for any."""
        said = self.filter(cycle=cycle)
        return said if scoring_model_id is None else said.filter(scoring_model=scoring_model_id)

    def newest(self):
        """Keep what was said last of each criterion of each initiative."""
        said = ("initiative", "name")
        return self.order_by(*said, "-pk").distinct(*said)

    def for_display(self):
        return self.select_related("by", "session")


class ScoreInput(models.Model):
    """What somebody said of one initiative for one criterion; the newest counts.

    Without a value they took back what was said: data speaks again, or nothing does.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="score_inputs")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="score_inputs")
    scoring_model = models.ForeignKey(ScoringModel, models.PROTECT, related_name="inputs")
    name = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    session = models.ForeignKey(
        "planning.ScoringSession",
        models.PROTECT,
        null=True,
        related_name="agreed",
        help_text="Where it was agreed on.",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScoreInputQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(session=None) | Q(value__isnull=False),
                name="score_input_agreed_is_a_value",
            )
        ]
        indexes = [
            models.Index(
                fields=["cycle", "scoring_model", "initiative", "name", "-id"],
                name="score_input_newest",
            )
        ]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.name} of {self.initiative}"

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()


class RankingQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if is_insider(user) else self.none()

    def for_display(self):
        return self.select_related("version__scoring_model", "by").order_by("-at", "-pk")


class Ranking(models.Model):
    """The scores of a cycle as they stood at one moment; nothing later changes them."""

    class Occasion(models.TextChoices):
        KEPT = "kept", "Kept by hand"
        COMMIT = "commit", "At the commit"
        SESSION = "session", "A scoring session ended"
        MODEL = "model", "Before the model changed"
        OVERRIDE = "override", "A priority was overridden"

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="rankings")
    version = models.ForeignKey(ScoringVersion, models.PROTECT, related_name="rankings")
    occasion = models.CharField(max_length=10, choices=Occasion)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = RankingQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["cycle", "-at", "-id"], name="ranking_newest")]
        triggers = [Recorded(), AppendOnly()]

    def __str__(self):
        return f"{self.cycle} on {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self):
        return reverse("planning:ranking", args=[self.pk])


class Score(models.Model):
    """One initiative in a ranking: its score, or why there is none, and what went into it."""

    ranking = models.ForeignKey(Ranking, models.PROTECT, related_name="scores")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="scores")
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    gap = models.CharField(max_length=300, blank=True, help_text="Why there is no score.")
    rank = models.PositiveIntegerField(null=True, help_text="By score alone.")
    place = models.PositiveIntegerField(help_text="With overrides; ties share none.")
    inputs = models.JSONField(help_text="Criterion → [value as text or null, where it is from].")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ranking", "initiative"], name="score_once"),
            models.CheckConstraint(
                condition=Q(value__isnull=False, rank__isnull=False, gap="")
                | (Q(value=None, rank=None) & ~Q(gap="")),
                name="score_or_gap",
            ),
        ]
        triggers = [AppendOnly()]

    def __str__(self):
        return f"{self.initiative}: {self.gap or self.value}"


def placed(scores: Iterable[Score]) -> list[Score]:
    """Leave out the scores of a ranking that come last for want of a value.

    What has no value but a better place than one that has was put there by somebody.
    """
    scores = list(scores)
    last = max((one.place for one in scores if one.rank is not None), default=0)
    return [one for one in scores if one.place <= last]


class RankOverride(models.Model):
    """Somebody set an initiative to another place than its score gives it, and said why."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="rank_overrides")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="rank_overrides")
    place = models.PositiveIntegerField()
    reason = models.TextField()
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="rank_overrides")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "initiative"],
                condition=Q(ended_at=None),
                name="rank_override_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(place__gte=1) & ~Q(reason=""), name="rank_override_says_why"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="rank_override_ended_by_someone",
            ),
        ]
        triggers = [Recorded()]

    def __str__(self):
        return f"{self.initiative} at {self.place} in {self.cycle}"

"""Dependencies, scores, truth checks, objectives, forums: written by acts, only read here."""

from django.contrib import admin

from planning.models import (
    Action,
    CheckIn,
    Criterion,
    Dependency,
    DependencyDateChange,
    DependencyOffer,
    DependencyStateChange,
    Forecast,
    Forum,
    ForumSession,
    KeyResult,
    KeyResultChange,
    Objective,
    ObjectiveReopening,
    ScoringModel,
    ScoringVersion,
    StandingItem,
    TruthCheck,
    TruthTask,
)
from prodops.ui.admin import ReadOnlyAdmin, ReadOnlyInline


class DependencyOfferInline(ReadOnlyInline):
    model = DependencyOffer
    ordering = ["number"]


class DependencyStateChangeInline(ReadOnlyInline):
    model = DependencyStateChange
    ordering = ["number"]


class DependencyDateChangeInline(ReadOnlyInline):
    model = DependencyDateChange
    ordering = ["at", "pk"]


@admin.register(Dependency)
class DependencyAdmin(ReadOnlyAdmin):
    list_display = ["key", "title", "state", "asking_team", "giver", "needed_by_on", "committed_on"]
    list_filter = ["state", "asking_team"]
    list_select_related = ["asking_team", "giving_team"]
    search_fields = ["title", "why", "outside_name"]
    inlines = [DependencyOfferInline, DependencyStateChangeInline, DependencyDateChangeInline]
    date_hierarchy = "asked_at"
    ordering = ["-asked_at", "-pk"]


class ScoringVersionInline(ReadOnlyInline):
    model = ScoringVersion
    ordering = ["-number"]


@admin.register(ScoringModel)
class ScoringModelAdmin(ReadOnlyAdmin):
    list_display = ["name", "current", "archived_at"]
    list_select_related = ["current__scoring_model"]
    search_fields = ["name", "description"]
    inlines = [ScoringVersionInline]
    ordering = ["name", "pk"]


class CriterionInline(ReadOnlyInline):
    model = Criterion
    ordering = ["position"]


@admin.register(ScoringVersion)
class ScoringVersionAdmin(ReadOnlyAdmin):
    list_display = ["scoring_model", "number", "formula", "by", "at"]
    list_filter = ["scoring_model"]
    list_select_related = ["scoring_model", "by"]
    inlines = [CriterionInline]
    ordering = ["scoring_model", "-number"]


@admin.register(TruthCheck)
class TruthCheckAdmin(ReadOnlyAdmin):
    list_display = ["initiative", "checked_on", "is_weekly", "status", "derived", "verdict"]
    list_filter = ["is_weekly", "verdict", "derived"]
    list_select_related = ["initiative"]
    search_fields = ["initiative__title"]
    date_hierarchy = "checked_on"
    ordering = ["-checked_at", "-pk"]


@admin.register(Forecast)
class ForecastAdmin(ReadOnlyAdmin):
    list_display = ["initiative", "made_on", "is_weekly", "remaining", "p50_on", "p85_on", "seed"]
    list_filter = ["is_weekly"]
    list_select_related = ["initiative"]
    search_fields = ["initiative__title"]
    date_hierarchy = "made_on"
    ordering = ["-made_at", "-pk"]


@admin.register(TruthTask)
class TruthTaskAdmin(ReadOnlyAdmin):
    list_display = ["initiative", "reported", "derived", "opened_at", "outcome", "closed_by"]
    list_filter = ["outcome", "derived"]
    list_select_related = ["initiative", "closed_by"]
    search_fields = ["initiative__title", "reason"]
    ordering = ["-opened_at", "-pk"]


class ObjectiveReopeningInline(ReadOnlyInline):
    model = ObjectiveReopening
    ordering = ["at", "pk"]


@admin.register(Objective)
class ObjectiveAdmin(ReadOnlyAdmin):
    """Drafts that were deleted are still here."""

    list_display = ["key", "title", "cycle", "state", "owner", "grade", "deleted_at"]
    list_filter = ["state", "cycle", "team"]
    list_select_related = ["cycle", "owner"]
    search_fields = ["title", "why"]
    inlines = [ObjectiveReopeningInline]
    ordering = ["-created_at", "-pk"]


class KeyResultChangeInline(ReadOnlyInline):
    model = KeyResultChange
    ordering = ["at", "pk"]


class CheckInInline(ReadOnlyInline):
    model = CheckIn
    ordering = ["-at", "-pk"]


@admin.register(KeyResult)
class KeyResultAdmin(ReadOnlyAdmin):
    list_display = ["key", "title", "objective", "owner", "source", "current", "target"]
    list_filter = ["source", "outlook", "objective__cycle"]
    list_select_related = ["objective", "owner"]
    search_fields = ["title", "objective__title"]
    inlines = [KeyResultChangeInline, CheckInInline]
    ordering = ["-created_at", "-pk"]


class StandingItemInline(ReadOnlyInline):
    model = StandingItem
    ordering = ["position", "pk"]


@admin.register(Forum)
class ForumAdmin(ReadOnlyAdmin):
    """Private ones are for those who meet there, whatever anybody's role."""

    list_display = ["name", "owner", "facilitator", "team", "weekday", "meets_at", "ended_on"]
    list_filter = ["rhythm", "team"]
    list_select_related = ["owner", "facilitator", "team"]
    search_fields = ["name", "purpose"]
    inlines = [StandingItemInline]
    ordering = ["name", "pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)


@admin.register(ForumSession)
class ForumSessionAdmin(ReadOnlyAdmin):
    list_display = ["forum", "starts_at", "minutes", "state", "was_moved", "closed_by"]
    list_filter = ["state"]
    list_select_related = ["forum", "closed_by"]
    search_fields = ["forum__name"]
    date_hierarchy = "starts_at"
    ordering = ["-starts_at", "-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)


@admin.register(Action)
class ActionAdmin(ReadOnlyAdmin):
    list_display = ["key", "text", "owner", "due_on", "state", "settled_at"]
    list_filter = ["state"]
    list_select_related = ["owner"]
    search_fields = ["text"]
    ordering = ["-opened_at", "-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

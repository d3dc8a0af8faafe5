"""Cycles, initiatives, commitments, milestones, decisions: what acts wrote is only read here."""

from django.contrib import admin

from planning.models import (
    Commitment,
    Cycle,
    Decision,
    DecisionOption,
    Initiative,
    InitiativeDateChange,
    InitiativeEpic,
    InitiativeStageChange,
    InitiativeUpdate,
    InvestmentCategory,
    Milestone,
    MilestoneTemplate,
    MilestoneTemplateItem,
    PlanChange,
    Risk,
)
from prodops.ui.admin import ReadOnlyAdmin, ReadOnlyInline


@admin.register(Cycle)
class CycleAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "phase", "starts_on", "ends_on", "committed_by", "committed_at"]
    list_filter = ["kind", "phase"]
    list_select_related = ["committed_by"]
    search_fields = ["name", "slug"]
    ordering = ["-starts_on", "-pk"]


@admin.register(Initiative)
class InitiativeAdmin(ReadOnlyAdmin):
    list_display = ["key", "title", "stage", "status", "owner", "target_on", "finished_at"]
    list_filter = ["stage", "status", "teams"]
    list_select_related = ["owner"]
    search_fields = ["title", "problem", "outcome"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]


@admin.register(Commitment)
class CommitmentAdmin(ReadOnlyAdmin):
    list_display = ["cycle", "initiative", "kind", "was_unplanned", "dropped_at", "finished_at"]
    list_filter = ["cycle", "kind", "was_unplanned"]
    list_select_related = ["cycle", "initiative"]
    search_fields = ["initiative__title", "cycle__name"]
    ordering = ["-added_at", "-pk"]


class DecisionOptionInline(ReadOnlyInline):
    model = DecisionOption
    ordering = ["position"]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    list_display = ["key", "title", "state", "decider", "opened_at", "decided_at", "review_on"]
    list_filter = ["state"]
    list_select_related = ["decider"]
    search_fields = ["title", "context", "decision", "rationale", "origin"]
    inlines = [DecisionOptionInline]
    date_hierarchy = "opened_at"
    ordering = ["-opened_at", "-pk"]


@admin.register(InitiativeEpic)
class InitiativeEpicAdmin(ReadOnlyAdmin):
    list_display = ["initiative", "issue", "by", "at"]
    list_select_related = ["initiative", "issue", "by"]
    search_fields = ["initiative__title", "issue__key"]
    ordering = ["-at", "-pk"]


@admin.register(InitiativeUpdate)
class InitiativeUpdateAdmin(ReadOnlyAdmin):
    list_display = ["initiative", "status", "confidence", "by", "at"]
    list_filter = ["status", "confidence"]
    list_select_related = ["initiative", "by"]
    ordering = ["-at", "-pk"]


@admin.register(InitiativeStageChange)
class InitiativeStageChangeAdmin(ReadOnlyAdmin):
    list_display = ["initiative", "from_stage", "to_stage", "by", "at"]
    list_filter = ["to_stage"]
    list_select_related = ["initiative", "by"]
    ordering = ["-at", "-pk"]


@admin.register(InitiativeDateChange)
class InitiativeDateChangeAdmin(ReadOnlyAdmin):
    list_display = ["initiative", "from_on", "to_on", "reason", "was_committed", "by", "at"]
    list_filter = ["reason", "was_committed"]
    list_select_related = ["initiative", "by"]
    ordering = ["-at", "-pk"]


@admin.register(InvestmentCategory)
class InvestmentCategoryAdmin(admin.ModelAdmin):
    """The kinds of work people sort initiatives into; the one thing of planning kept here."""

    list_display = ["name", "position", "is_active", "takes_run_work"]
    list_editable = ["position", "is_active"]
    prepopulated_fields = {"slug": ["name"]}
    ordering = ["position", "name", "pk"]


class MilestoneTemplateItemInline(admin.TabularInline):
    model = MilestoneTemplateItem
    extra = 0
    ordering = ["anchor", "offset_days", "pk"]
    autocomplete_fields = ["owner"]


@admin.register(MilestoneTemplate)
class MilestoneTemplateAdmin(admin.ModelAdmin):
    """What a kick-off copies; cycles that are kicked off keep what they copied."""

    list_display = ["name", "kind", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name"]
    inlines = [MilestoneTemplateItemInline]
    ordering = ["name", "pk"]


@admin.register(Milestone)
class MilestoneAdmin(ReadOnlyAdmin):
    list_display = ["title", "cycle", "owner", "baseline_on", "due_on", "done_at", "cancelled_at"]
    list_filter = ["cycle"]
    list_select_related = ["cycle", "owner"]
    search_fields = ["title", "cycle__name"]
    ordering = ["-due_on", "-pk"]


@admin.register(PlanChange)
class PlanChangeAdmin(ReadOnlyAdmin):
    list_display = ["commitment", "what", "reason", "by", "at"]
    list_filter = ["what", "commitment__cycle"]
    list_select_related = ["commitment__cycle", "commitment__initiative", "by"]
    search_fields = ["commitment__initiative__title", "note"]
    ordering = ["-at", "-pk"]


@admin.register(Risk)
class RiskAdmin(ReadOnlyAdmin):
    list_display = ["title", "initiative", "likelihood", "impact", "owner", "outcome", "closed_at"]
    list_filter = ["likelihood", "impact", "outcome"]
    list_select_related = ["initiative", "owner"]
    search_fields = ["title", "response", "initiative__title"]
    ordering = ["-added_at", "-pk"]

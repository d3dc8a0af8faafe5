"""Figures are read here, not edited; targets change on the definition's own page."""

from django.contrib import admin

from prodops.ui.admin import ReadOnlyAdmin
from reporting.models import FlowBuild, MetricDefinition, MetricValue, Rendering, Restatement


@admin.register(MetricDefinition)
class MetricDefinitionAdmin(ReadOnlyAdmin):
    list_display = ("key", "name", "version", "is_current", "owner", "approved_by", "approved_at")
    list_filter = ("is_current", "unit", "direction")
    list_select_related = ("approved_by",)
    search_fields = ("key", "name", "formula")
    ordering = ("position", "key", "-version")


@admin.register(MetricValue)
class MetricValueAdmin(ReadOnlyAdmin):
    list_display = (
        "definition",
        "period",
        "scope",
        "team",
        "value",
        "n",
        "is_partial",
        "data_as_of",
    )
    list_filter = ("definition__key", "scope", "is_partial")
    list_select_related = ("definition", "team")
    date_hierarchy = "period_start"
    ordering = ("-period_start", "definition__position", "pk")


@admin.register(Restatement)
class RestatementAdmin(ReadOnlyAdmin):
    list_display = ("metric_value", "old_value", "new_value", "cause", "at")
    list_select_related = ("metric_value",)
    date_hierarchy = "at"
    ordering = ("-at", "-pk")


@admin.register(Rendering)
class RenderingAdmin(ReadOnlyAdmin):
    list_display = ("slug", "scope", "title", "requested_at", "rendered_at", "attempts", "error")
    list_filter = ("slug",)
    ordering = ("slug", "scope")


@admin.register(FlowBuild)
class FlowBuildAdmin(ReadOnlyAdmin):
    list_display = ("at", "issues", "is_full", "seconds")
    ordering = ("-pk",)

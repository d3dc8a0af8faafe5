"""Administration: numbers and lists are facts to look at; series are set up on their pages."""

from django.contrib import admin

from prodops.integrations.amplitude.models import (
    Cohort,
    EventProperty,
    PointRestatement,
    Series,
    SeriesPoint,
    TrackedEvent,
    UserProperty,
)
from prodops.ui.admin import ReadOnlyAdmin


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "connection", "is_active", "data_as_of", "problem"]
    list_filter = ["connection", "kind", "is_active"]
    list_select_related = ["connection"]
    search_fields = ["title"]


@admin.register(SeriesPoint)
class SeriesPointAdmin(ReadOnlyAdmin):
    list_display = ["series", "segment", "step", "on", "value", "is_partial", "first_value"]
    list_filter = ["series", "is_partial"]
    list_select_related = ["series"]
    date_hierarchy = "on"
    show_full_result_count = False


@admin.register(PointRestatement)
class PointRestatementAdmin(ReadOnlyAdmin):
    list_display = ["series", "segment", "on", "old_value", "new_value", "at", "source"]
    list_filter = ["series"]
    list_select_related = ["series"]
    date_hierarchy = "at"
    show_full_result_count = False


@admin.register(TrackedEvent)
class TrackedEventAdmin(ReadOnlyAdmin):
    list_display = ["name", "category", "week_total", "last_seen_on", "owner", "lost_since"]
    list_filter = ["connection", "category", "is_deleted"]
    list_select_related = ["category", "owner"]
    search_fields = ["name", "display_name", "description"]


@admin.register(EventProperty)
class EventPropertyAdmin(ReadOnlyAdmin):
    list_display = ["name", "event", "value_type", "is_required", "lost_since"]
    list_filter = ["connection", "value_type"]
    list_select_related = ["event"]
    search_fields = ["name", "event__name"]


@admin.register(UserProperty)
class UserPropertyAdmin(ReadOnlyAdmin):
    list_display = ["name", "value_type", "connection", "lost_since"]
    list_filter = ["connection"]
    list_select_related = ["connection"]
    search_fields = ["name"]


@admin.register(Cohort)
class CohortAdmin(ReadOnlyAdmin):
    list_display = ["name", "size", "computed_at", "is_archived", "connection"]
    list_filter = ["connection", "is_archived"]
    list_select_related = ["connection"]
    search_fields = ["name"]

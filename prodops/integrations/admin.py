"""Administration: connections are set up on their page; runs and records are facts to look at."""

from django.contrib import admin

from prodops.integrations.models import Connection, SkippedRecord, SyncRun
from prodops.ui.admin import ReadOnlyAdmin


@admin.register(Connection)
class ConnectionAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "base_url", "is_active", "last_good_at", "broken_since"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name", "slug", "base_url"]
    fields = ["name", "is_active", "interval_minutes"]

    def has_add_permission(self, request):
        return False


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    list_display = ["connection", "started_at", "status", "mode", "fetched", "created", "updated"]
    list_filter = ["connection", "status", "mode", "trigger"]
    list_select_related = ["connection"]
    date_hierarchy = "started_at"
    exclude = ["token", "backend"]


@admin.register(SkippedRecord)
class SkippedRecordAdmin(ReadOnlyAdmin):
    list_display = ["key", "source_id", "reason", "at", "resolved_at"]
    list_filter = ["connection"]
    list_select_related = ["run"]
    search_fields = ["key", "source_id", "reason"]

"""Administration: connections are set up on their page; runs and records are facts to look at."""

from django.contrib import admin, messages
from django.utils.timezone import now

from prodops.integrations import services
from prodops.integrations.models import Connection, SkippedRecord, SyncRun, WebhookDelivery
from prodops.ui.admin import ReadOnlyAdmin


@admin.register(Connection)
class ConnectionAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "is_active", "breaker", "last_good_at", "broken_since"]
    list_filter = ["kind", "is_active", "breaker"]
    search_fields = ["name", "slug", "base_url"]
    fields = ["name", "is_active", "interval_minutes"]
    actions = ["sync_now", "read_everything", "reconcile", "switch_off"]

    def has_add_permission(self, request):
        return False

    @admin.action(description="Sync now")
    def sync_now(self, request, queryset):
        self._want(request, queryset, services.want_sync, is_full=False)

    @admin.action(description="Read everything again")
    def read_everything(self, request, queryset):
        self._want(request, queryset, services.want_sync, is_full=True)

    @admin.action(description="Count against the source")
    def reconcile(self, request, queryset):
        self._want(request, queryset, services.want_reconciliation)

    @admin.action(description="Switch off")
    def switch_off(self, request, queryset):
        for connection in queryset.filter(is_active=True):
            services.save_connection(connection=connection, at=now(), is_active=False)
            self.message_user(request, f"{connection} is switched off.")

    def _want(self, request, queryset, want, **options):
        """Ask for a run of each; one that cannot be synced says why and stops no other."""
        for connection in queryset:
            try:
                want(connection=connection, by=request.user, at=now(), **options)
            except services.NotSyncable as refusal:
                self.message_user(request, str(refusal), level=messages.ERROR)
            else:
                self.message_user(request, f"A worker is starting the sync of {connection}.")


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


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    list_display = ["connection", "received_at", "event", "issue_key", "state", "attempts"]
    list_filter = ["connection", "state", "event"]
    list_select_related = ["connection"]
    search_fields = ["issue_key", "identifier"]
    exclude = ["body_hash"]

"""Administration: readiness templates are edited here; launches and sign-offs are only read."""

from django.contrib import admin, messages

from launches import services
from launches.models import GoNoGo, Launch, LaunchItem, ReadinessTemplate, SignOff, TemplateItem
from prodops.ui.admin import ReadOnlyAdmin


class TemplateItemInline(admin.TabularInline):
    model = TemplateItem
    extra = 0
    ordering = ["position", "pk"]
    autocomplete_fields = ["function"]

    def has_add_permission(self, request, obj=None):
        return obj is None or not obj.launches.exists()

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(ReadinessTemplate)
class ReadinessTemplateAdmin(admin.ModelAdmin):
    """A version that a launch took is read only: make a new version, edit it, activate it."""

    list_display = ["name", "kind", "tier", "version", "is_active"]
    list_filter = ["kind", "tier", "is_active"]
    search_fields = ["name"]
    readonly_fields = ["version", "is_active"]
    inlines = [TemplateItemInline]
    actions = ["make_new_version", "activate"]

    def has_delete_permission(self, request, obj=None):
        return obj is not None and not obj.is_active and not obj.launches.exists()

    def get_readonly_fields(self, request, obj=None):
        return [*self.readonly_fields, *(["tier", "kind"] if obj else [])]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.version = services.next_version(tier=obj.tier, kind=obj.kind)
        super().save_model(request, obj, form, change)

    @admin.action(description="Make a new version to edit")
    def make_new_version(self, request, queryset):
        for template in queryset:
            copy = services.make_new_version(template=template)
            self.message_user(request, f"{copy} is there; edit it, then activate it.")

    @admin.action(description="Use for new launches")
    def activate(self, request, queryset):
        for template in queryset:
            if not template.items.exists():
                self.message_user(request, f"{template} has no items.", messages.ERROR)
                continue
            services.activate(template=template)
            self.message_user(request, f"New launches take {template}.")


@admin.register(Launch)
class LaunchAdmin(ReadOnlyAdmin):
    list_display = ["title", "stage", "tier", "launch_on", "owner", "launched_at"]
    list_filter = ["stage", "tier", "kind"]
    list_select_related = ["owner"]
    search_fields = ["title"]
    date_hierarchy = "launch_on"


@admin.register(LaunchItem)
class LaunchItemAdmin(ReadOnlyAdmin):
    list_display = ["title", "launch", "function", "state", "due_on", "owner"]
    list_filter = ["state", "function", "is_required"]
    list_select_related = ["launch", "function", "owner"]
    search_fields = ["title", "launch__title"]


@admin.register(SignOff)
class SignOffAdmin(ReadOnlyAdmin):
    list_display = ["item", "verdict", "approver", "requested_at", "decided_by", "decided_at"]
    list_filter = ["verdict"]
    list_select_related = ["item", "approver", "decided_by"]


@admin.register(GoNoGo)
class GoNoGoAdmin(ReadOnlyAdmin):
    list_display = ["launch", "decision", "was_against_criteria", "decided_by", "decided_at"]
    list_filter = ["decision", "was_against_criteria"]
    list_select_related = ["launch", "decided_by"]

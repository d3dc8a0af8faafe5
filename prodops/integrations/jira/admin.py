"""Administration of the copied records: what a status means and whose account it is may be set."""

from django.contrib import admin

from prodops.integrations.jira.models import (
    JiraIssue,
    JiraIssueType,
    JiraProject,
    JiraStatus,
    JiraUser,
)
from prodops.ui.admin import ReadOnlyAdmin


@admin.register(JiraProject)
class JiraProjectAdmin(ReadOnlyAdmin):
    list_display = ["key", "name", "connection", "team", "lost_since"]
    list_filter = ["connection", "team"]
    list_select_related = ["connection", "team"]
    search_fields = ["key", "name"]
    fields = ["team"]

    def has_change_permission(self, request, obj=None):
        return request.user.is_staff


@admin.register(JiraStatus)
class JiraStatusAdmin(ReadOnlyAdmin):
    list_display = ["name", "category", "step", "connection"]
    list_editable = ["step"]
    list_filter = ["connection", "category", "step"]
    list_select_related = ["connection"]
    search_fields = ["name"]
    fields = ["step"]

    def has_change_permission(self, request, obj=None):
        return request.user.is_staff


@admin.register(JiraUser)
class JiraUserAdmin(ReadOnlyAdmin):
    list_display = ["name", "email", "is_active", "user", "connection"]
    list_filter = ["connection", "is_active"]
    list_select_related = ["connection", "user"]
    search_fields = ["name", "email"]
    fields = ["user"]
    raw_id_fields = ["user"]

    def has_change_permission(self, request, obj=None):
        return request.user.is_staff


@admin.register(JiraIssueType)
class JiraIssueTypeAdmin(ReadOnlyAdmin):
    list_display = ["name", "level", "connection"]
    list_filter = ["connection", "level"]
    list_select_related = ["connection"]


@admin.register(JiraIssue)
class JiraIssueAdmin(ReadOnlyAdmin):
    list_display = ["key", "summary", "project", "status", "updated", "deleted_at"]
    list_filter = ["project", "issue_type"]
    list_select_related = ["project", "status"]
    search_fields = ["key", "summary"]
    show_full_result_count = False

"""Administration of the copied records: what a status means and whose account it is may be set."""

from django.contrib import admin

from prodops.integrations.jira.models import (
    JiraBoard,
    JiraField,
    JiraIssue,
    JiraIssueType,
    JiraProject,
    JiraSprint,
    JiraStatus,
    JiraUser,
    JiraVersion,
)
from prodops.ui.admin import ReadOnlyAdmin


@admin.register(JiraProject)
class JiraProjectAdmin(ReadOnlyAdmin):
    list_display = [
        "key",
        "name",
        "connection",
        "team",
        "is_team_managed",
        "is_archived",
        "lost_since",
    ]
    list_filter = ["connection", "team", "is_team_managed", "is_archived"]
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
    list_display = ["name", "email", "kind", "is_active", "user", "connection"]
    list_filter = ["connection", "kind", "is_active"]
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


@admin.register(JiraVersion)
class JiraVersionAdmin(ReadOnlyAdmin):
    list_display = ["name", "project", "start_on", "release_on", "is_released", "is_archived"]
    list_display += ["gone_at"]
    list_filter = ["connection", "is_released", "is_archived", "project"]
    list_select_related = ["connection", "project"]
    search_fields = ["name", "description"]
    date_hierarchy = "release_on"


@admin.register(JiraBoard)
class JiraBoardAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "project", "estimation_field", "connection", "gone_at"]
    list_filter = ["connection", "kind"]
    list_select_related = ["connection", "project"]
    search_fields = ["name"]


@admin.register(JiraSprint)
class JiraSprintAdmin(ReadOnlyAdmin):
    list_display = ["name", "state", "start_at", "end_at", "completed_at", "goal", "connection"]
    list_filter = ["connection", "state", "boards"]
    list_select_related = ["connection"]
    search_fields = ["name", "goal"]
    fields = ["name", "state", "goal", "start_at", "end_at", "completed_at", "boards", "gone_at"]


@admin.register(JiraField)
class JiraFieldAdmin(ReadOnlyAdmin):
    """Which field is read is chosen on the connection's page."""

    list_display = ["name", "jira_id", "role", "is_chosen", "schema", "connection", "gone_at"]
    list_filter = ["connection", "role"]
    list_select_related = ["connection"]
    search_fields = ["name", "jira_id"]


@admin.register(JiraIssue)
class JiraIssueAdmin(ReadOnlyAdmin):
    list_display = ["key", "summary", "project", "status", "updated", "deleted_at"]
    list_filter = ["project", "issue_type"]
    list_select_related = ["project", "status"]
    search_fields = ["key", "summary"]
    show_full_result_count = False

"""People and their organisation, as administrators keep them."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group

from prodops.people.models import (
    Absence,
    ApiToken,
    Function,
    FunctionMember,
    Membership,
    ProductArea,
    Team,
    User,
)
from prodops.ui.admin import ReadOnlyAdmin

admin.site.unregister(Group)


class PersonForm(UserChangeForm):
    """Change a person; the password has a page of its own."""

    class Meta:
        model = User
        fields = (
            "email",
            "password",
            "name",
            "job_title",
            "role",
            "time_zone",
            "holiday_calendar",
            "is_active",
        )


class NewPersonForm(AdminUserCreationForm):
    """Add a person; without a password they come in by the reset link."""

    class Meta:
        model = User
        fields = ("email", "name", "role")

    def clean_email(self):
        return self.cleaned_data["email"].strip().lower()


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    autocomplete_fields = ["user", "team"]


class AbsenceInline(admin.TabularInline):
    model = Absence
    extra = 0
    ordering = ["-from_on", "-pk"]


class FunctionMemberInline(admin.TabularInline):
    model = FunctionMember
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(User)
class PersonAdmin(UserAdmin):
    form = PersonForm
    add_form = NewPersonForm
    list_display = ["name", "email", "role", "job_title", "is_active", "last_login"]
    list_filter = ["role", "is_active", "memberships__team"]
    search_fields = ["name", "email"]
    ordering = ["name", "pk"]
    filter_horizontal = []
    readonly_fields = ["last_login", "joined_at"]
    inlines = [MembershipInline, AbsenceInline]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        ("Person", {"fields": ["name", "job_title", "time_zone", "holiday_calendar"]}),
        ("Rights", {"fields": ["role", "is_active"]}),
        ("Moments", {"fields": ["joined_at", "last_login"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["email", "name", "role", "usable_password", "password1", "password2"],
            },
        )
    ]


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):
    list_display = ["name", "product_area", "time_zone", "holiday_calendar"]
    list_filter = ["product_area"]
    list_select_related = ["product_area"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]


@admin.register(ProductArea)
class ProductAreaAdmin(admin.ModelAdmin):
    list_display = ["name", "parent"]
    list_select_related = ["parent"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Function)
class FunctionAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [FunctionMemberInline]


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Who gave keys to programs; they are made and revoked by their people."""

    list_display = ["name", "user", "prefix", "expires_at", "last_used_at", "revoked_at"]
    list_select_related = ["user"]
    search_fields = ["name", "user__name", "user__email"]
    exclude = ["digest"]
    ordering = ["-created_at", "-pk"]

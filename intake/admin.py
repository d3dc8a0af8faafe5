"""Intake in the admin: catalogues are edited here, facts are only read."""

from django.contrib import admin
from django.core.exceptions import ValidationError

from intake.forms.questions import OptionsField
from intake.models import (
    Account,
    Attachment,
    Backing,
    Category,
    Contact,
    ContactPerson,
    DoNotContact,
    FormField,
    KindPromise,
    Merge,
    ProductRequest,
    RequestKind,
    RequestStateChange,
)
from prodops.ui.admin import ReadOnlyAdmin

ANSWERED = (
    "“{}” has answers, and they stay. Take the tick off Delete, and the one off Is active instead: "
    "then it is asked no more."
)


class FormFieldInline(admin.TabularInline):
    """The questions of a kind's form; one with answers is switched off, never deleted."""

    model = FormField
    extra = 1
    ordering = ["position", "pk"]

    def formfield_for_dbfield(self, db_field, request, **options):
        if db_field.name == "options":
            return OptionsField(help_text="For a choice: one a line, or with commas between.")
        return super().formfield_for_dbfield(db_field, request, **options)

    def get_formset(self, request, obj=None, **options):
        """Say of a question that cannot go what to do instead, where the admin lists answers."""
        formset = super().get_formset(request, obj, **options)

        class QuestionForm(formset.form):
            def hand_clean_DELETE(self):
                try:
                    super().hand_clean_DELETE()
                except ValidationError:
                    raise ValidationError(ANSWERED.format(self.instance)) from None

        formset.form = QuestionForm
        return formset


class KindPromiseInline(admin.TabularInline):
    """How fast we react to one priority of a kind, where that differs from the kind itself."""

    model = KindPromise
    extra = 0
    ordering = ["priority"]


@admin.register(RequestKind)
class RequestKindAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "position", "is_active", "acknowledge_hours", "answer_hours"]
    list_editable = ["position", "is_active"]
    prepopulated_fields = {"slug": ["name"]}
    ordering = ["position", "pk"]
    inlines = [KindPromiseInline, FormFieldInline]


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name"]
    ordering = ["name", "pk"]


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):
    list_display = ["name", "segment", "tier", "arr"]
    list_filter = ["segment", "tier"]
    search_fields = ["name"]
    ordering = ["name", "pk"]


@admin.register(ProductRequest)
class ProductRequestAdmin(ReadOnlyAdmin):
    list_display = ["key", "title", "state", "kind", "team", "owner", "submitted_at"]
    list_filter = ["state", "kind", "source", "team"]
    list_select_related = ["kind", "team", "owner"]
    search_fields = ["title", "external_id"]
    date_hierarchy = "submitted_at"
    ordering = ["-submitted_at", "-pk"]


@admin.register(RequestStateChange)
class RequestStateChangeAdmin(ReadOnlyAdmin):
    list_display = ["product_request", "from_state", "to_state", "by", "at"]
    list_filter = ["to_state"]
    list_select_related = ["product_request", "by"]
    ordering = ["-at", "-pk"]


@admin.register(Backing)
class BackingAdmin(ReadOnlyAdmin):
    list_display = ["product_request", "person", "account", "importance", "at", "came_from"]
    list_select_related = ["product_request", "person", "account", "came_from"]
    ordering = ["-at", "-pk"]


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    list_display = ["child", "parent", "by", "at", "was_suggested", "undone_at"]
    list_select_related = ["child", "parent", "by"]
    ordering = ["-at", "-pk"]


@admin.register(ContactPerson)
class ContactPersonAdmin(admin.ModelAdmin):
    list_display = ["name", "account", "email", "job_title"]
    list_select_related = ["account"]
    search_fields = ["name", "email", "account__name"]
    autocomplete_fields = ["account"]
    ordering = ["name", "pk"]


@admin.register(Contact)
class ContactAdmin(ReadOnlyAdmin):
    list_display = ["on", "account", "person", "by", "channel", "about", "override_reason"]
    list_filter = ["channel"]
    list_select_related = ["account", "person", "by"]
    search_fields = ["account__name", "person__name", "about"]
    date_hierarchy = "on"
    ordering = ["-on", "-pk"]


@admin.register(DoNotContact)
class DoNotContactAdmin(ReadOnlyAdmin):
    list_display = ["account", "person", "reason", "from_on", "until_on", "by", "lifted_at"]
    list_select_related = ["account", "person", "by"]
    ordering = ["-from_on", "-pk"]


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    list_display = ["name", "product_request", "content_type", "size", "is_public", "by", "at"]
    list_filter = ["content_type", "is_public"]
    list_select_related = ["product_request", "by"]
    search_fields = ["name"]
    ordering = ["-at", "-pk"]

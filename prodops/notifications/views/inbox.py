"""A person's notifications."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from prodops.notifications.models import Kind, Notification
from prodops.ui import lists
from prodops.ui.toasts import toast

STATES = (("unread", "Unread"), ("read", "Read"))


def _in_state(notifications, value, user):
    return notifications.filter(read_at__isnull=value == "unread")


NOTIFICATIONS = lists.ListPage(
    slug="notifications",
    title="Notifications",
    columns=(
        lists.Column("title", "What", value=lambda each: each.title),
        lists.Column("kind", "Kind", value=lambda each: each.get_kind_display(), order=("kind",)),
        lists.Column("at", "When", value=lambda each: each.at, order=("at",)),
        lists.Column("read", "", value=lambda each: each.read_at),
    ),
    filters=(
        lists.Filter("state", "State", lambda user: list(STATES), _in_state),
        lists.Filter(
            "kind",
            "Kind",
            lambda user: Kind.choices,
            lambda rows, value, user: rows.filter(kind=value),
        ),
    ),
    search=("title__icontains", "thread__key__iexact"),
    order=("-at", "-pk"),
    row_template="notifications/_notification_row.html",
    empty_title="Nothing to read",
    empty_text="When somebody mentions you, or something you follow changes, it is listed here.",
    empty_icon="bell",
    template="notifications/inbox.html",
    noun="notification",
    nouns="notifications",
)


@require_GET
def inbox(request):
    mine = Notification.objects.visible_to(request.user)
    context = {"unread": mine.unread().count()}
    return lists.respond(request, NOTIFICATIONS, mine.for_display(), context=context)


@require_GET
def count(request):
    """The number on the bell."""
    unread = Notification.objects.visible_to(request.user).unread().count()
    return render(request, "notifications/_count.html", {"unread": unread})


@require_GET
def notification(request, pk):
    """Open what a notification is about; that makes it read."""
    mine = Notification.objects.visible_to(request.user)
    opened = get_object_or_404(mine, pk=pk)
    mine.unread().filter(pk=pk).update(read_at=timezone.now())
    return redirect(opened.path if opened.path.startswith("/") else "notifications:inbox")


@require_POST
def reading(request, pk):
    """Mark one notification as read, or as unread again (`read` is 1 or 0)."""
    mine = Notification.objects.visible_to(request.user).select_related("thread", "by")
    each = get_object_or_404(mine, pk=pk)
    each.read_at = None if request.POST.get("read") == "0" else each.read_at or timezone.now()
    each.save(update_fields=["read_at"])
    if request.htmx:
        return render(request, "notifications/_notification_row.html", {"object": each})
    return redirect("notifications:inbox")


@require_POST
def readings(request):
    """Mark everything as read."""
    unread = Notification.objects.visible_to(request.user).unread()
    changed = unread.update(read_at=timezone.now())
    toast(request, f"Marked {changed} as read." if changed else "Everything was read already.")
    return redirect("notifications:inbox")

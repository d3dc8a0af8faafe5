"""The lists of requests: their columns, filters and bulk acts."""

from datetime import timedelta

from django.utils import timezone

from intake.models import ProductRequest, RequestKind, Theme, ThemeQuote
from intake.views.import_filter import FROM_IMPORT
from intake.views.list_search import beside_requests
from prodops.people.models import Team
from prodops.ui.lists import BulkAct, Column, Filter, ListPage

State = ProductRequest.State
THOUSAND = 1000
CLOCKS = [("late", "Late"), ("today", "Due within 24 hours"), ("paused", "Paused")]
REVENUES = [(str(size), f"≥ {size}k") for size in (50, 100, 250, 500, 1000)]


def _states(user):
    return [("open", "Undecided"), *State.choices]


def _by_state(queryset, value, user):
    return queryset.undecided() if value == "open" else queryset.filter(state=value)


def _kinds(user):
    return list(RequestKind.objects.order_by("position", "pk").values_list("slug", "name"))


def _teams(user):
    teams = Team.objects.order_by("name", "pk").values_list("slug", "name")
    return [("none", "No team"), *teams]


def _by_team(queryset, value, user):
    return queryset.filter(team=None) if value == "none" else queryset.filter(team__slug=value)


def _by_owner(queryset, value, user):
    return queryset.filter(owner=user if value == "me" else None)


def _themes(user):
    """Themes are for insiders; who sees none is offered none."""
    rows = Theme.objects.visible_to(user).in_use().order_by("name", "pk")
    return [("none", "No theme"), *rows.values_list("pk", "name")]


def _by_theme(queryset, value, user):
    links = ThemeQuote.objects.live().of_requests()
    if value == "none":
        return queryset.exclude(pk__in=links.values("product_request"))
    return queryset.filter(pk__in=links.filter(theme=value).values("product_request"))


def _by_clock(queryset, value, user):
    now = timezone.now()
    if value == "paused":
        return queryset.filter(state=State.WAITING)
    if value == "late":
        return queryset.late(now)
    soon = queryset.undecided().filter(paused_since=None)
    return soon.filter(due_at__gte=now, due_at__lt=now + timedelta(hours=24))


STATE = Filter("state", "State", _states, _by_state)
KIND = Filter("kind", "Kind", _kinds, lambda rows, value, user: rows.filter(kind__slug=value))
FILTERS = (
    STATE,
    KIND,
    Filter("team", "Team", _teams, _by_team),
    Filter("owner", "Owner", lambda user: [("me", "me"), ("none", "nobody")], _by_owner),
    Filter("clock", "Clock", lambda user: CLOCKS, _by_clock),
    Filter("theme", "Theme", _themes, _by_theme),
    Filter(
        "priority",
        "Priority",
        lambda user: [(value, value) for value in ProductRequest.Priority.values],
        lambda rows, value, user: rows.filter(priority=value),
    ),
    Filter(
        "arr",
        "ARR",
        lambda user: REVENUES,
        lambda rows, value, user: rows.filter(account__arr__gte=int(value) * THOUSAND),
    ),
    FROM_IMPORT,
)


REQUESTS = ListPage(
    slug="requests",
    title="Requests",
    columns=(
        Column("title", "Request", lambda each: f"{each.key} {each.title}", ("title",)),
        Column("state", "State", lambda each: each.get_state_display(), ("state", "-submitted_at")),
        Column("due", "Clock", lambda each: each.runs_out_at, ("runs_out_at",)),
        Column("team", "Team", lambda each: each.team or "", ("team__name",)),
        Column("owner", "Owner", lambda each: each.owner or "", ("owner__name",)),
        Column("account", "Account", lambda each: each.account or "", ("account__name",)),
        Column(
            "arr",
            "ARR",
            lambda each: each.account.arr if each.account else None,
            ("account__arr",),
            numeric=True,
        ),
        Column("voices", "Voices", lambda each: each.voices, ("voices",), numeric=True),
        Column("asked", "Asked", lambda each: each.submitted_at, ("submitted_at",)),
    ),
    filters=FILTERS,
    search=("title__icontains", "external_id__iexact"),
    elsewhere=beside_requests,
    exported=(
        Column(
            "answers",
            "Answers",
            lambda each: "; ".join(str(answer) for answer in each.answers.all()),
        ),
    ),
    key_prefix="REQ",
    order=("-submitted_at", "-pk"),
    row_template="intake/_request_row.html",
    empty_title="No requests yet",
    empty_text="What people ask for arrives here, from the portal and by import.",
    action=("New request", "intake:new"),
    bulk=(
        BulkAct("assign", "Sort or assign…", "intake:assignment"),
        BulkAct("triage", "Start triage", "intake:triage-start"),
        BulkAct("merge", "Merge…", "intake:merging-choice"),
        BulkAct("theme", "Attach to themes…", "intake:theming"),
    ),
    noun="request",
    nouns="requests",
)

MINE = ListPage(
    slug="my-requests",
    title="My requests",
    columns=(
        Column("title", "Request", lambda each: f"{each.key} {each.title}", ("title",)),
        Column("state", "State", lambda each: each.living.get_state_display(), ("state",)),
        Column("answer", "Answer by", lambda each: each.answer_due_at, ("answer_due_at",)),
        Column("owner", "Owner", lambda each: each.owner or "", ("owner__name",)),
        Column("next", "What happens next", lambda each: each.next_step()),
        Column("asked", "Asked", lambda each: each.submitted_at, ("submitted_at",)),
    ),
    filters=(STATE,),
    search=("title__icontains",),
    key_prefix="REQ",
    order=("-submitted_at", "-pk"),
    row_template="intake/_mine_row.html",
    empty_title="You have not asked for anything yet",
    empty_text="Tell us what you or your customer need; you see here what becomes of it.",
    action=("New request", "intake:new"),
    noun="request",
    nouns="requests",
)

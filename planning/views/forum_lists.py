"""The lists of forums, their minutes and actions: columns, filters, search."""

from django.db.models import Q
from django.utils import timezone

from planning.models import Action, Forum
from prodops.people.models import User
from prodops.ui import lists


def _people(related):
    def options(user):
        people = User.objects.filter(pk__in=related().values("owner")).for_display()
        return [("me", "me"), *((str(each.pk), each.name) for each in people)]

    return options


def _owner(queryset, value, user):
    return queryset.filter(owner=user.pk if value == "me" else value)


def _forums(user):
    forums = Forum.objects.visible_to(user).order_by("name", "pk")
    return [(str(each.pk), each.name) for each in forums]


def _due(queryset, value, user):
    today = timezone.localdate()
    return queryset.overdue(today) if value == "overdue" else queryset.open().filter(
        due_on__gte=today
    )  # fmt: skip


FORUMS = lists.ListPage(
    slug="forums",
    title="Forums",
    columns=(
        lists.Column("name", "Forum", lambda each: each.name, order=("name",)),
        lists.Column("rhythm", "Meets", lambda each: each.rhythm_words()),
        lists.Column("next", "Next", lambda each: each.next_at or "", order=("next_at",)),
        lists.Column(
            "actions",
            "Open actions",
            lambda each: each.open_actions,
            order=("open_actions",),
            numeric=True,
        ),
        lists.Column("owner", "Owner", lambda each: each.owner.name, order=("owner__name",)),
    ),
    filters=(
        lists.Filter(
            "mine",
            "Forums",
            lambda user: [("mine", "mine")],
            lambda queryset, value, user: queryset.of(user),
        ),
        lists.Filter(
            "state",
            "State",
            lambda user: [("going", "Going on"), ("ended", "Ended")],
            lambda queryset, value, user: queryset.filter(ended_on__isnull=value == "going"),
        ),
    ),
    search=("name__icontains", "purpose__icontains"),
    key_prefix="FOR",
    order=("ended_on", "name", "pk"),
    row_template="planning/forums/_forum_row.html",
    template="planning/forums/forums.html",
    empty_title="No forums yet",
    empty_text="A forum is a meeting that comes back: its agenda builds itself from what is late, "
    "red or undecided, and its minutes go out when it closes.",
    empty_icon="user-group",
    noun="forum",
    nouns="forums",
)

MINUTES = lists.ListPage(
    slug="minutes",
    title="Minutes",
    columns=(
        lists.Column(
            "session", "Session", lambda each: each.session, order=("session__starts_at",)
        ),
        lists.Column("text", "What came of it", lambda each: each.text),
        lists.Column("by", "Closed by", lambda each: each.by.name, order=("by__name",)),
        lists.Column("at", "Closed", lambda each: each.at, order=("at",)),
    ),
    filters=(
        lists.Filter(
            "forum",
            "Forum",
            _forums,
            lambda queryset, value, user: queryset.filter(session__forum=value),
        ),
    ),
    search=("text__icontains", "addenda_text__icontains", "session__forum__name__icontains"),
    order=("-at", "-pk"),
    row_template="planning/forums/_minutes_row.html",
    empty_title="No minutes yet",
    empty_text="Each session that is closed leaves its minutes here, to be searched.",
    empty_icon="document-text",
    noun="session",
    nouns="sessions",
)

ACTIONS = lists.ListPage(
    slug="actions",
    title="Actions",
    columns=(
        lists.Column("text", "Action", lambda each: each.text, order=("text",)),
        lists.Column("owner", "Owner", lambda each: each.owner.name, order=("owner__name",)),
        lists.Column("due_on", "Due", lambda each: each.due_on, order=("due_on",)),
        lists.Column("state", "State", lambda each: each.get_state_display(), order=("state",)),
        lists.Column("from", "From", lambda each: each.comes_from),
    ),
    exported=(lists.Column("reason", "What came of it", lambda each: each.reason),),
    filters=(
        lists.Filter("owner", "Owner", _people(lambda: Action.objects), _owner),
        lists.Filter(
            "state",
            "State",
            lambda user: Action.State.choices,
            lambda queryset, value, user: queryset.filter(state=value),
        ),
        lists.Filter(
            "due",
            "Due",
            lambda user: [("overdue", "Overdue"), ("coming", "Still to come")],
            _due,
        ),
        lists.Filter(
            "forum",
            "Forum",
            _forums,
            lambda queryset, value, user: queryset.filter(session__forum=value),
        ),
    ),
    search=("text__icontains", lambda word: Q(origin__icontains=word)),
    key_prefix="ACT",
    order=("is_settled", "due_on", "pk"),
    row_template="planning/forums/_action_row.html",
    empty_title="No actions yet",
    empty_text="An action is something one person does by a day. It stays on their home until it "
    "is done, and comes back on the agenda of its forum.",
    empty_icon="check-circle",
    action=("New action", "planning:new-action"),
    bulk=(lists.BulkAct("done", "Mark as done", "planning:actions-settling"),),
    noun="action",
    nouns="actions",
)

"""The list of decisions: columns, filters, search."""

from django.db.models import Q
from django.utils import timezone

from planning.models import Cycle, Decision
from prodops.people.models import ProductArea, Team, User
from prodops.ui import lists

BY_PEOPLE = ("person", "A person")


def _by(field):
    return lambda rows, value, user: rows.filter(**{field: value})


def _events(user):
    return [*Decision.Event.choices, BY_PEOPLE]


def _of_event(rows, value, user):
    return rows.filter(event="" if value == BY_PEOPLE[0] else value)


def _deciders(user):
    deciders = User.objects.filter(decisions__isnull=False).distinct().for_display()
    return [(str(pk), name) for pk, name in deciders.values_list("pk", "name")]


def _teams(user):
    teams = Team.objects.visible_to(user).order_by("name", "pk")
    return list(teams.values_list("slug", "name"))


def _areas(user):
    return list(ProductArea.objects.order_by("name", "pk").values_list("slug", "name"))


def _cycles(user):
    cycles = Cycle.objects.visible_to(user).order_by("-starts_on", "-pk")
    return list(cycles.values_list("slug", "name"))


def _has_word(word):
    """Find a word in any of its forms in all a decision says."""
    return Q(pk__in=Decision.objects.matching(word).values("pk"))


DECISIONS = lists.ListPage(
    slug="decisions",
    title="Decisions",
    columns=(
        lists.Column("title", "Decision", lambda each: each.title, order=("title",)),
        lists.Column("state", "State", lambda each: each.get_state_display(), order=("state",)),
        lists.Column("origin", "Called for by", lambda each: each.called_for_by),
        lists.Column("decider", "Decider", lambda each: each.decider or ""),
        lists.Column("opened_at", "Opened", lambda each: each.opened_at, order=("opened_at",)),
        lists.Column("decided_at", "Decided", lambda each: each.decided_at, order=("decided_at",)),
    ),
    exported=(
        lists.Column("key", "Key", lambda each: each.key),
        lists.Column("decision", "Decision", lambda each: each.decision),
        lists.Column("rationale", "Rationale", lambda each: each.rationale),
        lists.Column("review_on", "Review", lambda each: each.review_on),
    ),
    filters=(
        lists.Filter("state", "State", lambda user: Decision.State.choices, _by("state")),
        lists.Filter("event", "Called for by", _events, _of_event),
        lists.Filter("decider", "Decider", _deciders, _by("decider")),
        lists.Filter(
            "team",
            "Team",
            _teams,
            lambda rows, value, user: rows.of_team(value),
        ),
        lists.Filter("area", "Area", _areas, lambda rows, value, user: rows.of_area(value)),
        lists.Filter("cycle", "Cycle", _cycles, _by("cycle__slug")),
        lists.Filter(
            "review",
            "Review",
            lambda user: [("due", "due")],
            lambda rows, value, user: rows.review_due(timezone.localdate()),
        ),
        lists.Filter(
            "waiting",
            "Waiting for",
            lambda user: [("me", "me")],
            lambda queryset, value, user: queryset.waiting_for(user),
        ),
    ),
    search=(_has_word, "title__icontains"),
    key_prefix="DEC",
    order=("-opened_at", "-pk"),
    row_template="planning/_decision_row.html",
    empty_title="No decisions yet",
    empty_text="A decision keeps what was chosen, why, and what was turned down. The hub opens "
    "one by itself when a committed plan changes.",
    empty_icon="scale",
    downloads=(("Export Markdown", "planning:decision-log"),),
    action=("New decision", "planning:new-decision"),
    noun="decision",
    nouns="decisions",
)

"""The list of key results over all cycles, and what it can be filtered by."""

from planning.models import Cycle, KeyResult, Objective
from planning.models.key_result import EvidenceState
from planning.models.roll_up import Outlook
from planning.services.words import number
from prodops.people.models import Team, User
from prodops.ui import lists


def _owners(user):
    owners = User.objects.filter(key_results__isnull=False).distinct().for_display()
    return [("me", "me"), *((str(owner.pk), owner.name) for owner in owners)]


def _teams(user):
    teams = [(team.slug, team.name) for team in Team.objects.order_by("name", "pk")]
    return [("organisation", "the whole organisation"), *teams]


def _cycles(user):
    cycles = Cycle.objects.visible_to(user).order_by("-starts_on", "-pk")
    return [(cycle.slug, cycle.name) for cycle in cycles]


def _by_team(queryset, value, user):
    if value == "organisation":
        return queryset.filter(objective__team=None)
    return queryset.filter(objective__team__slug=value)


def _by(field):
    return lambda queryset, value, user: queryset.filter(**{field: value})


def _percent(each):
    percent = each.standing.percent
    return "" if percent is None else percent


KEY_RESULTS = lists.ListPage(
    slug="key-results",
    title="Key results",
    columns=(
        lists.Column("title", "Key result", lambda each: each.title, order=("title",)),
        lists.Column(
            "objective", "Objective", lambda each: str(each.objective), order=("objective__title",)
        ),
        lists.Column(
            "outlook", "Outlook", lambda each: each.get_outlook_display(), order=("outlook",)
        ),
        lists.Column("progress", "Progress", _percent, order=("reached",)),
        lists.Column("current", "Now", lambda each: number(each.current), numeric=True),
        lists.Column("owner", "Owner", lambda each: each.owner.name, order=("owner__name",)),
        lists.Column(
            "checked_in_at",
            "Last check-in",
            lambda each: each.checked_in_at or "",
            order=("checked_in_at",),
        ),
    ),
    exported=(
        lists.Column("key", "Key", lambda each: each.key),
        lists.Column("objective_key", "Objective's key", lambda each: each.objective.key),
        lists.Column("cycle", "Cycle", lambda each: each.objective.cycle.name),
        lists.Column("team", "Team", lambda each: each.objective.team or ""),
        lists.Column("state", "State", lambda each: each.objective.get_state_display()),
        lists.Column("grade", "Grade", lambda each: each.objective.grade or ""),
        lists.Column("unit", "Unit", lambda each: each.unit),
        lists.Column("baseline", "Baseline", lambda each: number(each.baseline)),
        lists.Column("target", "Target", lambda each: number(each.target)),
        lists.Column("weight", "Weight", lambda each: each.weight),
        lists.Column("evidence", "Evidence", lambda each: each.get_evidence_state_display()),
    ),
    filters=(
        lists.Filter("cycle", "Cycle", _cycles, _by("objective__cycle__slug")),
        lists.Filter("team", "Team", _teams, _by_team),
        lists.Filter(
            "owner",
            "Owner",
            _owners,
            lambda queryset, value, user: queryset.filter(
                owner=user.pk if value == "me" else value
            ),
        ),
        lists.Filter("outlook", "Outlook", lambda user: Outlook.choices, _by("outlook")),
        lists.Filter(
            "state", "State", lambda user: Objective.State.choices, _by("objective__state")
        ),
        lists.Filter("source", "Values", lambda user: KeyResult.Source.choices, _by("source")),
        lists.Filter(
            "check_in",
            "Check-in",
            lambda user: [("overdue", "overdue")],
            lambda queryset, value, user: queryset.filter(is_overdue=True),
        ),
        lists.Filter(
            "evidence",
            "Evidence",
            lambda user: [("none", "None"), *EvidenceState.choices],
            lambda queryset, value, user: queryset.filter(
                evidence_state="" if value == "none" else value
            ),
        ),
    ),
    search=("title__icontains", "objective__title__icontains"),
    key_prefix="KR",
    order=("objective__title", "title", "pk"),
    row_template="planning/objectives/_key_result_row.html",
    empty_title="No key results yet",
    empty_text="A key result says how one will see that an objective is reached: a measure with a "
    "baseline, a target and people who report on it.",
    empty_icon="flag",
    noun="key result",
    nouns="key results",
)

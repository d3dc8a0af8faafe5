"""The lists of planning: columns, filters, search."""

from planning.models import Cycle, Initiative
from planning.models.roadmap import Horizon
from prodops.people.models import Team, User
from prodops.ui import lists


def _owners(user):
    owners = User.objects.filter(initiatives__isnull=False).distinct().for_display()
    return [("me", "me"), *((str(owner.pk), owner.name) for owner in owners)]


def _teams(user):
    return [(team.slug, team.name) for team in Team.objects.order_by("name", "pk")]


def _cycles(user):
    cycles = Cycle.objects.visible_to(user).order_by("-starts_on", "-pk")
    return [(cycle.slug, cycle.name) for cycle in cycles]


def _by(field):
    return lambda queryset, value, user: queryset.filter(**{field: value})


INITIATIVES = lists.ListPage(
    slug="initiatives",
    title="Initiatives",
    columns=(
        lists.Column("title", "Initiative", lambda each: each.title, order=("title",)),
        lists.Column("status", "Status", lambda each: each.get_status_display(), order=("status",)),
        lists.Column("stage", "Stage", lambda each: each.get_stage_display(), order=("stage",)),
        lists.Column(
            "progress",
            "Done in Jira",
            lambda each: f"{each.issues_done} of {each.issues_total}",
            order=("progress",),
        ),
        lists.Column("target", "Target", lambda each: each.target_on or "", order=("target_on",)),
        lists.Column("owner", "Owner", lambda each: each.owner.name, order=("owner__name",)),
        lists.Column(
            "teams", "Teams", lambda each: ", ".join(team.name for team in each.teams.all())
        ),
    ),
    filters=(
        lists.Filter("stage", "Stage", lambda user: Initiative.Stage.choices, _by("stage")),
        lists.Filter("status", "Status", lambda user: Initiative.Status.choices, _by("status")),
        lists.Filter("team", "Team", _teams, _by("teams__slug")),
        lists.Filter(
            "roadmap", "Roadmap", lambda user: Horizon.choices, _by("roadmap_place__horizon")
        ),
        lists.Filter(
            "owner",
            "Owner",
            _owners,
            lambda queryset, value, user: queryset.filter(
                owner=user.pk if value == "me" else value
            ),
        ),
        lists.Filter(
            "cycle",
            "Cycle",
            _cycles,
            lambda queryset, value, user: queryset.filter(
                commitments__cycle__slug=value, commitments__dropped_at=None
            ),
        ),
    ),
    search=("title__icontains", "problem__icontains", "outcome__icontains"),
    key_prefix="INI",
    order=("is_past", "target_on", "pk"),
    row_template="planning/_initiative_row.html",
    empty_title="No initiatives yet",
    empty_text="An initiative is a piece of product work with an outcome in mind. Accepted "
    "requests lead to it, Jira epics build it, a launch brings it out.",
    empty_icon="map",
    action=("New initiative", "planning:new-initiative"),
    noun="initiative",
    nouns="initiatives",
)

CYCLES = lists.ListPage(
    slug="cycles",
    title="Cycles",
    columns=(
        lists.Column("name", "Cycle", lambda each: each.name, order=("name",)),
        lists.Column("phase", "Phase", lambda each: each.get_phase_display(), order=("phase",)),
        lists.Column("starts_on", "First day", lambda each: each.starts_on, order=("starts_on",)),
        lists.Column("ends_on", "Last day", lambda each: each.ends_on, order=("ends_on",)),
        lists.Column(
            "committed",
            "Committed",
            lambda each: each.committed_count,
            order=("committed_count",),
            numeric=True,
        ),
        lists.Column(
            "stretch",
            "Stretch",
            lambda each: each.stretch_count,
            order=("stretch_count",),
            numeric=True,
        ),
        lists.Column(
            "unplanned",
            "Unplanned",
            lambda each: each.unplanned_count,
            order=("unplanned_count",),
            numeric=True,
        ),
        lists.Column(
            "dropped",
            "Dropped",
            lambda each: each.dropped_count,
            order=("dropped_count",),
            numeric=True,
        ),
    ),
    filters=(
        lists.Filter("kind", "Kind", lambda user: Cycle.Kind.choices, _by("kind")),
        lists.Filter("phase", "Phase", lambda user: Cycle.Phase.choices, _by("phase")),
    ),
    search=("name__icontains",),
    key_prefix="CYC",
    order=("-starts_on", "-pk"),
    row_template="planning/_cycle_row.html",
    empty_title="No cycles yet",
    empty_text="A cycle is the quarter, or the month, the organisation plans for. Product ops "
    "opens it, teams put initiatives in, and the commit freezes the plan.",
    empty_icon="arrow-path",
    template="planning/cycles.html",
    noun="cycle",
    nouns="cycles",
)

"""The list of dependencies: columns, filters, search."""

from django.db.models import F
from django.utils import timezone

from planning.models import Cycle, Dependency
from prodops.people.models import Team
from prodops.ui import lists

SHOWN = {
    "open": ("Not delivered", lambda rows, user: rows.undelivered()),
    "late": ("Late", lambda rows, user: rows.late(timezone.localdate())),
    "waiting": ("Waiting for me", lambda rows, user: rows.waiting_for(user)),
    "slipped": (
        "Slipped",
        lambda rows, user: rows.filter(committed_on__gt=F("first_committed_on")),
    ),
    "outside": ("Asked outside", lambda rows, user: rows.filter(giving_team=None)),
}


def _teams(user):
    teams = Team.objects.visible_to(user).order_by("name", "pk")
    return list(teams.values_list("slug", "name"))


def _cycles(user):
    cycles = Cycle.objects.visible_to(user).order_by("-starts_on", "-pk")
    return list(cycles.values_list("slug", "name"))


def _by(field):
    return lambda rows, value, user: rows.filter(**{field: value})


def _in_cycle(rows, value, user):
    cycle = Cycle.objects.visible_to(user).get(slug=value)
    return rows.of_initiatives(cycle.commitments.standing().values("initiative"))


def _asks(each):
    return f"{each.asking_team}: {each.initiative.key}" if each.initiative else each.asking_team


DEPENDENCIES = lists.ListPage(
    slug="dependencies",
    title="Dependencies",
    columns=(
        lists.Column("title", "What is needed", lambda each: each.title, order=("title",)),
        lists.Column("state", "State", lambda each: each.get_state_display(), order=("state",)),
        lists.Column("asking", "Asked by", _asks, order=("asking_team__name",)),
        lists.Column("giving", "Of", lambda each: each.giver, order=("giving_team__name",)),
        lists.Column("due", "Due", lambda each: each.due_on, order=("falls_due_on",)),
        lists.Column("slip", "Slip, days", lambda each: each.slip_days, numeric=True),
    ),
    exported=(
        lists.Column("key", "Key", lambda each: each.key),
        lists.Column("needed", "Needed by", lambda each: each.needed_by_on),
        lists.Column("promised", "First promised", lambda each: each.first_committed_on),
        lists.Column("delivered", "Delivered", lambda each: each.delivered_at),
        lists.Column("contact", "Contact outside", lambda each: each.outside_contact),
    ),
    filters=(
        lists.Filter(
            "show",
            "Show",
            lambda user: [(value, label) for value, (label, _) in SHOWN.items()],
            lambda rows, value, user: SHOWN[value][1](rows, user),
        ),
        lists.Filter("state", "State", lambda user: Dependency.State.choices, _by("state")),
        lists.Filter("asking", "Asked by", _teams, _by("asking_team__slug")),
        lists.Filter("giving", "Of", _teams, _by("giving_team__slug")),
        lists.Filter("cycle", "Cycle", _cycles, _in_cycle),
    ),
    search=(
        "title__icontains",
        "scope__icontains",
        "why__icontains",
        "outside_name__icontains",
    ),
    key_prefix="DEP",
    order=("is_past", "falls_due_on", "pk"),
    row_template="planning/dependencies/_row.html",
    empty_title="No dependencies yet",
    empty_text="A dependency is what one team needs of another by a day. They commit, offer "
    "another day or refuse, and both sides see what became of it.",
    empty_icon="arrows-right-left",
    action=("Ask another team", "planning:new-dependency"),
    template="planning/dependencies/list.html",
    noun="dependency",
    nouns="dependencies",
)

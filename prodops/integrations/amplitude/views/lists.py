"""The lists of Amplitude: columns, filters, search."""

from prodops.integrations.amplitude.models import Series
from prodops.integrations.models import Connection
from prodops.people.models import User
from prodops.ui import lists

STATES = {
    "problem": ("Cannot be read", lambda rows: rows.exclude(problem="")),
    "read": ("Read", lambda rows: rows.asked().filter(problem="")),
    "off": ("Not read", lambda rows: rows.filter(is_active=False)),
}
CARE = {
    "unused": ("Unused for 30 days", lambda rows: rows.unused()),
    "undocumented": ("Without description", lambda rows: rows.undocumented()),
    "unowned": ("Without owner", lambda rows: rows.unowned()),
    "lost": ("No longer listed", lambda rows: rows.exclude(lost_since=None)),
    "present": ("Listed", lambda rows: rows.present()),
}


def projects(user):
    found = Connection.objects.filter(kind=Connection.Kind.AMPLITUDE).order_by("name", "pk")
    return [(one.slug, one.name) for one in found]


def _owners(user):
    owners = User.objects.filter(pk__in=Series.objects.values("owner")).for_display()
    return [("me", "me"), *((str(owner.pk), owner.name) for owner in owners)]


def _named(choices):
    return lambda user: [(key, label) for key, (label, _) in choices.items()]


def _chosen(choices):
    return lambda rows, value, user: choices[value][1](rows)


def _of_owner(rows, value, user):
    return rows.filter(owner=user.pk if value == "me" else value)


PROJECT = lists.Filter(
    "project", "Project", projects, lambda rows, value, user: rows.filter(connection__slug=value)
)
OWNER = lists.Filter("owner", "Owner", _owners, _of_owner)

SERIES = lists.ListPage(
    slug="amplitude-series",
    title="Product series",
    columns=(
        lists.Column("title", "Series", lambda one: one.title, ("title",)),
        lists.Column("kind", "Kind", lambda one: one.get_kind_display(), ("kind",)),
        lists.Column("grain", "By", lambda one: one.get_grain_display(), ("grain",)),
        lists.Column("value", "Latest", lambda one: one.latest_value, ("latest_value",), True),
        lists.Column("on", "Of", lambda one: one.latest_on, ("latest_on",)),
        lists.Column("state", "State", lambda one: one.state),
        lists.Column("as_of", "Data from", lambda one: one.data_as_of, ("data_as_of",)),
        lists.Column("owner", "Owner", lambda one: one.owner, ("owner__name",)),
    ),
    filters=(
        lists.Filter(
            "kind",
            "Kind",
            lambda user: Series.Kind.choices,
            lambda rows, value, user: rows.filter(kind=value),
        ),
        lists.Filter("state", "State", _named(STATES), _chosen(STATES)),
        OWNER,
        PROJECT,
    ),
    search=("title__icontains", "segment__icontains"),
    order=("title", "pk"),
    row_template="amplitude/_series_row.html",
    template="amplitude/series_list.html",
    empty_title="No series yet",
    empty_text="A series is a question put to Amplitude with every sync, whose numbers are kept.",
    empty_icon="chart-bar-square",
    noun="series",
    nouns="series",
)

EVENTS = lists.ListPage(
    slug="amplitude-events",
    title="Events",
    columns=(
        lists.Column("name", "Event", lambda event: event.name, ("name",)),
        lists.Column("category", "Category", lambda event: event.category, ("category__name",)),
        lists.Column("week", "This week", lambda event: event.week_total, ("week_total",), True),
        lists.Column("seen", "Last seen", lambda event: event.last_seen_on, ("last_seen_on",)),
        lists.Column(
            "owner", "Owner", lambda event: event.owner or event.source_owner, ("owner__name",)
        ),
        lists.Column("description", "Description", lambda event: event.description or event.notes),
    ),
    filters=(lists.Filter("care", "Show", _named(CARE), _chosen(CARE)), PROJECT),
    search=("name__icontains", "display_name__icontains", "description__icontains"),
    order=("name", "pk"),
    row_template="amplitude/_event_row.html",
    template="amplitude/events.html",
    empty_title="No events yet",
    empty_text="They come with the first sync of an Amplitude project.",
    empty_icon="cursor-arrow-rays",
    noun="event",
    nouns="events",
)

COHORTS = lists.ListPage(
    slug="amplitude-cohorts",
    title="Cohorts",
    columns=(
        lists.Column("name", "Cohort", lambda cohort: cohort.name, ("name",)),
        lists.Column("size", "People", lambda cohort: cohort.size, ("size",), True),
        lists.Column("computed", "Computed", lambda cohort: cohort.computed_at, ("computed_at",)),
        lists.Column("owners", "Owners", lambda cohort: ", ".join(cohort.owners)),
    ),
    filters=(PROJECT,),
    search=("name__icontains", "description__icontains"),
    order=("name", "pk"),
    row_template="amplitude/_cohort_row.html",
    template="amplitude/cohorts.html",
    empty_title="No cohorts yet",
    empty_text="They come with the first sync of an Amplitude project.",
    empty_icon="user-group",
    noun="cohort",
    nouns="cohorts",
)

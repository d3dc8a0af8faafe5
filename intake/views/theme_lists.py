"""The lists of themes and of quotes: their columns and filters."""

from intake.models import Theme, ThemeGroup
from prodops.people.models import ProductArea
from prodops.ui.lists import Column, Filter, ListPage

PLACES = [
    ("request", "Requests"),
    ("answer", "Answers"),
    ("comment", "Comments"),
    ("ticket", "Support tickets"),
]
GROWTH = [("growing", "Growing"), ("falling", "Falling"), ("new", "New this quarter")]


def _groups(user):
    groups = ThemeGroup.objects.visible_to(user).in_order()
    return [("none", "No group"), *((each.pk, each.words) for each in groups)]


def _by_group(rows, value, user):
    return rows.filter(group=None) if value == "none" else rows.below(int(value))


def _areas(user):
    return list(ProductArea.objects.order_by("name", "pk").values_list("slug", "name"))


def _by_growth(rows, value, user):
    if value == "new":
        return rows.filter(recent__gt=0, before=0)
    return rows.filter(growth__gt=0) if value == "growing" else rows.filter(growth__lt=0)


def _by_place(rows, value, user):
    if value == "ticket":
        return rows.of_tickets()
    if value == "request":
        return rows.of_requests().exclude(quote__part__in=["answer", "comment"])
    return rows.filter(quote__part=value)


def _noun(link):
    return "ticket" if link.ticket_id else "request"


def _themes(user):
    rows = Theme.objects.visible_to(user).in_use().order_by("name", "pk")
    return list(rows.values_list("pk", "name"))


THEMES = ListPage(
    slug="themes",
    title="Themes",
    columns=(
        Column("name", "Theme", lambda each: f"{each.key} {each.name}", ("name",)),
        Column(
            "requests", "Requests", lambda each: each.standing.requests, ("requests",), numeric=True
        ),
        Column(
            "tickets", "Tickets", lambda each: each.standing.tickets, ("tickets",), numeric=True
        ),
        Column("voices", "Voices", lambda each: each.standing.voices, ("voices",), numeric=True),
        Column("arr", "ARR at stake", lambda each: each.standing.arr, ("arr",), numeric=True),
        Column("trend", "12 months", lambda each: " ".join(map(str, each.standing.trend.counts))),
        Column(
            "growth",
            "Growth",
            lambda each: each.standing.growth,
            ("growth", "recent"),
            numeric=True,
        ),
        Column("quoted", "Last quote", lambda each: each.standing.quoted_at, ("quoted_at",)),
        Column("owner", "Owner", lambda each: each.owner or "", ("owner__name",)),
    ),
    exported=(
        Column("group", "Group", lambda each: each.place),
        Column("area", "Product area", lambda each: each.product_area or ""),
        Column("state", "State", lambda each: each.get_state_display()),
        Column("recent", "Last 13 weeks", lambda each: each.standing.recent, numeric=True),
        Column("before", "13 weeks before", lambda each: each.standing.before, numeric=True),
    ),
    filters=(
        Filter("group", "Group", _groups, _by_group),
        Filter(
            "area", "Area", _areas, lambda rows, value, user: rows.filter(product_area__slug=value)
        ),
        Filter(
            "owner",
            "Owner",
            lambda user: [("me", "me"), ("none", "nobody")],
            lambda rows, value, user: rows.filter(owner=user if value == "me" else None),
        ),
        Filter("growth", "Growth", lambda user: GROWTH, _by_growth),
        Filter(
            "state",
            "State",
            lambda user: Theme.State.choices,
            lambda rows, value, user: rows.filter(state=value),
        ),
    ),
    search=("name__icontains", "description__icontains"),
    key_prefix="THM",
    order=("is_loose", "path", "name", "pk"),
    row_template="intake/themes/_row.html",
    template="intake/themes/themes.html",
    empty_title="No themes yet",
    empty_text="A theme gathers what many people say in words of their own. Select words in a "
    "request and attach them, or let the hub look for what belongs together.",
    empty_icon="chat-bubble-left-right",
    action=("New theme", "intake:new-theme"),
    noun="theme",
    nouns="themes",
)

QUOTES = ListPage(
    slug="quotes",
    title="Quotes",
    columns=(
        Column("quote", "Quote", lambda each: each.quote.text or f"(the whole {_noun(each)})"),
        Column("theme", "Theme", lambda each: each.theme, ("theme__name",)),
        Column(
            "request", "Said in", lambda each: f"{each.source.key} {each.source}", ("said_title",)
        ),
        Column("account", "Account", lambda each: each.account or "", ("said_account",)),
        Column("asked", "Said by", lambda each: each.speaker),
        Column("by", "Attached by", lambda each: each.by, ("by__name",)),
        Column("at", "Attached", lambda each: each.at, ("at",)),
    ),
    filters=(
        Filter("theme", "Theme", _themes, lambda rows, value, user: rows.filter(theme=int(value))),
        Filter("place", "Said in", lambda user: PLACES, _by_place),
        Filter(
            "by",
            "Attached by",
            lambda user: [("me", "me")],
            lambda rows, value, user: rows.filter(by=user),
        ),
    ),
    exported=(Column("place", "Place", lambda each: each.quote.place or each.quote.part),),
    search=("quote__text__icontains", "said_title__icontains"),
    order=("-at", "-pk"),
    row_template="intake/themes/_quote_row.html",
    template="intake/themes/quotes.html",
    empty_title="No quotes yet",
    empty_text="Select words in a request or a ticket and attach them to a theme; here they stand "
    "together.",
    noun="quote",
    nouns="quotes",
)

"""The list of support tickets: its columns, filters and bulk acts."""

from django.db.models import CharField, Func, Q

from intake.forms.requests import KEY
from intake.models import SupportTicket, Theme, TicketLink
from intake.views.import_filter import FROM_IMPORT
from prodops.ui.lists import BulkAct, Column, Filter, ListPage

MOST_TAGS = 300
STANDINGS = [("open", "Open"), ("solved", "Solved")]
USES = [("none", "Nothing yet"), ("request", "A request"), ("theme", "A theme")]


def _tags(user):
    each = Func("tags", function="unnest", output_field=CharField())
    tags = SupportTicket.objects.annotate(tag=each).order_by("tag").values_list("tag", flat=True)
    return [(tag, tag) for tag in tags.distinct()[:MOST_TAGS]]


def _themes(user):
    """Those that are not merged: archived ones keep their tickets."""
    themes = Theme.objects.visible_to(user).filter(merged_into=None).order_by("name", "pk")
    return [("none", "No theme"), *themes.values_list("pk", "name")]


def _by_theme(rows, value, user):
    return rows.without_theme() if value == "none" else rows.of_theme(int(value))


def _by_use(rows, value, user):
    linked = TicketLink.objects.values("ticket")
    if value == "request":
        return rows.filter(pk__in=linked)
    if value == "theme":
        return rows.with_theme()
    return rows.without_theme().exclude(pk__in=linked)


def _of_request(word):
    """Find the evidence for a request by its key."""
    key = KEY.fullmatch(word) if word.upper().startswith("REQ-") else None
    links = TicketLink.objects.filter(product_request=int(key[1]) if key else 0)
    return Q(pk__in=links.values("ticket"))


TICKETS = ListPage(
    slug="tickets",
    title="Support tickets",
    columns=(
        Column("subject", "Ticket", lambda each: f"{each.key} {each.subject}", ("subject",)),
        Column("status", "Status", lambda each: each.status, ("status",)),
        Column("account", "Account", lambda each: each.account or "", ("account__name",)),
        Column("who", "Asked by", lambda each: each.who, ("requester_name",)),
        Column("tags", "Tags", lambda each: ", ".join(each.tags)),
        Column("themes", "Themes", lambda each: "; ".join(each.theme_names)),
        Column("requests", "Requests", lambda each: each.requests, ("requests",), numeric=True),
        Column("opened", "Opened", lambda each: each.opened_at, ("opened_at",)),
        Column("solved", "Solved", lambda each: each.solved_at, ("solved_at",)),
    ),
    exported=(
        Column("source", "Source", lambda each: each.source),
        Column("number", "External id", lambda each: each.external_id),
        Column("email", "Requester email", lambda each: each.requester_email),
        Column("url", "URL", lambda each: each.url),
        Column("text", "Text", lambda each: each.text),
        Column("conversation", "Conversation", lambda each: each.conversation),
    ),
    filters=(
        Filter(
            "source",
            "Source",
            lambda user: SupportTicket.Source.choices,
            lambda rows, value, user: rows.filter(source=value),
        ),
        Filter(
            "standing",
            "Standing",
            lambda user: STANDINGS,
            lambda rows, value, user: rows.filter(solved_at__isnull=value == "open"),
        ),
        Filter(
            "tag",
            "Tag",
            _tags,
            lambda rows, value, user: rows.filter(tags__contains=[value]),
        ),
        Filter("theme", "Theme", _themes, _by_theme),
        Filter("use", "Evidence for", lambda user: USES, _by_use),
        FROM_IMPORT,
    ),
    search=(
        "subject__icontains",
        "account__name__icontains",
        "external_id__iexact",
        lambda word: Q(tags__contains=[word.lower()]),
        _of_request,
    ),
    key_prefix="TKT",
    order=("-opened_at", "-pk"),
    row_template="intake/_ticket_row.html",
    template="intake/tickets.html",
    empty_title="No support tickets yet",
    empty_text="Hand in an export of Zendesk or Intercom, or a CSV. Tickets are evidence: attach "
    "them to requests and themes.",
    empty_icon="lifebuoy",
    bulk=(
        BulkAct("attach", "Attach…", "intake:ticket-attaching"),
        BulkAct("untheme", "Take off themes…", "intake:ticket-untheming"),
        BulkAct("tag", "Tag…", "intake:ticket-tagging"),
    ),
    noun="ticket",
    nouns="tickets",
)

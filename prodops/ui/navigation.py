"""The entries of the sidebar and who sees them."""

from dataclasses import dataclass

from django.urls import reverse

ALL = frozenset({"requester", "contributor", "ops", "executive", "admin"})
INSIDERS = ALL - {"requester"}
WORKERS = frozenset({"contributor", "ops", "admin"})
OPERATIONS = frozenset({"ops", "admin"})


@dataclass(frozen=True)
class Entry:
    """One link; `waits` names the count of what waits for the person there, `key` follows G.

    Pages below `covers` belong to it as well as those below its own address.
    """

    label: str
    url_name: str
    icon: str
    roles: frozenset = INSIDERS
    waits: str = ""
    key: str = ""
    covers: str = ""


SECTIONS = (
    ("", (Entry("Home", "reporting:home", "home", ALL, key="h"),)),
    (
        "Intake",
        (
            Entry("Portal", "intake:portal", "megaphone", ALL),
            Entry("My requests", "intake:mine", "chat-bubble-left-right", ALL),
            Entry("Triage", "intake:triage", "funnel", WORKERS, "triage", "t"),
            Entry("Requests", "intake:requests", "inbox-stack", key="r"),
            Entry("Themes", "intake:themes", "chat-bubble-bottom-center-text"),
            Entry("Support tickets", "intake:tickets", "lifebuoy"),
            Entry("Accounts", "intake:accounts", "building-office-2"),
            Entry("Contacts", "intake:contacts", "phone"),
            Entry("Routing rules", "intake:routing", "arrows-right-left"),
            Entry("Suggestions", "intake:suggestions", "light-bulb"),
            Entry("Imports", "intake:imports", "document-arrow-up", OPERATIONS),
        ),
    ),
    (
        "Planning",
        (
            Entry("Cycles", "planning:cycles", "arrow-path"),
            Entry("Roadmap", "planning:roadmap", "view-columns", covers="/launches/outcomes/"),
            Entry("Objectives", "planning:objectives", "flag", waits="check_ins", key="o"),
            Entry("Initiatives", "planning:initiatives", "map", key="i"),
            Entry("Scoring models", "planning:scoring-models", "calculator"),
            Entry("Dependencies", "planning:dependencies", "link", waits="dependencies"),
            Entry("Decisions", "planning:decisions", "scale", waits="decisions"),
            Entry("Forums", "planning:forums", "user-group", covers="/planning/sessions/"),
            Entry("Actions", "planning:actions", "check-circle", waits="actions"),
        ),
    ),
    (
        "Launches",
        (
            Entry("Launches", "launches:launches", "rocket-launch", waits="items", key="l"),
            Entry("Sign-offs", "launches:sign_offs", "check-badge", waits="sign_offs"),
            Entry("Calendar", "launches:calendar", "calendar-days"),
        ),
    ),
    (
        "Reporting",
        (
            Entry("Scorecard", "reporting:scorecard", "presentation-chart-line", key="s"),
            Entry("Delivery", "reporting:dashboard", "chart-bar"),
            Entry("Product series", "amplitude:series", "arrow-trending-up"),
            Entry("Events", "amplitude:events", "cursor-arrow-rays"),
            Entry("Readouts", "reporting:readouts", "newspaper"),
            Entry("Metric definitions", "reporting:definitions", "book-open"),
        ),
    ),
    (
        "Operations",
        (
            Entry(
                "Connections",
                "integrations:connections",
                "link",
                OPERATIONS,
                "connections",
                covers="/integrations/",
            ),
            Entry("People", "people:people", "users"),
            Entry("Mail", "intake:mails", "inbox-arrow-down", OPERATIONS),
            Entry("Audit log", "audit:changes", "clipboard-document-list", OPERATIONS),
            Entry("Outbox", "notifications:outbox", "envelope", OPERATIONS),
        ),
    ),
)

COMMANDS = (
    Entry("New request", "intake:new", "plus", ALL),
    Entry("New theme", "intake:new-theme", "plus", WORKERS),
    Entry("New initiative", "planning:new-initiative", "plus", WORKERS),
    Entry("New decision", "planning:new-decision", "plus", WORKERS),
    Entry("Ask another team", "planning:new-dependency", "plus", WORKERS),
    Entry("Time away", "planning:absences", "calendar-days", WORKERS),
    Entry("Go through what is overdue", "planning:overdue", "forward", WORKERS),
    Entry("New launch", "launches:new", "plus", WORKERS),
    Entry("Notifications", "notifications:inbox", "bell", ALL),
    Entry("Notification preferences", "notifications:preferences", "adjustments-horizontal", ALL),
)


def count(attention, name: str) -> int:
    """Return how many things wait under `name`, 0 when nobody counted."""
    return (attention.get(name) or 0) if name else 0


def entries_for(user) -> list[Entry]:
    """Return every entry this person may open, in order."""
    role = getattr(user, "role", None)
    return [entry for _, entries in SECTIONS for entry in entries if role in entry.roles]


def commands_for(user, text: str = "") -> list[dict]:
    """Return acts and pages whose words contain every word of `text`, acts first."""
    words = text.lower().split()
    role = getattr(user, "role", None)
    fitting = [entry for entry in COMMANDS if role in entry.roles] + entries_for(user)
    return [
        {"label": entry.label, "icon": entry.icon, "href": reverse(entry.url_name)}
        for entry in fitting
        if all(word in entry.label.lower() for word in words)
    ]


def sections_for(request, attention) -> list[dict]:
    """Return the sections with links, counts and which entry is the current page."""
    role = getattr(request.user, "role", None)
    shown = []
    for title, entries in SECTIONS:
        links = [_link(entry, attention) for entry in entries if role in entry.roles]
        if links:
            shown.append({"title": title, "links": links})
    _mark_current(shown, request.path)
    return shown


def section_of(request) -> str:
    """Return the title of the section the current page belongs to, "" when there is none."""
    for section in sections_for(request, {}):
        if section["title"] and any(link["is_current"] for link in section["links"]):
            return section["title"]
    return ""


def _link(entry, attention):
    return {
        "label": entry.label,
        "icon": entry.icon,
        "key": entry.key,
        "href": reverse(entry.url_name),
        "covers": entry.covers,
        "count": count(attention, entry.waits),
        "is_current": False,
    }


def _mark_current(sections, path):
    """The longest address the path begins with is the current one; "/" is only itself."""
    links = [link for section in sections for link in section["links"]]
    fitting = {length: link for link in links if (length := _overlap(path, link))}
    if fitting:
        fitting[max(fitting)]["is_current"] = True


def _overlap(path, link):
    """Return how much of the path an entry accounts for."""
    if path == link["href"]:
        return len(path)
    roots = [root for root in (link["href"], link["covers"]) if root not in ("", "/")]
    return max((len(root) for root in roots if path.startswith(root)), default=0)

"""Which addresses of the page matrix are pages that a person opens in a browser."""

from django.urls import reverse

from tests.page_matrix import ROWS
from tests.world import PEOPLE

NOT_PAGES = {
    "amplitude:figure",
    "amplitude:table",
    "api-document",
    "health:healthz",
    "health:readyz",
    "intake:attachment",
    "intake:candidates",
    "intake:import-problems",
    "intake:import-wrong-rows",
    "intake:similar",
    "intake:week-mail",
    "integrations:payload",
    "notifications:count",
    "notifications:letters",
    "planning:calendar",
    "planning:decision-export",
    "planning:decision-log",
    "planning:scoring-preview",
    "planning:scoring-turnout",
    "reporting:chart",
    "reporting:chart-picture",
    "reporting:chart-table",
    "reporting:readout_chart",
    "reporting:readout_mail",
    "reporting:readout_text",
    "reporting:reports",
}


def addresses(world, who: str, *, besides: str = "") -> list[str]:
    """Return the pages that `who` may open, without those that `besides` may open too."""
    found = []
    for name, row in sorted(ROWS.items()):
        known = besides and row.get[PEOPLE.index(besides)] == "+"
        if row.get[PEOPLE.index(who)] == "+" and name not in NOT_PAGES and not known:
            found.append(reverse(name, kwargs=row.keys(world)))
    return found

"""A column of themes: what it names, what is wrong with it, and that an undo takes it back."""

import pytest
from django.urls import reverse

from intake import services
from intake.models import Import, ProductRequest, Quote, SupportTicket, ThemeQuote
from tests.factories import themes
from tests.factories.intake import RequestKindFactory
from tests.factories.people import UserFactory
from tests.intake.imports.conftest import AT, problems, table

HEAD = ["External id", "Title", "Type", "Created", "Themes"]
TICKETS = ["Ticket ID", "Subject", "Created at", "Themes"]


@pytest.fixture
def billing(db):
    """Return the themes Invoices, below Billing, and Export."""
    RequestKindFactory(name="Idea")
    return themes.theme("Invoices", group=themes.group("Billing")), themes.theme("Export")


def rows(*cells):
    made = [[f"X-{n}", f"Wish {n}", "Idea", "2026-11-02", each] for n, each in enumerate(cells, 1)]
    return table(HEAD, *made)


def speaks_for(record):
    of = "ticket" if isinstance(record, SupportTicket) else "product_request"
    links = ThemeQuote.objects.live().filter(**{of: record}, quote__part="whole")
    return sorted(links.values_list("theme__name", flat=True))


def test_requests_speak_for_the_themes_their_rows_name(steps, billing):
    cells = ("Billing > Invoices; export", "billing›INVOICES", "", "Export;Export\nInvoices")

    importing = steps.imported(rows(*cells))

    found = ProductRequest.objects.order_by("external_id")
    assert [speaks_for(each) for each in found] == [
        ["Export", "Invoices"],
        ["Invoices"],
        [],
        ["Export", "Invoices"],
    ]
    assert importing.created == 4
    standing = type(billing[0]).objects.with_standing(AT).get(pk=billing[0].pk).standing
    assert standing.requests == 3
    assert billing[0].thread.events.filter(summary="attached 3 imported requests").count() == 1


def test_tickets_name_themes_too(steps, billing):
    content = table(TICKETS, ["1", "No invoice", "2026-10-01", "Invoices"])

    steps.imported(content, subject="tickets")

    assert speaks_for(SupportTicket.objects.get()) == ["Invoices"]


def test_the_page_names_unknown_themes_line_by_line_with_the_nearest(client, steps, billing):
    themes.theme("Old")
    services.archive(theme=type(billing[0]).objects.get(name="Old"), by=steps.by, at=AT)
    importing = steps.checked(rows("Invoces", "Billing > Exprt; Export", "Zzz", "old", "Export"))

    assert (importing.created, importing.refused) == (1, 4)
    assert problems(importing) == [
        (2, "Themes", "There is no theme “Invoces”."),
        (3, "Themes", "There is no theme “Billing > Exprt”."),
        (4, "Themes", "There is no theme “Zzz”."),
        (5, "Themes", "The theme “old” is archived."),
    ]
    client.force_login(steps.by)
    page = client.get(reverse("intake:import", args=[importing.pk])).content.decode()
    assert "Did you mean “Billing &gt; Invoices”?" in page
    assert "Did you mean “Export”?" in page
    assert not Quote.objects.exists()


def test_a_merged_theme_leads_on(steps, billing):
    invoices, export = billing
    services.merge_themes(child=invoices, parent=export, by=steps.by, at=AT)

    steps.imported(rows("Billing > Invoices; Export"))

    assert speaks_for(ProductRequest.objects.get()) == ["Export"]


def test_taking_the_import_back_takes_its_themes_back(steps, billing):
    importing = steps.imported(rows("Invoices", "Invoices"))

    steps.undo(importing)

    assert not ProductRequest.objects.exists()
    assert not Quote.objects.exists()
    assert not ThemeQuote.objects.exists()
    assert billing[0].thread.events.filter(summary="took back 2 imported requests").exists()
    assert Import.objects.get().kept == 0


def test_a_request_somebody_quoted_by_hand_since_stays(steps, billing):
    importing = steps.imported(rows("Invoices", "Invoices"))
    quoted = ProductRequest.objects.get(external_id="X-2")
    themes.quote(quoted, billing[1], by=UserFactory(role="ops"), at=AT)

    steps.undo(importing)

    assert list(ProductRequest.objects.values_list("external_id", flat=True)) == ["X-2"]
    assert speaks_for(quoted) == ["Export", "Invoices"]

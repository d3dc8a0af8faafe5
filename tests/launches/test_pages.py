"""The pages: who may open them, their acts with and without htmx, and what they cost."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from launches import services
from launches.models import Launch, LaunchItem
from tests.factories.launches import (
    HIGH_RISK,
    LOW_RISK,
    approver_of,
    asked_for,
    function,
    item,
    launch,
    template,
)
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def queries_of(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_requesters_see_no_launch_at_all(client):
    of = launch()
    each = item(of=of)
    client.force_login(UserFactory(role="requester"))

    assert client.get(reverse("launches:launches")).status_code == 403
    assert client.get(reverse("launches:calendar")).status_code == 403
    assert client.get(of.get_absolute_url()).status_code == 404
    assert client.post(reverse("launches:item", args=[each.pk])).status_code == 403


def test_executives_read_and_change_nothing(client):
    of = launch()
    each = item(of=of)
    client.force_login(UserFactory(role="executive"))

    page = client.get(of.get_absolute_url())
    assert (
        page.status_code,
        reverse("launches:item", args=[each.pk]).encode() in page.content,
    ) == (
        200,
        False,
    )
    for name, pk in (("item", each.pk), ("item_owner", each.pk), ("item_sign_off", each.pk)):
        assert client.post(reverse(f"launches:{name}", args=[pk])).status_code == 403
    for name in ("date", "words", "go_no_go", "shipping", "cancellation", "initiatives"):
        assert client.post(reverse(f"launches:{name}", args=[of.pk])).status_code == 403
    assert client.get(reverse("launches:new")).status_code == 403


def test_a_launch_is_opened_from_an_initiative(client, pm):
    template({"title": "Docs"}, tier=1)
    initiative = asked_for(title="Bulk export", target_on=date(2026, 12, 31))
    client.force_login(pm)
    address = reverse("launches:new")

    page = client.get(f"{address}?initiative={initiative.pk}").content.decode()
    assert 'value="Bulk export"' in page
    assert 'value="2026-12-31"' in page
    answer = client.post(
        address,
        {
            "title": "Bulk export",
            "initiatives": [initiative.pk],
            "kind": "product",
            "launch_on": "2026-12-15",
            "date_precision": "day",
            "owner": pm.pk,
            **HIGH_RISK,
        },
    )

    made = Launch.objects.get()
    assert answer.url == made.get_absolute_url()
    assert (made.tier, [each.title for each in made.items.all()]) == (1, ["Docs"])
    page = client.get(made.get_absolute_url()).content.decode()
    assert initiative.key in page
    assert initiative.request_links.get().product_request.key in page


def test_what_is_wrong_with_a_new_launch_is_said_and_nothing_is_written(client, pm):
    client.force_login(pm)
    address = reverse("launches:new")

    empty = client.post(address, {})
    without_reason = client.post(
        address,
        {
            "title": "A",
            "kind": "product",
            "launch_on": "2026-12-15",
            "date_precision": "day",
            "owner": pm.pk,
            "tier": "1",
            **LOW_RISK,
        },
    )

    assert (empty.status_code, without_reason.status_code) == (422, 422)
    assert "Say why it is tier 1" in without_reason.content.decode()
    assert not Launch.objects.exists()
    assert client.get(f"{address}?initiative=%00").status_code == 200


def test_the_tier_shows_while_answering(client, pm):
    client.force_login(pm)

    fragment = client.get(reverse("launches:new"), HIGH_RISK, headers=HTMX).content.decode()

    assert "Tier 1" in fragment
    assert "<html" not in fragment


def test_an_item_changes_state_in_its_row(client, pm):
    each = item(of=launch(), evidence_wanted="Run book")
    client.force_login(pm)
    address = reverse("launches:item", args=[each.pk])

    wrong = client.post(address, {"state": "done"}, headers=HTMX)
    assert wrong.status_code == 422
    assert "Give a link to the run book." in wrong.content.decode()
    assert "<html" not in wrong.content.decode()
    right = client.post(
        address, {"state": "done", "evidence_url": "https://a.example.com"}, headers=HTMX
    )

    assert right.status_code == 200
    assert LaunchItem.objects.get(pk=each.pk).state == "done"
    assert "1 of 1" in right.content.decode()


def test_an_item_changes_without_javascript(client, pm):
    each = item(of=launch())
    client.force_login(pm)
    address = reverse("launches:item", args=[each.pk])

    wrong = client.post(address, {"state": "waived", "reason": "x"})
    right = client.post(address, {"state": "in_progress"}, follow=True)

    assert (wrong.status_code, "<html" in wrong.content.decode()) == (422, True)
    assert "Saved “" in right.content.decode()
    opened = client.get(f"{each.launch.get_absolute_url()}?item={each.pk}").content.decode()
    assert "Save state" in opened


def test_an_item_is_given_to_somebody_and_asked_to_be_signed_off(client, pm):
    legal = function()
    lawyer = approver_of(legal)
    each = item(of=launch(), function=legal, needs_sign_off=True)
    client.force_login(pm)

    given = client.post(
        reverse("launches:item_owner", args=[each.pk]),
        {"owner": pm.pk, "due": each.due_on.isoformat()},
        headers=HTMX,
    )
    asked = client.post(reverse("launches:item_sign_off", args=[each.pk]), headers=HTMX)
    again = client.post(reverse("launches:item_sign_off", args=[each.pk]), headers=HTMX)

    each.refresh_from_db()
    assert (given.status_code, each.owner) == (200, pm)
    assert (asked.status_code, each.sign_off.approver) == (200, lawyer)
    assert (again.status_code, "asked already" in again.content.decode()) == (422, True)


def test_a_sign_off_is_asked_for_with_the_one_link_the_person_gives(client, pm):
    legal = function()
    approver_of(legal)
    each = item(of=launch(), function=legal, needs_sign_off=True, evidence_wanted="Audit report")
    client.force_login(pm)
    ask = reverse("launches:item_sign_off", args=[each.pk])
    page = client.get(each.launch.get_absolute_url()).content.decode()
    opened = client.get(f"{each.launch.get_absolute_url()}?item={each.pk}").content.decode()

    assert f'action="{ask}"' not in page
    assert opened.count('name="evidence_url"') == 1
    assert f'formaction="{ask}"' in opened

    without = client.post(ask, {"state": "not_started", "evidence_url": ""}, headers=HTMX)
    wrong = client.post(ask, {"state": "not_started", "evidence_url": "htt://no"}, headers=HTMX)
    client.post(ask, {"state": "not_started", "evidence_url": "https://a.example.com"})

    assert without.status_code == wrong.status_code == 422
    assert "evidence_url" in without.context["item_form"].errors
    assert wrong.context["item_form"]["evidence_url"].value() == "htt://no"
    each.refresh_from_db()
    assert (each.state, each.evidence_url) == ("requested", "https://a.example.com")


@pytest.mark.parametrize(
    ("stage", "summary", "says"),
    [
        ("planning", "It is out.", "has no go/no-go yet"),
        ("go_no_go", "", "Write what shipped first"),
        ("go_no_go", "It is out.", "Launch and tell 1 person"),
    ],
)
def test_the_launch_button_is_there_when_it_would_work(client, ops, stage, summary, says):
    of = launch(stage=stage, by=ops, initiatives=[asked_for(backers=0)], summary=summary)
    client.force_login(ops)

    page = client.get(reverse("launches:shipping", args=[of.pk])).content.decode()

    assert says in page
    assert ("Launch and tell" in page) == says.startswith("Launch and tell")


def test_a_launched_launch_says_when_it_went_out_and_what_was_planned(client, ops):
    of = launch(stage="go_no_go", by=ops)
    services.ship(launch=of, by=ops, at=timezone.now())
    client.force_login(ops)

    page = client.get(of.get_absolute_url()).content.decode()

    assert "Launched <time" in page
    assert f"planned for {of.date_text}" in page


def test_a_launch_is_moved_worded_and_linked(client, ops):
    of = launch(by=ops)
    initiative = asked_for()
    client.force_login(ops)

    def post(name, **values):
        return client.post(reverse(f"launches:{name}", args=[of.pk]), values).status_code

    assert post("date", to_on="2027-01-12", to_precision="day", reason="Slip.") == 302
    assert post("date", to_on="2027-01-12", to_precision="day", reason="Slip.") == 422
    assert post("words", summary="New words.") == 302
    assert post("initiatives", initiative=initiative.pk) == 302
    assert post("initiatives", initiative=initiative.pk) == 422
    of.refresh_from_db()
    assert (of.launch_on, of.summary) == (date(2027, 1, 12), "New words.")
    assert initiative.thread.events.filter(verb="initiative.launch_planned").exists()


def test_the_list_filters_by_everything_people_ask_for(client, pm):
    mine = launch(owner=pm, launch_on=date(2026, 12, 1), title="Mine")
    launch(launch_on=date(2027, 1, 5), stage="cancelled", title="Other")
    client.force_login(pm)
    address = reverse("launches:launches")

    for query in ("owner=me", "month=2026-12", "stage=open", f"q={mine.key}", "q=mine"):
        page = client.get(f"{address}?{query}&filters=1").content.decode()
        assert ("Mine" in page, "Other" in page) == (True, False), query
    assert "Other" in client.get(f"{address}?stage=cancelled&tier=3").content.decode()
    lines = b"".join(client.get(f"{address}?format=csv").streaming_content).decode()
    assert len(lines.splitlines()) == 3


def test_the_calendar_shows_days_months_and_quarters(client, pm):
    launch(launch_on=date(2026, 11, 10), title="On a day")
    launch(launch_on=date(2026, 11, 10), date_precision="month", title="In the month")
    launch(launch_on=date(2026, 11, 10), date_precision="quarter", title="In the quarter")
    client.force_login(pm)
    address = reverse("launches:calendar")

    november = client.get(f"{address}?month=2026-11").content.decode()
    october = client.get(f"{address}?month=2026-10").content.decode()

    assert all(title in november for title in ("On a day", "In the month", "In the quarter"))
    assert ("On a day" in october, "In the quarter" in october) == (False, True)
    for nonsense in ("", "2026-13", "%00", "99999-01"):
        assert client.get(f"{address}?month={nonsense}").status_code == 200


def test_the_shipping_page_costs_the_same_for_many_who_asked(client, ops):
    client.force_login(ops)
    costs = []
    for requests in (1, 8):
        of = launch(
            by=ops, stage="go_no_go", initiatives=[asked_for(requests=requests, backers=requests)]
        )
        client.get(reverse("launches:shipping", args=[of.pk]))
        costs.append(queries_of(client, reverse("launches:shipping", args=[of.pk])))

    assert costs[0] == costs[1] <= 15

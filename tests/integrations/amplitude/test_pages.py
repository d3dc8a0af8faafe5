"""The pages of series and events, as people use them."""

from datetime import date, timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from prodops.integrations.amplitude.models import PointRestatement, Series, SeriesPoint
from prodops.integrations.models import Connection
from tests.factories import amplitude
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(client):
    user = UserFactory(role="ops")
    client.force_login(user)
    return user


def entered(connection, **fields):
    return {
        "title": "Log-ins",
        "connection": connection.pk,
        "events": "Log In",
        "measure": "totals",
        "grain": 1,
        "starts_on": timezone.localdate() - timedelta(days=27),
        "time_zone": "Europe/Berlin",
        "is_active": "on",
        **fields,
    }


def test_operations_add_a_series_and_a_worker_is_wanted(client, ops):
    connection = amplitude.connection()
    Connection.objects.update(cursor=timezone.now(), last_full_at=timezone.now())

    response = client.post(
        reverse("amplitude:new-series", args=["segmentation"]),
        entered(connection, group_by="platform"),
    )

    series = Series.objects.get()
    connection.refresh_from_db()
    assert response["Location"] == series.get_absolute_url()
    assert series.definition == {
        "events": [{"event_type": "Log In"}],
        "measure": "totals",
        "group_by": "platform",
    }
    assert (series.created_by, connection.wanted_by) == (ops, ops)


def test_the_price_is_told_before_it_is_saved(client, ops):
    connection = amplitude.connection(is_active=False)

    page = client.post(
        reverse("amplitude:new-series", args=["segmentation"]), entered(connection, look="1")
    ).content.decode()

    assert "Each reading costs 14 of 1,000; reading its history costs 28, once." in page
    assert "is switched off" in page
    assert not Series.objects.exists()


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("funnel", {"events": "Only one", "mode": "ordered"}, "Enter 2 to 12 events"),
        ("segmentation", {"events": '{"event_type": 3}'}, "This event has no event_type"),
        ("segmentation", {"segments": "[1]"}, "Each condition must be an object"),
        ("segmentation", {"measure": "formula"}, "Enter the formula."),
        ("segmentation", {"starts_on": "2001-01-01"}, "the last five years"),
        ("chart", {"chart": "!"}, "neither a chart"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(client, ops, kind, fields, message):
    values = entered(amplitude.connection(), **fields)
    response = client.post(reverse("amplitude:new-series", args=[kind]), values)
    assert response.status_code == 422
    assert message in response.content.decode()


def test_what_amplitude_would_never_allow_is_refused(client, ops):
    groups = '{"event_type": "A", "group_by": [{"value": "x"}, {"value": "y"}]}'
    values = entered(
        amplitude.connection(),
        events="\n".join([groups] * 12),
        mode="ordered",
        group_by="p",
        grain=7,
    )
    response = client.post(reverse("amplitude:new-series", args=["funnel"]), values)
    assert response.status_code == 422
    assert "take a segment, a property or a step away" in response.content.decode()


def test_another_question_begins_with_no_numbers_and_another_title_keeps_them(client, ops):
    series = amplitude.series(values=[1, 2, 3], data_as_of=timezone.now())
    address = reverse("amplitude:edit-series", args=[series.pk])
    same = entered(series.connection, title="Renamed", starts_on=date(2026, 6, 1))

    client.post(address, same)
    assert SeriesPoint.objects.count() == 3
    client.post(address, same | {"measure": "uniques"})

    series.refresh_from_db()
    assert series.title == "Renamed"
    assert not SeriesPoint.objects.exists()
    assert series.data_as_of is None


def test_restatements_of_an_earlier_question_stay_but_are_not_shown_with_this_one(client, ops):
    series = amplitude.series(values=[1, 2, 3])
    address = reverse("amplitude:edit-series", args=[series.pk])
    same = entered(series.connection, starts_on=date(2026, 6, 1))
    restated = {"series": series, "on": date(2026, 6, 1), "source": "x"}
    PointRestatement.objects.create(old_value=4711, new_value=1, at=timezone.now(), **restated)

    client.post(address, same | {"measure": "uniques"})
    told = {"value": 2, "data_as_of": timezone.now()}
    SeriesPoint.objects.create(series=series, on=date(2026, 6, 1), **told)
    PointRestatement.objects.create(old_value=4712, new_value=2, at=timezone.now(), **restated)

    page = client.get(series.get_absolute_url()).content.decode()
    assert PointRestatement.objects.count() == 2
    assert ("4,711" in page, "4,712" in page) == (False, True)


def test_the_form_shows_what_was_entered(client, ops):
    event = {"event_type": "Log In", "filters": [{"subprop_key": "a"}]}
    definition = {"events": [event], "measure": "totals", "segments": [[{"prop": "country"}]]}
    series = amplitude.series(definition=definition)

    page = client.get(reverse("amplitude:edit-series", args=[series.pk])).content.decode()

    assert "&quot;filters&quot;" in page
    assert "&quot;prop&quot;" in page


def test_the_page_tells_what_is_partial_restated_and_how_old(client, ops):
    connection = amplitude.connection(
        broken_since=timezone.now(), broken_reason="Down.", last_good_at=timezone.now()
    )
    series = amplitude.series(of=connection, values=[5, 8, 13], data_as_of=timezone.now())
    last = series.points.latest("on")
    SeriesPoint.objects.filter(pk=last.pk).update(is_partial=True)
    PointRestatement.objects.create(
        series=series, on=date(2026, 6, 1), old_value=4, new_value=5, at=timezone.now(), source="x"
    )

    page = client.get(series.get_absolute_url()).content.decode()
    figure = client.get(reverse("amplitude:figure", args=[series.pk])).json()
    table = client.get(reverse("amplitude:table", args=[series.pk])).content.decode()

    assert "Still running" in page
    assert "Restated" in page
    assert "Last good data is from" in page
    closed, running = figure["data"]
    assert closed["y"] == [5, 8]
    assert running["marker"]["symbol"] == ["circle", "circle-open"]
    assert running["line"]["dash"] == "dot"
    assert "2026-06-03,,0,13.0,13.0,yes" in table


def test_text_from_outside_is_escaped_and_no_formula(client, ops):
    nasty = "=HYPERLINK(<script>alert(1)</script>)"
    series = amplitude.series(title=nasty)
    SeriesPoint.objects.create(
        series=series, segment=nasty, on=date(2026, 6, 1), value=1, data_as_of=timezone.now()
    )
    amplitude.event(nasty)

    for name, args in [("series", []), ("one-series", [series.pk]), ("events", [])]:
        assert (
            "<script>alert"
            not in client.get(reverse(f"amplitude:{name}", args=args)).content.decode()
        )
    table = client.get(reverse("amplitude:table", args=[series.pk])).content.decode()
    assert "'=HYPERLINK" in table


def test_who_looks_after_an_event_is_said_in_the_hub(client, ops):
    event = amplitude.event()
    owner = UserFactory()

    client.post(
        reverse("amplitude:care", args=[event.pk]), {"owner": owner.pk, "notes": "On *each* visit"}
    )

    event.refresh_from_db()
    assert (event.owner, event.notes) == (owner, "On *each* visit")
    assert "<em>each</em>" in client.get(event.get_absolute_url()).content.decode()


def test_events_can_be_narrowed_to_what_needs_care(client, ops):
    long_ago = date(2026, 6, 1) - timedelta(days=31)
    amplitude.event("Unused", last_seen_on=long_ago, description="x", owner=ops)
    amplitude.event("Undocumented", last_seen_on=date(2026, 6, 1), owner=ops)
    amplitude.event("Unowned", last_seen_on=date(2026, 6, 1), description="x")
    amplitude.event("Lost", last_seen_on=long_ago, lost_since=timezone.now())

    found = {
        care: [
            row.name
            for row in client.get(reverse("amplitude:events"), {"care": care}).context["objects"]
        ]
        for care in ("unused", "undocumented", "unowned", "lost")
    }

    assert found == {
        "unused": ["Unused"],
        "undocumented": ["Undocumented"],
        "unowned": ["Unowned"],
        "lost": ["Lost"],
    }


@pytest.mark.parametrize("name", ["series", "events", "cohorts", "user-properties"])
def test_lists_ask_as_much_for_many_rows_as_for_one(client, ops, name):
    def queries():
        with CaptureQueriesContext(database) as asked:
            assert client.get(reverse(f"amplitude:{name}")).status_code == 200
        return len(asked)

    amplitude.series(values=[1, 2], owner=ops)
    amplitude.event(owner=ops)
    queries()
    few = queries()
    for number in range(30):
        amplitude.series(values=[1, 2], owner=UserFactory())
        amplitude.event(f"Event {number}", owner=UserFactory())
    assert queries() == few <= 12


def test_a_record_page_asks_little(client, ops, django_assert_max_num_queries):
    series = amplitude.series(values=range(200), owner=ops)
    event = amplitude.event(owner=ops)
    for page in (series, event):
        with django_assert_max_num_queries(15):
            client.get(page.get_absolute_url())


def test_a_series_without_its_project_zone_takes_the_organisations(client, ops):
    amplitude.connection()
    page = client.get(reverse("amplitude:new-series", args=["users"]))
    assert page.context["form"].initial["time_zone"] == timezone.get_default_timezone_name()


def test_of_two_projects_each_row_says_whose_it_is(client, ops):
    first = amplitude.series(title="Log-ins")
    alone = client.get(reverse("amplitude:series")).content.decode()
    assert f'<span class="muted">{first.connection}</span>' not in alone
    event = amplitude.event(connection=first.connection)
    Connection.objects.create(slug="second", name="Second project", kind=Connection.Kind.AMPLITUDE)

    for name, row in (("amplitude:series", first), ("amplitude:events", event)):
        page = client.get(reverse(name)).content.decode()
        assert f'<span class="muted">{row.connection}</span>' in page, name

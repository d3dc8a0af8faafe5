"""The scorecard, figures, definitions and dashboard as people see them."""

import json
from html import unescape

import pytest
from django.urls import reverse

from prodops.integrations.models import Connection
from reporting.models import MetricDefinition, Rendering
from reporting.services import flow
from reporting.services.definitions import load_definitions
from tests.factories import jira
from tests.factories.people import TeamFactory, UserFactory
from tests.factories.reporting import AFTERWARDS, history, metric_value, rendering

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


@pytest.fixture
def executive(client):
    user = UserFactory(role="executive")
    client.force_login(user)
    return user


@pytest.fixture
def ops(client):
    user = UserFactory(role="ops", name="Omar Haddad")
    client.force_login(user)
    return user


def page(client, name, *args, **query):
    response = client.get(reverse(f"reporting:{name}", args=args), query)
    assert response.status_code == 200
    return response.content.decode()


class TestScorecard:
    def test_a_number_never_stands_alone(self, client, executive):
        history("K5", *[14] * 12, 9, 8)
        text = page(client, "scorecard")
        for words in ("Stalled work", "8 <small>%", "under 10", "On target", "10 of 10"):
            assert words in text
        assert "−1\N{NO-BREAK SPACE}point against September" in text

    def test_it_opens_with_the_last_complete_month(self, client, executive):
        metric_value("K5", value=8)
        assert "October 2026" in page(client, "scorecard")

    def test_a_broken_connection_is_said(self, client, executive):
        metric_value()
        jira.connection(last_good_at=AFTERWARDS)
        Connection.objects.update(broken_since=AFTERWARDS, broken_reason="401")
        assert "Jira has failed to sync" in page(client, "scorecard")

    def test_without_figures_it_says_what_the_page_is_for(self, client, executive):
        assert "No figures for this month yet" in page(client, "scorecard")

    def test_one_team(self, client, executive):
        team = TeamFactory(slug="atlas")
        metric_value("T1", value=77, team=team)
        assert "77 <small>items" in page(client, "scorecard", team="atlas")

    @pytest.mark.parametrize("query", [{"team": "nobody"}, {"period": "2026-13"}, {"period": "x"}])
    def test_an_unknown_team_or_month_is_not_found(self, client, executive, query):
        assert client.get(reverse("reporting:scorecard"), query).status_code == 404

    def test_htmx_gets_the_part_only(self, client, executive):
        metric_value()
        response = client.get(reverse("reporting:scorecard"), headers={"HX-Request": "true"})
        assert b"<html" not in response.content
        assert b"Cycle time" in response.content

    def test_a_requester_may_not_read_it(self, client):
        client.force_login(UserFactory(role="requester"))
        assert client.get(reverse("reporting:scorecard")).status_code == 403


class TestFigure:
    @pytest.mark.parametrize(
        "key", ["K1", "K2", "K3", "K4", "K5", "K7", "K8", "K9", "K13", "K14", "K16", "T1"]
    )
    def test_every_figure_opens_with_its_definition(
        self, client, executive, key, django_assert_max_num_queries
    ):
        load_definitions()
        with django_assert_max_num_queries(15):
            text = page(client, "figure", key)
        assert MetricDefinition.objects.get(key=key).formula.split(".")[0] in unescape(text)

    def test_it_shows_the_rows_with_links_to_jira(self, client, executive):
        finished()
        text = page(client, "figure", "K4", period="2026-10")
        assert 'href="https://jira.example.com/browse/CORE-' in text
        assert "1 row behind the figure" in text

    def test_many_rows_cost_no_more_queries(self, client, executive, django_assert_max_num_queries):
        for _ in range(60):
            finished()
        with django_assert_max_num_queries(15):
            assert "Page 1 of 2" in page(client, "figure", "K4", period="2026-10")

    def test_the_rows_as_csv_are_safe_in_a_spreadsheet(self, client, executive):
        finished(summary="=cmd()")
        address = reverse("reporting:figure", args=["T1"])
        response = client.get(address, {"period": "2026-10", "format": "csv"})
        lines = b"".join(response.streaming_content).decode().splitlines()
        assert lines[0].startswith("Issue,Summary,Type")
        assert "'=cmd()" in lines[1]

    def test_cycle_time_is_broken_down_by_class_of_service(self, client, executive):
        metric_value("K4", companions={"fixed_date_n": 7, "fixed_date_median": 4.5})
        text = page(client, "figure", "K4", period="2026-10")
        assert "By class of service" in text
        assert '<th scope="row">Fixed date</th><td class="num">7</td>' in text
        assert "By class of service" not in page(client, "figure", "T1", period="2026-10")

    def test_an_unknown_figure_is_not_found(self, client, executive):
        assert client.get(reverse("reporting:figure", args=["K99"])).status_code == 404


class TestDefinitions:
    def test_the_list_and_one_of_them(self, client, executive):
        load_definitions()
        assert "Time to triage" in page(client, "definitions")
        assert "Kaplan" in page(client, "definition", "K7")

    def test_ops_gives_a_new_target_as_a_new_version(self, client, ops):
        load_definitions()
        address = reverse("reporting:revision", args=["K7"])
        given = {"target_high": "2", "owner": "Intake forum", "reason": "We are faster now."}
        assert client.post(address, given).status_code == 302
        new = MetricDefinition.objects.current().get(key="K7")
        assert (new.version, new.target_high, new.approved_by) == (2, 2, ops)
        assert "We are faster now." in page(client, "definition", "K7")

    def test_a_change_needs_a_reason_and_bounds_in_order(self, client, ops):
        load_definitions()
        given = {"target_low": "9", "target_high": "2", "owner": "Forum"}
        response = client.post(reverse("reporting:revision", args=["K7"]), given)
        assert response.status_code == 422
        assert b"must not lie below" in response.content

    def test_an_executive_changes_nothing(self, client, executive):
        load_definitions()
        assert client.get(reverse("reporting:revision", args=["K7"])).status_code == 403


class TestDashboard:
    def test_the_finding_and_the_table_are_there_without_javascript(self, client, executive):
        rendering()
        text = page(client, "dashboard")
        assert "Half the work takes 3.6 days or less" in text
        assert "<td>2026-10-05</td><td>3</td>" in text

    def test_a_missing_chart_says_so_and_can_be_asked_for(self, client, executive):
        assert "This chart has not been drawn" in page(client, "dashboard")
        client.post(reverse("reporting:drawing"), {"team": ""})
        assert Rendering.objects.filter(scope="organisation").count() == 4

    def test_the_page_never_loads_the_figures_and_stays_small(
        self, client, executive, django_assert_max_num_queries
    ):
        for slug in ("cycle-time", "throughput", "ageing", "flow"):
            rendering(f"delivery-{slug}", figure={"data": ["x" * 500_000], "layout": {}})
        with django_assert_max_num_queries(12):
            assert len(page(client, "dashboard")) < 100_000

    def test_a_figure_is_json_and_unchanged_the_second_time(self, client, executive):
        kept = rendering()
        address = reverse("reporting:chart", args=[kept.slug])
        response = client.get(address)
        assert json.loads(response.content) == kept.figure
        again = client.get(address, headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304

    def test_the_table_as_csv(self, client, executive):
        response = client.get(reverse("reporting:chart-table", args=[rendering().slug]))
        assert response.content.decode().splitlines() == ["Week,Finished", "2026-10-05,3"]

    def test_inline_styles_are_allowed_here_only(self, client, executive):
        rendering()
        metric_value()
        there = client.get(reverse("reporting:dashboard"))["Content-Security-Policy"]
        elsewhere = client.get(reverse("reporting:scorecard"))["Content-Security-Policy"]
        assert "'unsafe-inline'" in there
        assert "'unsafe-inline'" not in elsewhere

    def test_a_team_sees_its_own_charts(self, client, executive):
        team = TeamFactory(slug="atlas")
        rendering(team=team, title="Atlas is fast")
        assert "Atlas is fast" in page(client, "dashboard", team="atlas")
        assert "Atlas is fast" not in page(client, "dashboard")


def finished(**fields):
    moves = [(AFTERWARDS.replace(month=10, day=5), "In Progress")]
    issue = jira.issue(statuses=[*moves, (AFTERWARDS.replace(month=10, day=9), "Done")], **fields)
    load_definitions()
    flow.rebuild(at=AFTERWARDS)
    return issue

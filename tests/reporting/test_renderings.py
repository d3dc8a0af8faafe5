"""Charts: drawn by a worker into rows, kept through failures, readable as figures and tables."""

from datetime import UTC, datetime, timedelta

import plotly.graph_objects as go
import pytest

from reporting.charts import png
from reporting.charts.catalogue import CHARTS
from reporting.models import Rendering
from reporting.services import flow, renderings
from tests.factories import jira
from tests.factories.people import TeamFactory
from tests.factories.reporting import rendering

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def work():
    """Twelve finished issues and two in progress, one of them old."""
    project = jira.project(team=TeamFactory(slug="atlas"))
    for day in range(12):
        done = NOW - timedelta(days=day * 3 + 1)
        moves = [(done - timedelta(days=4), "To Do"), (done - timedelta(days=2), "In Progress")]
        jira.issue(project=project, statuses=[*moves, (done, "Done")])
    jira.issue(project=project, statuses=[(NOW - timedelta(days=1), "In Progress")])
    jira.issue(project=project, statuses=[(NOW - timedelta(days=30), "In Review")])
    flow.rebuild(at=NOW)
    return project.team


def drawn(slug, team=None):
    return CHARTS[slug].draw(team, NOW)


@pytest.mark.parametrize("slug", CHARTS)
def test_every_chart_is_a_figure_plotly_accepts_with_finding_and_table(work, slug):
    for team in (None, work):
        drawing = drawn(slug, team)
        figure = go.Figure(drawing.figure)
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text
        assert drawing.finding
        assert drawing.table["rows"]
        assert all(len(row) == len(drawing.table["columns"]) for row in drawing.table["rows"])


@pytest.mark.parametrize("slug", CHARTS)
def test_every_chart_says_when_there_is_nothing_to_show(slug):
    drawing = drawn(slug, TeamFactory())
    assert drawing.finding
    assert drawing.table["rows"] == []


def test_the_findings_name_the_numbers(work):
    assert "85 % takes 2.0 or less" in drawn("delivery-cycle-time").finding
    assert drawn("delivery-throughput").finding.startswith("0.8 issues are finished a week")
    assert drawn("delivery-ageing").finding.startswith("1 of 2 issues")
    assert drawn("delivery-flow").finding == (
        "Started work grew from 0 to 2 in six months, while 12 were finished"
    )


def test_the_cumulative_flow_ends_with_what_stands_now(work):
    day, waiting, started, finished = drawn("delivery-flow").table["rows"][0]
    assert (day, waiting, started, finished) == ("2026-11-20", 0, 2, 12)


def test_asking_draws_every_chart_of_every_scope(
    work, django_capture_on_commit_callbacks, monkeypatch
):
    asked = []
    monkeypatch.setattr("reporting.tasks.draw.delay_on_commit", asked.append)
    assert renderings.request_all(at=NOW) == 2 * len(CHARTS)
    for pk in asked:
        assert renderings.draw(rendering_id=pk, at=NOW)
    assert Rendering.objects.drawn().count() == 2 * len(CHARTS)
    assert not renderings.draw(rendering_id=asked[0], at=NOW)


def test_a_failure_keeps_the_old_picture_and_says_why(monkeypatch):
    kept = rendering(requested_at=NOW)

    def fail(team, at):
        raise ValueError("no data")

    broken = {kept.slug: CHARTS[kept.slug].__class__("Cycle time", fail)}
    monkeypatch.setattr(renderings, "CHARTS", broken)
    for _ in range(3):
        with pytest.raises(ValueError, match="no data"):
            renderings.draw(rendering_id=kept.pk, at=NOW)
    assert not renderings.draw(rendering_id=kept.pk, at=NOW)
    kept.refresh_from_db()
    assert (kept.error, kept.title) == (
        "ValueError: no data",
        "Half the work takes 3.6 days or less",
    )


def test_a_forgotten_drawing_is_woken_again(monkeypatch):
    asked = []
    monkeypatch.setattr("reporting.tasks.draw.delay_on_commit", asked.append)
    kept = rendering(rendered_at=None, requested_at=NOW - timedelta(minutes=5))
    renderings.wake_forgotten(at=NOW)
    assert asked == [kept.pk]


def test_without_a_chromium_there_is_a_clear_refusal(settings, monkeypatch):
    settings.CHROMIUM = ""
    monkeypatch.setattr(png.shutil, "which", lambda name: None)
    with pytest.raises(png.NoChromium, match="No Chromium was found"):
        png.png({"data": [], "layout": {}})


def test_a_picture_is_a_png(work, chromium):
    picture = png.png(drawn("delivery-throughput").figure)
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 5_000

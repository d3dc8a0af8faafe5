"""Checking in by hand and by machine, and closing with what goes on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from planning.models import CheckIn, KeyResult, KeyResultChange, Objective
from planning.services import Refusal, measuring
from planning.services.check_ins import CheckedInMeanwhile, check_in
from planning.services.jira_filter import QueryRefused, matching, parse
from planning.services.key_results import Measure, add_key_result, edit_key_result, edition
from planning.services.objective_closing import close_objective
from prodops.notifications.models import Notification
from reporting.models import KeyResultMetric, MetricValue
from reporting.services.definitions import load_definitions
from reporting.services.key_results import choose_metric, read_values
from tests.factories import jira, objectives, planning
from tests.factories.people import UserFactory

AT = planning.AT + timedelta(days=3)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def test_a_check_in_moves_value_outlook_and_the_next_due_moment():
    key_result = objectives.key_result(cadence_days=7)
    assert key_result.check_in_due_at == planning.AT + 7 * DAY
    objectives.report(key_result, "42.5", confidence="at_risk", at=AT)
    key_result.refresh_from_db()
    assert (key_result.current, key_result.outlook) == (Decimal("42.5"), "at_risk")
    assert key_result.check_in_due_at == AT + 7 * DAY
    assert not key_result.is_stale(AT + 7 * DAY - timedelta(seconds=1))
    assert key_result.is_stale(AT + 7 * DAY)


def test_a_comment_without_a_value_leaves_the_value():
    key_result = objectives.key_result()
    objectives.report(key_result, 10, at=AT)
    objectives.report(key_result, None, comment="The report is late.", at=AT + DAY)
    key_result.refresh_from_db()
    assert (key_result.current, key_result.current_at) == (10, AT)
    with pytest.raises(Refusal, match="Give a value"):
        objectives.report(key_result, None, at=AT + 2 * DAY)


def test_the_second_of_two_at_once_is_told():
    key_result = objectives.key_result()
    said = {"confidence": "on_track", "comment": "", "by": key_result.owner, "seen": 0}
    check_in(key_result=key_result, value=Decimal(1), at=AT, **said)
    with pytest.raises(CheckedInMeanwhile):
        check_in(key_result=key_result, value=Decimal(1), at=AT, **said)
    assert CheckIn.objects.count() == 1


def test_followers_hear_of_a_change_of_the_outlook_only():
    key_result = objectives.key_result()
    reader = UserFactory()
    key_result.objective.thread.followers.add(reader)
    for days, confidence in enumerate(["on_track", "on_track", "off_track", "off_track"]):
        objectives.report(key_result, days, confidence=confidence, at=AT + days * DAY)
    told = Notification.objects.filter(recipient=reader)
    assert [one.title for one in told] == [f"{key_result.key} {key_result.title}: off track"]


def test_nobody_reports_on_drafts_or_on_what_was_closed():
    draft = objectives.objective()
    held = objectives.key_result(of=draft)
    with pytest.raises(Refusal, match="is draft"):
        objectives.report(held, 1)


@pytest.mark.parametrize(
    ("baseline", "target", "direction"), [(8, 8, "up"), (8, 9, "down"), (9, 8, "up")]
)
def test_a_target_lies_on_the_way(baseline, target, direction):
    measure = {"baseline": Decimal(baseline), "target": Decimal(target), "direction": direction}
    with pytest.raises(Refusal, match=r"target"):
        objectives.key_result(**measure)


def test_measuring_otherwise_asks_why_once_people_report():
    key_result = objectives.key_result()
    told = {"key_result": key_result, "by": key_result.owner, "at": AT}
    told["seen"] = edition(key_result)
    measure = Measure(
        title=key_result.title, owner=key_result.owner, unit="%", baseline=Decimal(0),
        target=Decimal(80),
    )  # fmt: skip
    with pytest.raises(Refusal, match="say why"):
        edit_key_result(measure=measure, reason="", **told)
    edit_key_result(measure=measure, reason="The market shrank.", **told)
    kept = KeyResultChange.objects.order_by("at").values_list("target", "reason")
    assert list(kept) == [(100, ""), (80, "The market shrank.")]


def closed(objective, **fields):
    fields = {"grade": Decimal("0.6"), "remark": "So so.", "at": AT + 20 * DAY, **fields}
    return close_objective(objective=objective, by=objective.owner, **fields)


def next_cycle(**fields):
    fields = {"starts_on": planning.ENDS_ON + DAY, "ends_on": planning.ENDS_ON + 90 * DAY, **fields}
    return planning.cycle(**fields)


def test_what_goes_on_begins_where_it_has_come_to():
    made = objectives.objective(
        state="active",
        results=[
            {"title": "Half way"},
            {"title": "Beyond", "target": Decimal(50)},
            {"title": "Falling", "direction": "down", "baseline": Decimal(9), "target": Decimal(2)},
            {"title": "Left behind"},
        ],
    )
    of = {one.title: one for one in made.key_results.all()}
    objectives.report(of["Half way"], 40)
    objectives.report(of["Beyond"], 60)
    going = [of["Half way"], of["Beyond"], of["Falling"]]
    following = closed(made, carry_to=next_cycle(), key_results=going)
    carried = {one.title: (one.baseline, one.target) for one in following.key_results.all()}
    assert carried == {"Half way": (40, 100), "Beyond": (60, None), "Falling": (9, 2)}
    assert following.carried_from == made
    assert following.is_draft
    assert not KeyResult.objects.filter(objective=made).exclude(check_in_due_at=None).exists()


def test_below_what_was_carried_before_it_hangs_what_follows():
    above = objectives.objective(state="active")
    below = objectives.objective(cycle=above.cycle, parent=above, state="active")
    cycle = next_cycle()
    higher = closed(above, carry_to=cycle)
    lower = closed(below, carry_to=cycle)
    assert lower.parent == higher


def test_a_closed_one_is_closed_once_and_carried_nowhere_but_elsewhere():
    made = objectives.objective(state="active")
    with pytest.raises(Refusal, match="another cycle"):
        closed(made, carry_to=made.cycle)
    closed(made)
    with pytest.raises(Refusal, match="already"):
        closed(made)
    with pytest.raises(Refusal, match="closed"):
        add_key_result(
            objective=Objective.objects.get(), measure=Measure(title="Late", owner=made.owner),
            by=made.owner, at=AT,
        )  # fmt: skip


class TestJira:
    @pytest.fixture
    def issues(self):
        pay, web = jira.project("PAY"), jira.project("WEB")
        made = [
            jira.issue(project=pay, type="Bug", labels=["urgent"], fix_versions=["2026.4"]),
            jira.issue(project=pay, labels=["Urgent"]),
            jira.issue(project=web, type="Bug", statuses=[(jira.BORN, "Done")]),
        ]
        jira.issue(project=pay, deleted_at=AT)
        return made

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("project = pay", [0, 1]),
            ("project in (PAY, WEB) and type = bug", [0, 2]),
            ("project != PAY", [2]),
            ("type NOT IN ('Bug')", [1]),
            ('labels = "urgent"', [0]),
            ("label != urgent", [1, 2]),
            ('fixVersion = "2026.4" AND statusCategory != Done', [0]),
            ("statusCategory = Done", [2]),
            ('statusCategory in ("To Do", "In Progress")', [0, 1]),
        ],
    )
    def test_a_query_finds_what_jira_would(self, issues, query, expected):
        found = set(matching(parse(query)).values_list("pk", flat=True))
        assert found == {issues[place].pk for place in expected}

    @pytest.mark.parametrize(
        ("query", "place"),
        [
            ("", 1),
            ("project", 8),
            ("project =", 10),
            ("project = PAY OR type = Bug", 15),
            ("project = PAY AND", 18),
            ("project ~ PAY", 9),
            ("reporter = mira", 1),
            ("project = PAY AND created > -7d", 19),
            ("project in PAY", 12),
            ("project in (PAY", 16),
            ("project not PAY", 13),
            ("statusCategory = Maybe", 18),
            ("project = PAY ORDER BY created", 15),
            ("project = 'PAY", 11),
            ("project = ''", 11),
            ("project = currentUser()", 22),
        ],
    )
    def test_what_the_hub_does_not_read_is_refused_where_it_stands(self, query, place):
        with pytest.raises(QueryRefused) as refusal:
            parse(query)
        assert refusal.value.place == place

    def measured(self, **fields):
        cycle = planning.cycle(starts_on=AT.date() - 50 * DAY, ends_on=AT.date() + 50 * DAY)
        fields = {"source": "jira", "jira_query": "project in (PAY, WEB)", **fields}
        made = objectives.objective(cycle=cycle, state="active", results=[fields])
        return made.key_results.get()

    def test_a_machine_reports_and_says_so(self, issues):
        key_result = self.measured(jira_measure="share_done")
        assert measuring.measure_all(at=AT) == 1
        row = CheckIn.objects.select_related("evidence").get()
        assert float(row.value) == pytest.approx(100 / 3, abs=0.0001)
        assert (row.source, row.by, row.confidence) == ("jira", None, "at_risk")
        assert row.evidence.state == "good"
        key_result.refresh_from_db()
        assert key_result.checked_in_at == AT

    def test_a_machine_reports_news_only_and_once_a_day(self, issues):
        self.measured(jira_measure="count", cadence_days=7)
        assert measuring.measure_all(at=AT) == 1
        jira.issue(project=jira.project("PAY"))
        assert measuring.measure_all(at=AT + timedelta(hours=2)) == 0
        assert measuring.measure_all(at=AT + DAY) == 1
        assert measuring.measure_all(at=AT + 2 * DAY) == 0
        assert measuring.measure_all(at=AT + 8 * DAY) == 1
        assert [int(one.value) for one in CheckIn.objects.order_by("at")] == [3, 4, 4]

    def test_nothing_at_all_is_no_share(self):
        self.measured(jira_measure="share_done")
        assert measuring.measure_all(at=AT) == 0


def test_a_figure_of_the_scorecard_feeds_a_key_result():
    definition = load_definitions()["K7"]
    key_result = objectives.key_result(source="metric", unit="days", direction="down",
                                       baseline=Decimal(9), target=Decimal(3))  # fmt: skip
    told = {"by": key_result.owner, "at": AT}
    choose_metric(key_result=key_result, definition=definition, team=None, **told)
    assert measuring.measure_all(at=AT) == 0
    for month, value, is_partial in ((9, 5.0, False), (10, 4.0, False), (11, 1.0, True)):
        MetricValue.objects.create(
            definition=definition, period_start=datetime(2026, month, 1, tzinfo=UTC).date(),
            period_end=datetime(2026, month + 1, 1, tzinfo=UTC).date(), scope="organisation",
            value=value, is_partial=is_partial, computed_at=AT,
        )  # fmt: skip
    assert read_values() == 1
    assert KeyResultMetric.objects.get().value == 4
    assert measuring.measure_all(at=AT) == 1
    row = CheckIn.objects.get()
    assert (row.value, row.source, row.is_by_machine) == (4, "metric", True)
    assert row.evidence.url == "/reporting/scorecard/K7/?period=2026-10"

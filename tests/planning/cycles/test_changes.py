"""The review of a plan: what was added, dropped and moved since the commit, or since a day."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from planning import services
from planning.models import Initiative, PlanChange
from planning.models.plan_diff import lines_at, read_diff
from tests.factories import planning
from tests.factories.people import TeamFactory, UserFactory

COMMIT = datetime(2026, 9, 28, 9, tzinfo=UTC)
WHY = {"reason": "scope", "note": "It grew."}


def day(number, month=10):
    return datetime(2026, month, number, 12, tzinfo=UTC)


@pytest.fixture
def ada(db):
    return UserFactory(name="Ada Quick", role="ops")


@pytest.fixture
def plan(ada):
    """Three initiatives of a quarter, committed on 28 September: Kept, Moved, Dropped."""
    made = [
        planning.initiative(title=title, owner=ada, at=COMMIT, target_on=date(2026, 12, 1))
        for title in ("Kept", "Moved", "Dropped")
    ]
    return planning.cycle(phase="active", plan=made, by=ada, at=COMMIT)


def of(title):
    return Initiative.objects.get(title=title)


def held(title):
    return of(title).commitments.with_records().get()


def move(title, target_on, at, by):
    services.move_target(
        initiative=of(title), target_on=target_on, precision="day", by=by, at=at, **WHY
    )


def tell_the_story(plan, by):
    """Move one twice, drop one, add one, and make the one that is kept a stretch and back."""
    move("Moved", date(2026, 12, 8), day(10), by)
    services.drop_from_cycle(commitment=held("Dropped"), by=by, at=day(12), **WHY)
    move("Moved", date(2026, 12, 15), day(20), by)
    late = planning.initiative(title="Late", owner=by, at=COMMIT)
    reason = {"reason": "customer", "note": "They asked."}
    services.add_to_cycle(cycle=plan, initiative=late, by=by, at=day(22), **reason)
    for kind, at in (("stretch", day(23)), ("committed", day(24))):
        services.change_kind(commitment=held("Kept"), kind=kind, by=by, at=at, **WHY)


def names(differences):
    return [one.initiative.title for one in differences]


def test_the_diff_against_the_commit(plan, ada):
    tell_the_story(plan, ada)

    diff = read_diff(plan)

    assert names(diff.added) == ["Late"]
    assert names(diff.dropped) == ["Dropped"]
    assert names(diff.changed) == ["Moved"]
    assert names(diff.unchanged) == ["Kept"]
    part = diff.changed[0].parts[0]
    assert (part.label, part.before, part.after) == ("Target", "1 Dec 2026", "15 Dec 2026")
    assert [told.at for told in part.told] == [day(10), day(20)]
    assert len(diff.unchanged[0].told) == 2


def test_the_diff_since_a_day_starts_from_the_plan_as_that_day_began(plan, ada):
    """From 20 October: the second move, the add; the drop of the 12th is over."""
    tell_the_story(plan, ada)

    diff = read_diff(plan, date(2026, 10, 20))

    assert (names(diff.added), names(diff.dropped)) == (["Late"], [])
    part = diff.changed[0].parts[0]
    assert (part.before, part.after) == ("8 Dec 2026", "15 Dec 2026")
    assert [told.at for told in part.told] == [day(20)]


def test_a_day_before_the_commit_is_the_commit(plan, ada):
    tell_the_story(plan, ada)

    assert read_diff(plan, date(2026, 9, 1)) == read_diff(plan)
    assert read_diff(plan, date(2026, 9, 1)).is_against_commit


def test_owner_teams_and_start_are_told(plan, ada, operator):
    team = TeamFactory(name="Payments")
    initiative = of("Kept")

    services.edit_initiative(
        initiative=initiative, title="Kept", problem="", outcome="", owner=operator,
        teams=[team], product_area=None, start_on=date(2026, 10, 5), seen=0, by=ada, at=day(9),
        **WHY,
    )  # fmt: skip

    parts = read_diff(plan).changed[0].parts
    assert [(part.label, part.before, part.after) for part in parts] == [
        ("Start", "No date", "5 Oct 2026"),
        ("Owner", "Ada Quick", "Ola Berg"),
        ("Teams", "No team", "Payments"),
    ]


def test_what_came_and_went_is_told(plan, ada):
    late = planning.initiative(title="Late", owner=ada, at=COMMIT)
    reason = {"reason": "customer", "note": "They asked."}
    services.add_to_cycle(cycle=plan, initiative=late, by=ada, at=day(22), **reason)
    services.drop_from_cycle(commitment=held("Late"), by=ada, at=day(23), **WHY)

    diff = read_diff(plan)

    assert names(diff.dropped) == ["Late"]
    assert diff.dropped[0].came_and_went


def test_what_happens_after_the_close_is_no_change_of_the_plan(plan, ada):
    services.close_cycle(cycle=plan, by=ada, at=day(30))

    services.move_target(
        initiative=of("Kept"), target_on=date(2027, 2, 1), precision="day", by=ada, at=day(31)
    )

    assert names(read_diff(plan).unchanged) == ["Dropped", "Kept", "Moved"]


def test_the_history_read_to_its_end_is_the_plan_as_it_stands(plan, ada):
    tell_the_story(plan, ada)

    lines = lines_at(plan.baseline.lines.all(), PlanChange.objects.of(plan), day(1, month=12))

    standing = plan.commitments.standing().select_related("initiative")
    assert set(lines) == {one.initiative_id for one in standing}
    for one in standing:
        line, initiative = lines[one.initiative_id], one.initiative
        assert line.kind == one.kind
        assert line.target_on == initiative.target_on
        assert line.owner_id == initiative.owner_id


def test_the_page_strikes_through_what_was(plan, ada, operator, get):
    tell_the_story(plan, ada)

    page = get("changes", plan).content.decode()

    assert '<del><span class="visually-hidden">was </span>1 Dec 2026</del>' in page
    assert '<ins><span class="visually-hidden">is </span>15 Dec 2026</ins>' in page
    assert "It grew." in page
    assert "Ada Quick" in page
    assert "1 unchanged" in page
    assert "<strong>1</strong> added" in page


def test_the_page_compares_with_any_day(plan, ada, operator, get):
    tell_the_story(plan, ada)

    assert "8 Dec 2026</del>" in get("changes", plan, since="2026-10-20").content.decode()
    assert get("changes", plan, since="soon").status_code == 422
    assert "Nothing changed" in get("changes", plan, since="2026-12-24").content.decode()


def test_the_diff_as_csv(plan, ada, operator, get):
    tell_the_story(plan, ada)

    answer = get("changes", plan, format="csv")

    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["Title"], row["Change"], row["Before"], row["After"]) for row in rows] == [
        ("Dropped", "Dropped", "Committed, 1 Dec 2026", ""),
        ("Late", "Added", "", "Unplanned, No date"),
        ("Moved", "Target", "1 Dec 2026", "15 Dec 2026"),
    ]
    assert rows[0]["Reason"] == "It turned out larger than thought"
    assert rows[2]["Who"] == "Ada Quick"


def test_what_comes_in_late_is_unplanned_and_within_the_grace_what_it_was_promised(
    plan, ada, operator, get
):
    """The plan freezes three business days into the quarter: on 6 October."""
    grace = plan.freezes_at - timedelta(minutes=1)
    reason = {"reason": "customer", "note": "They asked.", "by": ada}
    for title, at in (("In time", grace), ("Late", day(22))):
        initiative = planning.initiative(title=title, owner=ada, at=COMMIT)
        services.add_to_cycle(cycle=plan, initiative=initiative, at=at, **reason)

    page = get("changes", plan).content.decode()

    told = re.findall(r'(In time|Late)</a>\s*</ins> <span class="muted">(\w+), target', page)
    assert told == [("In time", "committed"), ("Late", "unplanned")]


def test_before_the_commit_there_is_nothing_to_compare(operator, get):
    page = get("changes", planning.cycle()).content.decode()

    assert "Nothing is committed yet" in page


def test_a_changed_kind_goes_on_counting_as_it_was_promised(plan, ada):
    """Three promised; one becomes a stretch after the plan froze: K3 still has three."""
    services.change_kind(commitment=held("Kept"), kind="stretch", by=ada, at=day(20), **WHY)

    counted = plan.commitments.predictability(plan, day(21))

    assert (counted.promised, counted.stretch) == (3, 0)
    page_counts = type(plan).objects.with_counts().get(pk=plan.pk)
    assert (page_counts.committed_count, page_counts.stretch_count) == (3, 0)


def test_a_kind_changed_within_the_grace_counts_as_it_became(plan, ada):
    """The plan freezes three business days into the quarter: on 6 October."""
    at = plan.freezes_at - timedelta(minutes=1)

    services.change_kind(commitment=held("Kept"), kind="stretch", by=ada, at=at, **WHY)

    counted = plan.commitments.predictability(plan, day(21))
    assert (counted.promised, counted.stretch) == (2, 1)

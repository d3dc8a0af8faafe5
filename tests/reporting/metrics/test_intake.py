"""Time to triage (K7) and duplicates found (K8): cases computed by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.models import Merge, ProductRequest
from prodops.audit.services import open_thread
from reporting.metrics import intake, periods
from tests.factories.intake import RequestKindFactory
from tests.factories.people import TeamFactory, UserFactory

OCTOBER = periods.month(2026, 10)
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
pytestmark = pytest.mark.django_db


def on(day, hour=10, month=10):
    return datetime(2026, month, day, hour, tzinfo=BERLIN)


MONDAY, TUESDAY = on(5), on(6)


def asked(submitted=MONDAY, triaged=None, **fields):
    """Make a request; 5 October 2026 is a Monday."""
    thread = open_thread(kind="request", key="REQ", title="A request", path="/")
    author = fields.pop("author", None) or UserFactory(role="requester")
    return ProductRequest.objects.create(
        title="A request",
        kind=RequestKindFactory(),
        author=author,
        submitted_at=submitted,
        triaged_at=triaged,
        acknowledge_hours=8,
        answer_hours=24,
        clock_at=submitted,
        acknowledge_due_at=submitted + timedelta(days=1),
        answer_due_at=submitted + timedelta(days=3),
        thread=thread,
        **fields,
    )


def merged(child, parent, *, at=TUESDAY, undone_at=None, was_suggested=False):
    by = UserFactory()
    return Merge.objects.create(
        child=child,
        parent=parent,
        at=at,
        by=by,
        was_suggested=was_suggested,
        undone_at=undone_at,
        undone_by=by if undone_at else None,
    )


class TestTimeToTriage:
    def figure(self, at=AT, team=None):
        return intake.time_to_triage(OCTOBER, at).get(team)

    def test_the_median_of_business_days(self):
        for day in (5, 6, 7, 8, 9):
            asked(on(5), on(day))
        figure = self.figure()
        assert (figure.value, figure.unit, figure.n) == (2, "business_days", 5)

    def test_weekends_do_not_count(self):
        for _ in range(5):
            asked(on(9), on(12))
        assert self.figure().value == 1

    def test_public_holidays_of_the_team_do_not_count(self):
        team = TeamFactory(holiday_calendar="US")
        for _ in range(5):
            asked(on(9), on(13), team=team)
        assert self.figure(team=team.pk).value == 1

    def test_what_arrives_after_hours_starts_the_next_business_day(self):
        team = TeamFactory()
        for _ in range(5):
            asked(on(5, 22), on(6), team=team)
        assert self.figure().value == 0

    def test_requests_still_waiting_push_the_median_up(self):
        for day in (5, 6, 7):
            asked(on(5), on(day))
        for _ in range(3):
            asked(on(5))
        figure = self.figure()
        assert (figure.value, figure.numerator, figure.denominator) == (2, 3, 6)

    def test_when_more_than_half_wait_only_a_lower_bound_is_known(self):
        asked(on(5), on(6))
        asked(on(5), on(6))
        for _ in range(4):
            asked(on(5))
        figure = self.figure(at=on(19))
        assert (figure.value, figure.low) == (None, 10)
        assert figure.note == "> 10: more than half still wait"

    def test_young_waiting_requests_do_not_count_as_late(self):
        for day in (6, 6, 6, 7):
            asked(on(5), on(day))
        asked(on(19))
        figure = self.figure(at=on(20))
        assert figure.companions["within_3_days"] == 100

    def test_no_requests_is_no_value(self):
        assert (self.figure().value, self.figure().note) == (None, "n/a (0 of 0)")

    def test_fewer_than_five_are_hidden(self):
        asked(on(5), on(6))
        assert self.figure().note == "hidden: 1 of 5 needed"

    def test_spam_is_left_out_and_counted(self):
        for _ in range(5):
            asked(on(5), on(6))
        asked(on(5), is_spam=True)
        assert (self.figure().n, self.figure().excluded) == (5, {"spam": 1})

    def test_the_month_of_submission_decides_not_that_of_triage(self):
        for _ in range(5):
            asked(on(30), on(3, month=11))
        assert self.figure().value == 2
        assert intake.time_to_triage(periods.month(2026, 11), AT)[None].n == 0

    def test_triage_after_the_moment_asked_for_is_not_known_yet(self):
        for _ in range(5):
            asked(on(5), on(20))
        assert self.figure(at=on(7)).numerator == 0


class TestDuplicates:
    def figure(self, at=AT, team=None):
        return intake.duplicates(OCTOBER, at).get(team)

    def test_the_share_merged_into_another(self):
        parent = asked()
        for _ in range(3):
            merged(asked(), parent)
        figure = self.figure()
        assert (figure.value, figure.numerator, figure.denominator) == (75, 3, 4)

    def test_an_undone_merge_does_not_count(self):
        parent = asked()
        merged(asked(), parent, undone_at=on(8))
        assert self.figure().value == 0

    def test_a_chain_counts_each_request_once(self):
        root, middle, leaf = asked(), asked(), asked()
        merged(leaf, middle)
        merged(middle, root)
        assert self.figure().numerator == 2

    def test_merged_again_after_an_undone_merge_counts_once(self):
        parent, child = asked(), asked()
        merged(child, parent, undone_at=on(7))
        merged(child, parent, at=on(8))
        assert self.figure().numerator == 1

    def test_spam_is_left_out_on_both_sides(self):
        parent = asked()
        merged(asked(is_spam=True), parent)
        figure = self.figure()
        assert (figure.numerator, figure.denominator, figure.excluded) == (0, 1, {"spam": 1})

    def test_a_young_cohort_is_immature(self):
        asked()
        assert self.figure(at=on(30, month=11)).is_immature
        assert not self.figure(at=on(1, 0, month=12)).is_immature

    def test_the_month_of_submission_decides_not_that_of_the_merge(self):
        parent = asked(on(1, month=9))
        merged(asked(on(31)), parent, at=on(15, month=11))
        assert (self.figure().value, self.figure().denominator) == (100, 1)

    def test_suggested_merges_are_told_from_those_found_by_hand(self):
        parent = asked()
        merged(asked(), parent, was_suggested=True)
        merged(asked(), parent)
        assert self.figure().companions == {"suggested": 1, "found_by_hand": 1}

    def test_no_requests_is_no_value(self):
        assert (self.figure().value, self.figure().note) == (None, "n/a (0 of 0)")

    def test_each_team_has_its_own(self):
        team = TeamFactory()
        parent = asked(team=team)
        merged(asked(), parent)
        assert self.figure(team=team.pk).value == 0
        assert self.figure().value == 50

"""The kick-off: what a template becomes on a calendar, and that it happens once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from planning import services
from planning.models import Cycle, Milestone, MilestoneTemplate, MilestoneTemplateItem
from prodops.notifications.models import Notification
from prodops.people.business_time import Calendar, holidays_of
from tests.factories import planning
from tests.factories.people import UserFactory

JANUARY = {"starts_on": date(2027, 1, 1), "ends_on": date(2027, 3, 31)}
DAY = timedelta(days=1)


def template(*items, kind=""):
    made = MilestoneTemplate.objects.create(name=f"Template {len(items)} {kind}", kind=kind)
    for title, days, anchor in items:
        MilestoneTemplateItem.objects.create(
            template=made, title=title, offset_days=days, anchor=anchor
        )
    return made


@pytest.fixture
def draft(db, settings):
    settings.HOLIDAY_CALENDAR = "DE"
    return planning.cycle(phase="draft", **JANUARY)


def slowly(day, count, calendar):
    """Walk one day after another, the way a person counts on a wall calendar."""

    def works(on):
        free = holidays_of(calendar.holiday_calendar, on.year)
        return on.isoweekday() in calendar.working_days and on not in free

    step = DAY if count < 0 else -DAY
    while not works(day):
        day += step
    for _ in range(abs(count)):
        day += DAY if count > 0 else -DAY
        while not works(day):
            day += DAY if count > 0 else -DAY
    return day


@given(
    starts_on=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    length=st.integers(1, 200),
    offset=st.integers(-250, 250),
    anchor=st.sampled_from(["start", "end"]),
    week=st.sampled_from([(1, 2, 3, 4, 5), (1, 2, 3, 4), (7, 1, 2, 3, 4), (6, 7)]),
    region=st.sampled_from(["", "DE", "US", "GB", "DE-BY"]),
)
def test_offsets_are_what_a_person_counts_day_by_day(
    starts_on, length, offset, anchor, week, region
):
    cycle = SimpleNamespace(starts_on=starts_on, ends_on=starts_on + length * DAY)
    calendar = Calendar(working_days=week, holiday_calendar=region)
    item = MilestoneTemplateItem(offset_days=offset, anchor=anchor)

    counted_from = starts_on if anchor == "start" else cycle.ends_on
    due = item.due_on(cycle, calendar)

    assert due == slowly(counted_from, offset, calendar)
    assert calendar.is_working_day(due)


def test_dates_skip_weekends_and_holidays(draft, operator):
    """Worked out on a calendar: New Year and Christmas Day are Fridays, Easter is late in March."""
    made = template(
        ("First day", 0, "start"),
        ("Second working day", 2, "start"),
        ("Before Christmas", -5, "start"),
        ("Last day", 0, "end"),
        ("After Easter", 3, "end"),
    )

    drafts = services.draft_milestones(template=made, cycle=draft, by=operator)

    assert [(one.title, one.due_on) for one in drafts] == [
        ("Before Christmas", date(2026, 12, 24)),
        ("First day", date(2026, 12, 31)),
        ("Second working day", date(2027, 1, 5)),
        ("Last day", date(2027, 3, 31)),
        ("After Easter", date(2027, 4, 5)),
    ]


def test_owners_come_from_the_person_the_role_or_who_kicks_off(draft, operator):
    head = UserFactory(role="executive", name="Ada Quick")
    UserFactory(role="executive", name="Zoe Last")
    gone = UserFactory(is_active=False)
    made = template(
        ("Role", 0, "start"), ("Person", 1, "start"), ("Gone", 2, "start"), ("-", 3, "start")
    )
    items = {item.title: item for item in made.items.all()}
    MilestoneTemplateItem.objects.filter(pk=items["Role"].pk).update(owner_role="executive")
    MilestoneTemplateItem.objects.filter(pk=items["Person"].pk).update(owner=head)
    MilestoneTemplateItem.objects.filter(pk=items["Gone"].pk).update(owner=gone)

    drafts = services.draft_milestones(template=made, cycle=draft, by=operator)

    assert [one.owner for one in drafts] == [head, head, operator, operator]


def test_the_preview_shows_what_would_be_made_and_makes_nothing(operator, get, draft):
    made = template(("Plan agreed", 3, "start"))

    page = get("kick-off", draft, template=made.pk).content.decode()

    assert "Plan agreed" in page
    assert 'value="2027-01-06"' in page
    assert not Milestone.objects.exists()


@pytest.mark.parametrize("page", ["kick-off", "milestones"])
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("DE-BE", "the public holidays of Germany (Berlin)"),
        ("", "No public holidays are known, so working days leave out weekends alone"),
    ],
)
def test_the_pages_say_whose_holidays_are_left_out(
    operator, get, draft, settings, page, code, words
):
    settings.HOLIDAY_CALENDAR = code
    services.add_milestone(
        cycle=draft, title="Plan agreed", owner=operator, due_on=date(2027, 1, 8), by=operator,
        at=planning.AT,
    )  # fmt: skip

    assert words in get(page, draft).content.decode()


def test_the_kick_off_makes_what_was_chosen_and_starts_planning(operator, post, draft):
    made = template(("Plan agreed", 3, "start"), ("Not wanted", 5, "start"))
    ada = UserFactory(name="Ada Quick")

    answer = post(
        "kick-off", draft, template=made.pk,
        take_0="on", owner_0=ada.pk, due_on_0="2027-01-08", owner_1=operator.pk,
        due_on_1="2027-01-08",
    )  # fmt: skip

    milestone = Milestone.objects.get()
    draft.refresh_from_db()
    assert answer.url == f"/planning/cycles/{draft.pk}/milestones/"
    assert (milestone.title, milestone.owner) == ("Plan agreed", ada)
    assert (milestone.baseline_on, milestone.due_on) == (date(2027, 1, 8), date(2027, 1, 8))
    assert (draft.phase, draft.kicked_off_by) == ("planning", operator)
    assert Notification.objects.get(recipient=ada).title == f"You own 1 milestone of {draft}"


def test_a_second_kick_off_is_told_who_did_it(operator, post, draft):
    made = template(("Plan agreed", 3, "start"))
    values = {"template": made.pk, "take_0": "on", "owner_0": operator.pk, "due_on_0": "2027-01-08"}
    post("kick-off", draft, **values)

    again = post("kick-off", draft, **values)

    assert again.status_code == 422
    assert "Ola Berg kicked" in again.content.decode()
    assert Milestone.objects.count() == 1


def test_a_committed_cycle_is_not_kicked_off(operator, post):
    made = template(("Plan agreed", 3, "start"))
    values = {"template": made.pk, "take_0": "on", "owner_0": operator.pk, "due_on_0": "2027-01-08"}

    answer = post("kick-off", planning.cycle(phase="committed"), **values)

    assert "is in the phase committed" in answer.content.decode()


def test_nothing_chosen_is_no_kick_off(operator, post, draft):
    made = template(("Plan agreed", 3, "start"))

    answer = post("kick-off", draft, template=made.pk, owner_0=operator.pk, due_on_0="2027-01-08")

    assert "Choose at least one milestone" in answer.content.decode()


def test_templates_of_other_kinds_are_not_offered(operator, draft):
    template(("Month", 0, "start"), kind="month")
    any_kind, own = template(("Any", 0, "start")), template(("Quarter", 0, "start"), kind="quarter")
    MilestoneTemplate.objects.create(name="Empty")

    offered = MilestoneTemplate.objects.offered_to(draft).exclude(name="Quarterly planning")

    assert list(offered) == [own, any_kind]


@pytest.mark.django_db(transaction=True)
def test_two_kick_offs_at_once_make_one():
    cycle = planning.cycle(phase="draft")
    people = UserFactory.create_batch(3, role="ops")
    ready = Barrier(len(people))

    def start(user):
        ready.wait()
        drafts = [services.MilestoneDraft("Plan agreed", user, date(2026, 10, 5))]
        try:
            services.kick_off(
                cycle=Cycle.objects.get(pk=cycle.pk), drafts=drafts, by=user, at=timezone.now()
            )
        except services.AlreadyKickedOff:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(people)) as pool:
        assert sorted(pool.map(start, people)) == [False, False, True]
    assert Milestone.objects.count() == 1


@pytest.mark.parametrize(
    ("phase", "to"),
    [
        ("draft", "committed"), ("draft", "active"), ("draft", "closed"), ("planning", "draft"),
        ("planning", "active"), ("planning", "closed"), ("committed", "planning"),
        ("committed", "closed"), ("active", "committed"), ("active", "planning"),
        ("closed", "active"), ("closed", "draft"),
    ],
)  # fmt: skip
def test_the_database_keeps_the_order_of_phases(db, phase, to):
    cycle = planning.cycle(phase=phase)
    by = cycle.committed_by or UserFactory()
    is_later = to in ("committed", "active", "closed")
    commit = {"committed_at": datetime(2026, 11, 2, tzinfo=UTC), "committed_by": by}
    fields = {"phase": to, **(commit if is_later else dict.fromkeys(commit))}

    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.filter(pk=cycle.pk).update(**fields)


@pytest.mark.parametrize("to", ["planning", "active", "closed", "committed"])
def test_acts_out_of_order_are_refused_with_words(operator, to):
    at = timezone.now()
    acts = {
        "planning": (services.start_planning, "committed"),
        "active": (services.start_cycle, "planning"),
        "closed": (services.close_cycle, "committed"),
        "committed": (services.commit_cycle, "draft"),
    }
    act, phase = acts[to]

    with pytest.raises(services.WrongPhase):
        act(cycle=planning.cycle(phase=phase), by=operator, at=at)

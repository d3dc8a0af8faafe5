"""Three forums with a year of sessions, what people promised there, and what they forgot."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from planning.models import (
    Action,
    AgendaItem,
    Attendance,
    Decision,
    Forum,
    ForumSession,
    ItemDecision,
)
from planning.models.agenda_sources import SOURCES
from planning.services import actions, agendas, forums, minutes, sessions
from prodops.demo.world import World
from prodops.people.models import User

YEAR = timedelta(days=364)
NOTES = [
    "Carriers ask for the rates by e-mail again.\n- Support has eleven tickets\n"
    "- A table is enough for now",
    "Two squads touched the same endpoint. They agree on one owner this week.",
    "The load test passes at twice last year's peak.",
    "Sales wants the date in writing before the fair. We give the month, not the day.",
    "The pilot saves an hour a day; one warehouse still prints the lists.",
]
TOPICS = [
    "What slipped, and who knows it",
    "Questions from sales",
    "Incidents of the week",
    "What we stop doing",
    "Hiring and absences",
]
ERRANDS = [
    "Tell the pilot customers about the new date",
    "Agree on one owner of the rates endpoint",
    "Write down what the carriers asked for",
    "Book the load test for the peak season",
    "Ask finance for the numbers of the renewals",
    "Compare the two vendors on one page",
    "Move the old exports to the new format",
    "Find out why the import of Tuesday was late",
]
FORUMS: list[tuple[dict, list[tuple[str, int]]]] = [
    (
        {
            "name": "Weekly product review",
            "purpose": "What is late, red or undecided, and who does what about it.",
            "weekday": 2,
            "meets_at": time(10),
            "minutes": 60,
            "sources": [*SOURCES],
        },
        [("Numbers of the week", 10), ("Anything else", 5)],
    ),
    (
        {
            "name": "Launch readiness",
            "purpose": "Whether the next launches can go, and what stands in their way.",
            "weekday": 4,
            "every_weeks": 2,
            "meets_at": time(14, 30),
            "minutes": 45,
            "sources": ["waivers", "dependencies", "actions"],
        },
        [("Launches of the next four weeks", 15)],
    ),
    (
        {
            "name": "Portfolio round",
            "purpose": "Where the quarter stands, and what changes in the plan.",
            "rhythm": "monthly",
            "nth": 1,
            "weekday": 3,
            "meets_at": time(9),
            "minutes": 90,
            "sources": ["commitments", "key_results", "metrics", "decisions"],
        },
        [("Where the quarter stands", 20), ("Changes of the plan", 20)],
    ),
]
FORGOTTEN = "Get the carriers' answer about the rate import"


@dataclass(frozen=True)
class Planned:
    """A forum of the demo: fields of its own, and who meets there."""

    fields: dict
    people: list[User]
    standing: list[tuple[str, int]]


def meet(world: World) -> None:
    """Let the forums meet for a year, and prepare what comes next."""
    made = [_open(world, planned) for planned in _planned(world)]
    for forum in made:
        _hold(world, forum)
    _decide(made[0])
    _promise(world, made[0])
    for forum in made:
        _write_minutes(forum)
    for forum in made:
        sessions.plan_sessions(forum=forum, at=world.now)
    _change(made)
    agendas.fill_agendas(at=world.now)
    minutes.send_prereads(at=world.now)


def _planned(world: World) -> list[Planned]:
    leads = [world.lead(squad) for squad in world.squads]
    first = world.today - YEAR
    same = {"time_zone": "Europe/Berlin", "holiday_calendar": "DE", "starts_on": first}
    people = [leads, leads[:4], [*world.executives, *leads[:3]]]
    return [
        Planned({**same, **fields}, crowd, standing)
        for (fields, standing), crowd in zip(FORUMS, people, strict=True)
    ]


def _open(world: World, planned: Planned) -> Forum:
    """Open a forum a year ago; its sessions of that time are told by `_hold`."""
    owner = world.ops[0]
    forum = forums.create_forum(
        owner=owner,
        facilitator=planned.people[0],
        members=[*planned.people, *world.ops[1:2]],
        standing=planned.standing,
        by=owner,
        at=datetime.combine(world.today - YEAR, time(8), world.now.tzinfo),
        **planned.fields,
    )
    forum.sessions.all().delete()
    return forum


def _hold(world: World, forum: Forum) -> None:
    """Write the sessions of the year at once: what was talked about, and who was there."""
    cadence = forum.cadence()
    days = cadence.days(world.today - YEAR, world.today)
    held = [
        _closed(forum, day, cadence.begins_at(day))
        for day in days
        if cadence.begins_at(day) + timedelta(hours=2) < world.now
    ]
    made = ForumSession.objects.bulk_create(held)
    items = [item for session in made for item in _items(world, session)]
    AgendaItem.objects.bulk_create(items)
    _attend(forum, made, list(forum.members.order_by("name")))


def _write_minutes(forum: Forum) -> None:
    """Write the minutes of what was held, decisions and actions included."""
    for session in forum.sessions.closed().order_by("starts_at"):
        minutes.write_minutes(session=session, by=forum.facilitator, at=session.closed_at)


def _attend(forum: Forum, held: list[ForumSession], people: list[User]) -> None:
    Attendance.objects.bulk_create(
        Attendance(
            session=session,
            user=user,
            was_there=(place + session.pk) % 5 > 0,
            by=forum.owner,
            at=session.closed_at,
        )
        for session in held
        for place, user in enumerate(people)
    )


def _closed(forum: Forum, day: date, begins: datetime) -> ForumSession:
    return ForumSession(
        forum=forum,
        series_on=day,
        starts_at=begins,
        minutes=forum.minutes,
        state=ForumSession.State.CLOSED,
        changed_at=begins,
        began_at=begins,
        preread_at=begins - timedelta(days=1),
        closed_at=begins + timedelta(minutes=forum.minutes),
        closed_by=forum.facilitator,
    )


def _items(world: World, session: ForumSession) -> list[AgendaItem]:
    places = world.dice.sample(range(len(TOPICS)), 2)
    return [
        AgendaItem(
            session=session,
            position=10 * number,
            ref=f"own:{session.pk}:{number}",
            source="own",
            title=TOPICS[place],
            minutes=15,
            is_touched=True,
            spent_seconds=world.dice.randrange(300, 1300),
            note=world.dice.choice(NOTES),
            note_version=1,
        )
        for number, place in enumerate(places, start=1)
    ]


def _decide(forum: Forum) -> None:
    """Let decisions of the year have been taken in the session that came next."""
    held = list(forum.sessions.closed().order_by("starts_at").prefetch_related("items"))
    for decision in Decision.objects.filter(state="decided").order_by("decided_at")[:24]:
        session = next((one for one in held if one.starts_at > decision.opened_at), None)
        if session:
            ItemDecision.objects.get_or_create(
                item=session.items.all()[0],
                decision=decision,
                defaults={"by": decision.decider, "at": session.closed_at},
            )


def _promise(world: World, forum: Forum) -> None:
    """Let people promise things in the last eight sessions; most were done, one is forgotten."""
    held = list(forum.sessions.closed().select_related("forum__thread").order_by("-starts_at")[:8])
    people = list(forum.members.order_by("name"))
    for place, (session, text) in enumerate(zip(held, ERRANDS, strict=False)):
        at = session.closed_at
        action = _action(session, text, people[place % len(people)], at, days=9)
        if place > 2:
            told = {"by": action.owner, "at": min(at + timedelta(days=6), world.now)}
            state = Action.State.DROPPED if place == 6 else Action.State.DONE
            why = "The vendor left the market." if place == 6 else ""
            actions.settle_action(action=action, state=state, reason=why, **told)
    last = held[3]
    forgotten = _action(last, FORGOTTEN, forum.facilitator, last.closed_at, days=5)
    for carried, session in enumerate(reversed(held[:2])):
        AgendaItem.objects.create(
            session=session,
            position=30,
            ref=f"action:{forgotten.pk}",
            source="actions",
            title=f"{forgotten.key} {FORGOTTEN}",
            path=forgotten.get_absolute_url(),
            carried=carried,
            state=AgendaItem.State.PUT_OFF,
            reason="There was no time for it.",
        )


def _action(session: ForumSession, text: str, owner: User, at: datetime, *, days: int) -> Action:
    return actions.open_action(
        text=text,
        owner=owner,
        due_on=(at + timedelta(days=days)).date(),
        session=session,
        item=session.items.order_by("position").first(),
        by=session.forum.facilitator,
        at=at,
    )


def _change(made: list[Forum]) -> None:
    """Move one session that comes and cancel another, as it happens."""
    weekly, launches = made[0], made[1]
    coming = list(weekly.sessions.planned().select_related("forum__thread").order_by("starts_at"))
    told = {"by": weekly.owner, "at": coming[0].changed_at}
    sessions.move_session(
        session=coming[2],
        starts_at=coming[2].starts_at + timedelta(days=1, hours=3),
        minutes=60,
        reason="Half of us are at the fair on Tuesday.",
        **told,
    )
    off = launches.sessions.planned().select_related("forum__thread").order_by("starts_at")[1]
    sessions.cancel_session(session=off, reason="No launch is near.", **told)

"""What teams have in a cycle, and what is assumed about their time."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from intake.services import Refusal
from planning.models import Allocation, Cycle, Scenario, TeamCapacity, TeamWeeks
from planning.models.people_weeks import Part, part_of, plain, weigh
from planning.services.capacity_changes import ASSUMED, refuse_unexplained
from planning.services.initiatives import ChangedMeanwhile
from planning.services.records import lock
from prodops.audit import services as audit
from prodops.people.models import Absence, Membership, Team, User


@dataclass(frozen=True)
class Overbooked:
    """A person whose teams count on more than all of their time, on the worst day of it."""

    user: User
    share: int
    on: date
    memberships: list[Membership]

    def __str__(self):
        teams = ", ".join(f"{each.team} {each.share} %" for each in self.memberships)
        return f"{self.user} is counted {self.share} % from {self.on:%-d %b}: {teams}"


def team_weeks(
    *,
    cycle: Cycle,
    scenario: Scenario | None = None,
    teams: Iterable[Team] | None = None,
    given: dict[int, Decimal] | None = None,
) -> list[TeamWeeks]:
    """Return what each team has in `cycle` and has given away, by name; all in people-weeks.

    Of all teams unless told, and of the plan itself unless of a `scenario` for it. Four queries,
    one more for all teams, one less when one knows what is `given` away, by primary key.
    """
    teams = list(Team.objects.order_by("name", "pk") if teams is None else teams)
    parts = parts_of(cycle=cycle, teams=teams)
    assumed = assumptions(cycle=cycle, scenario=scenario, teams=teams)
    if given is None:
        given = Allocation.objects.counted(cycle, scenario).filter(team__in=teams).by_team()
    return [
        weigh(
            team,
            parts[team.pk],
            cycle.starts_on,
            cycle.ends_on,
            run_share=assumed[team.pk].run_share,
            adjustment=assumed[team.pk].adjustment,
            note=assumed[team.pk].note,
            allocated=given.get(team.pk, Decimal(0)),
        )
        for team in teams
    ]


def month_weeks(*, team: Team, row: TeamWeeks, months: list[tuple[date, date]]) -> list[Decimal]:
    """Return what a team has in each month, less run-work; what is adjusted by hand is not in it.

    Two queries, however many months.
    """
    memberships, absences = _people([team], months[0][0], months[-1][1])
    return [
        weigh(team, _kept(memberships, absences, *month), *month, run_share=row.run_share).available
        for month in months
    ]


def assumptions(
    *, cycle: Cycle, scenario: Scenario | None, teams: Iterable[Team]
) -> dict[int, TeamCapacity]:
    """Return what is assumed for each team, by its primary key; unsaved where nothing was said.

    The run-work share of the cycle before holds until another is said, an adjustment does not.
    """
    teams = list(teams)
    said = TeamCapacity.objects.valid_in(cycle, scenario).filter(team__in=teams)
    rows = {row.team_id: row for row in said}
    found = {}
    for team in teams:
        row = rows.get(team.pk) or TeamCapacity()
        if row.cycle_id != cycle.pk or row.scenario_id != (scenario and scenario.pk):
            row = TeamCapacity(cycle=cycle, scenario=scenario, team=team, run_share=row.run_share)
        found[team.pk] = row
    return found


def overbooked(*, cycle: Cycle, teams: Iterable[Team]) -> list[Overbooked]:
    """Name those in `teams` who are counted for more than all of their time in the cycle."""
    people = Membership.objects.filter(team__in=list(teams), user__is_active=True)
    rows = Membership.objects.filter(user__in=people.values("user"))
    by_person = defaultdict(list)
    for each in rows.select_related("user", "team").order_by("user__name", "user", "pk"):
        begins = max(cycle.starts_on, each.from_on or cycle.starts_on)
        if begins <= cycle.ends_on and begins <= (each.until_on or begins):
            by_person[each.user].append((begins, each))
    worst = (_worst(user, held) for user, held in by_person.items() if len(held) > 1)
    return [each for each in worst if each]


def _worst(user: User, held: list[tuple[date, Membership]]) -> Overbooked | None:
    """Shares only rise where a membership begins, so these days are all there is to look at."""
    found = None
    for day, _ in sorted(held, key=lambda each: each[0]):
        then = [m for begins, m in held if begins <= day and day <= (m.until_on or day)]
        share = sum(each.share for each in then)
        if share > 100 and (found is None or share > found.share):
            found = Overbooked(user, share, day, then)
    return found


@transaction.atomic
def assume(
    *,
    cycle: Cycle,
    team: Team,
    run_share: int,
    adjustment: Decimal,
    note: str,
    seen: tuple[int, Decimal],
    by: User,
    at: datetime,
    scenario: Scenario | None = None,
    why: str = "",
) -> TeamCapacity:
    """Say how much of a team's time is run-work, and what else counts in this cycle.

    `seen` is share and adjustment as the person saw them; raises ChangedMeanwhile when they are
    others by now, and ReasonNeeded when the plan is committed and `why` is empty.
    """
    refuse_closed(cycle, scenario)
    row = assumptions(cycle=cycle, scenario=scenario, teams=[team])[team.pk]
    if (row.run_share, row.adjustment) == (run_share, adjustment) and row.note == note and row.pk:
        return row
    if (row.run_share, row.adjustment) != seen:
        raise ChangedMeanwhile(
            f"Somebody changed it to {row.run_share} % run-work and {plain(row.adjustment)} weeks "
            "by hand meanwhile; nothing was saved."
        )
    refuse_unexplained(cycle, scenario, why)
    before = row.run_share, row.adjustment
    row.run_share, row.adjustment, row.note = run_share, adjustment, note if adjustment else ""
    row.save()
    of = f" in the scenario {scenario}" if scenario else ""
    audit.record(
        ASSUMED,
        thread=cycle.thread,
        summary=f"changed the capacity of {team}{of}",
        before=_words(*before),
        after=_words(row.run_share, row.adjustment),
        detail="\n\n".join(filter(None, [why, row.note])),
        by=by,
        at=at,
    )
    return row


def refuse_closed(cycle: Cycle, scenario: Scenario | None) -> None:
    """Hold the plan until the transaction ends; refuse when it no longer changes."""
    lock(cycle)
    if cycle.is_closed:
        raise Refusal(f"{cycle} is closed; its plan stays as it was.")
    if scenario is not None:
        lock(scenario)
        if not scenario.is_open:
            raise Refusal(
                f"The scenario {scenario} is {scenario.get_state_display().lower()}; "
                "it stays as it was. Copy the plan again."
            )


def _words(run_share: int, adjustment: Decimal) -> str:
    words = f"{run_share} % run-work"
    return f"{words}, {plain(adjustment)} weeks by hand" if adjustment else words


def parts_of(*, cycle: Cycle, teams: list[Team]) -> dict[int, list[Part]]:
    """Return what each member gives in a cycle, by the primary key of the team. Two queries."""
    first, last = cycle.starts_on, cycle.ends_on
    memberships, absences = _people(teams, first, last)
    found: dict[int, list[Part]] = {team.pk: [] for team in teams}
    for part in _kept(memberships, absences, first, last):
        found[part.membership.team_id].append(part)
    return found


def _people(
    teams: list[Team], first: date, last: date
) -> tuple[list[Membership], dict[int, list[Absence]]]:
    rows = Membership.objects.filter(team__in=teams, user__is_active=True)
    memberships = list(rows.select_related("user").order_by("user__name", "pk"))
    by_pk = {team.pk: team for team in teams}
    for each in memberships:
        each.team = by_pk[each.team_id]
    people = {each.user_id for each in memberships}
    absences = defaultdict(list)
    for absence in Absence.objects.touching(first, last).filter(user__in=people).order_by("pk"):
        absences[absence.user_id].append(absence)
    return memberships, absences


def _kept(memberships, absences, first: date, last: date) -> list[Part]:
    parts = (part_of(each, absences.get(each.user_id, []), first, last) for each in memberships)
    return [part for part in parts if part]

"""Loops and chains of dependencies as pages show them: with names and links."""

from dataclasses import dataclass
from datetime import date, timedelta

from planning.models import Dependency, Initiative
from planning.models.chains import Chain, Step, arcs, critical_chain
from planning.models.loops import MOST, Loop, find_loops, loop_closed_by
from prodops.people.business_time import default_calendar

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class NamedLoop:
    """A loop with its initiatives, the first of them once more at the end, and its records."""

    initiatives: list[Initiative]
    dependencies: list[Dependency]

    def __str__(self):
        names = " ← ".join(each.title for each in self.initiatives)
        return f"{names}: {', '.join(each.key for each in self.dependencies)}"


@dataclass(frozen=True)
class NamedStep:
    """A step of a critical chain with the dependency it is."""

    dependency: Dependency
    step: Step

    @property
    def short_by(self) -> int:
        """Working days by which it comes too late, 0 when it does not."""
        return max(0, -(self.step.slack or 0))


def named(loops: list[Loop]) -> list[NamedLoop]:
    """Return loops with their records; one query for all of them."""
    if not loops:
        return []
    records = Dependency.objects.of_loops(loops)
    pairs = [(each.initiative, each.giving_initiative) for each in records.values()]
    initiatives = {each.pk: each for pair in pairs for each in pair if each}
    return [
        NamedLoop(
            [initiatives[pk] for pk in (*loop.initiatives, loop.initiatives[0])],
            [records[pk] for pk in loop.dependencies],
        )
        for loop in loops
    ]


def all_loops(user) -> dict:
    """Return what the panel of loops shows: every loop there is, up to a bound."""
    loops = find_loops(arcs(Dependency.objects.visible_to(user).links()))
    return {"loops": named(loops), "has_most_loops": len(loops) == MOST}


def loop_of_ask(initiative: Initiative | None, giving: Initiative | None) -> str:
    """Return the loop that `initiative` waiting for `giving` would close, in words, or ""."""
    if not (initiative and giving):
        return ""
    known = arcs(Dependency.objects.links())
    loop = loop_closed_by(known, asking=initiative.pk, giving=giving.pk)
    if loop is None:
        return ""
    titles = dict(Initiative.objects.filter(pk__in=loop.initiatives).values_list("pk", "title"))
    names = [titles[pk] for pk in (*loop.initiatives, loop.initiatives[0])]
    keys = ["this one", *(f"DEP-{pk}" for pk in loop.dependencies)]
    return f"{' ← '.join(names)}: {', '.join(keys)}"


def working_days(first: date, last: date) -> int:
    """Return the organisation's working days after `first` up to `last`; below zero backwards."""
    calendar = default_calendar()
    if last < first:
        return -calendar.working_days_from(last + ONE_DAY, first)
    return calendar.working_days_from(first + ONE_DAY, last)


def chain_of(initiative: Initiative, links, on) -> tuple[Chain, list[NamedStep]]:
    """Return the critical chain of an initiative on a day, and its steps with their records."""
    chain = critical_chain(
        links,
        initiative=initiative.pk,
        target_on=initiative.target_on,
        on=on,
        working_days=working_days,
    )
    keys = [step.dependency for step in chain.steps]
    records = Dependency.objects.for_display().in_bulk(keys) if keys else {}
    return chain, [NamedStep(records[step.dependency], step) for step in chain.steps]

"""Check 13 of docs/reliability.md: a Jira that says of every third call that it is too much."""

import random

from prodops.integrations.models import Connection
from tests.chaos.gate import Answer, Ask, Call, Gate
from tests.chaos.jobs import a_jira, await_end, want
from tests.chaos.rounds import compare
from tests.chaos.site import Site, await_true, require

LONGEST = 5  # seconds anybody is asked to wait
SLACK = 0.2  # share of a wait by which its end may be missed
ON_THE_WAY = 0.25  # seconds in which calls end that were sent before the refusal came
BUSY = 0.5  # seconds a machine with other things to do may need to send the next call


def too_many(site: Site, *, issues: int) -> str:
    """13: every third answer is 429 with Retry-After; everybody waits that long, and it ends."""
    dice = random.Random(13)

    def every_third(call: Call, ask: Ask) -> Answer:
        if call.number % 3:
            return ask()
        call.told_to_wait = dice.randint(1, LONGEST)
        return Answer(429, {"Retry-After": str(int(call.told_to_wait))}, b'{"errorMessages": []}')

    with a_jira(site, "crowded", issues=issues) as (jira, connection), Gate(jira.url) as gate:
        gate.treat = every_third
        Connection.objects.filter(pk=connection.pk).update(base_url=gate.url)
        site.add_worker()
        site.add_worker()
        want(connection, is_full=True)
        begun = Connection.objects.filter(pk=connection.pk).exclude(cursor=None)
        await_true(begun.exists, seconds=300)
        connection.refresh_from_db()
        want(connection)  # a second worker beside the first shares its waits
        await_end(connection, seconds=3600)
        await_true(lambda: not connection.runs.unfinished().exists(), seconds=3600)
        calls = list(gate.calls)
        ends = list(connection.runs.order_by("pk").values_list("mode", "status"))
        require({status for _, status in ends} == {"succeeded"}, f"Runs ended as {ends}.")
        compare(jira, [connection])
    refused = [call for call in calls if call.told_to_wait]
    shown = f"{len(calls)} calls of {len(ends)} runs, {len(refused)} refused"
    early, late = too_early(calls), too_late(calls)
    require(not early, f"{len(early)} calls came too early: {early[:5]}")
    require(not late, f"{len(late)} waits took too long: {late[:5]}")
    return f"{shown}; at most {most_at_once(calls)} on the way in a wait; nothing lost or doubled"


def too_early(calls: list[Call]) -> list[str]:
    """Return the calls made within a wait, but for one on the way at a time."""
    return [
        f"{one.path[:60]} {one.came - refused.left:.2f} s into {refused.told_to_wait:.0f}"
        for refused in calls
        if refused.told_to_wait
        for one in calls
        if ON_THE_WAY < one.came - refused.left < refused.told_to_wait * (1 - SLACK)
    ]


def too_late(calls: list[Call]) -> list[str]:
    """Return the waits, joined where they overlap, that nobody came back from in time."""
    refusals = sorted((one for one in calls if one.told_to_wait), key=lambda one: one.left)
    late, end = [], 0.0
    for number, one in enumerate(refusals):
        end = max(end, one.left + one.told_to_wait)
        if number + 1 < len(refusals) and refusals[number + 1].left < end:
            continue
        after = [call.came for call in calls if call.came > one.left + ON_THE_WAY]
        if after and min(after) > end + SLACK * one.told_to_wait + BUSY:
            late.append(f"{min(after) - end:.2f} s after a wait of {one.told_to_wait:.0f}")
    return late


def most_at_once(calls: list[Call]) -> int:
    """Return how many calls were on the way at the same time while everybody had to wait."""
    most = 0
    for refused in calls:
        begin = refused.left + ON_THE_WAY
        end = refused.left + refused.told_to_wait * (1 - SLACK)
        within = [one for one in calls if one.came < end and one.left > begin]
        if refused.told_to_wait:
            moments = [max(one.came, begin) for one in within]
            most = max([most, *(sum(o.came <= at < o.left for o in within) for at in moments)])
    return most

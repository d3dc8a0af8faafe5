"""Checks 16 and 17 of docs/reliability.md: awkward moments, issues that go and come back."""

import random
from datetime import UTC, datetime, timedelta

from prodops.integrations import services
from prodops.integrations.jira.models import JiraIssue
from prodops.integrations.models import Connection, SyncRun
from tests.chaos.gate import Answer, Ask, Call, Gate
from tests.chaos.jira import Jira
from tests.chaos.jobs import a_jira
from tests.chaos.pages import point, run
from tests.chaos.rounds import alive, same, told
from tests.chaos.site import Site, require

ZONES = ("UTC", "Asia/Kolkata", "Etc/GMT+8", "Pacific/Kiritimati")  # +0, +5:30, −8, +14
MINUTE = timedelta(minutes=1)
KINDS = ("cloud", "datacenter")


def zones(site: Site, *, rounds: int) -> str:
    """16: changes around minute boundaries, between and within runs; each is in the next copy."""
    dice, changes, missed = random.Random(16), 0, 0
    for zone in ZONES:
        for kind in KINDS:
            with (
                a_jira(site, "zone", kind=kind, zone=zone, lag=0) as (jira, connection),
                Gate(jira.url) as gate,
            ):
                point(connection, gate)
                run(connection)
                for _ in range(rounds):
                    made, lost = interleave(jira, gate, connection, dice)
                    changes, missed = changes + made, missed + lost
                gate.treat = lambda call, ask: ask()
                run(connection)
                ours = {row["id"]: told(row) for row in alive(connection)}
                same(jira.truth(), ours, f"the truth of {kind} in {zone}")
    count = rounds * len(ZONES) * len(KINDS)
    require(not missed, f"{missed} of {changes} changes were missed in {count} rounds.")
    return f"{count} rounds in {len(ZONES)} zones, {changes} changes, {missed} missed"


def interleave(
    jira: Jira, gate: Gate, connection: Connection, dice: random.Random
) -> tuple[int, int]:
    """Change issues before and within one run; return how many, and how many it missed."""
    made = sum(change_at_a_boundary(jira, dice) for _ in range(dice.randint(0, 3)))

    def disturb(call: Call, ask: Ask) -> Answer:
        nonlocal made
        if not call.is_search or dice.random() < 0.5:
            return ask()
        is_before = dice.random() < 0.5
        answer = None if is_before else ask()
        made += change_at_a_boundary(jira, dice)
        return answer or ask()

    gate.treat = disturb
    wanted = {jira_id: issue[2] for jira_id, issue in jira.truth().items()}
    ended = run(connection)
    require(ended.status == SyncRun.Status.SUCCEEDED, f"A run failed: {ended.error}")
    here = dict(JiraIssue.objects.alive().values_list("jira_id", "updated"))
    missed = [i for i, updated in wanted.items() if i not in here or here[i] < updated]
    return made, len(missed)


def change_at_a_boundary(jira: Jira, dice: random.Random) -> int:
    """Change an issue or two within milliseconds of a full minute of Jira's clock, or anywhen."""
    now = datetime.fromisoformat(jira.control("truth?limit=0")["now"]).astimezone(UTC)
    minute = now.replace(second=0, microsecond=0) + MINUTE * dice.choice((1, 1, 2, 11))
    moment = minute + timedelta(milliseconds=dice.choice((-1, 0, 0, 1, 999, 31_000)))
    jira.control("clock", {"set": moment.isoformat(), "freeze": dice.random() < 0.5})
    if dice.random() < 0.1:
        jira.control("create", {"n": 1, "project": dice.choice(jira.projects)})
        return 1
    count = dice.randint(1, 2)
    jira.control("touch", {"n": count, "seed": dice.randrange(10**6)})
    return count


def gone(site: Site, *, issues: int) -> str:
    """17: 5 % deleted, 2 % moved: marked exactly; what comes back lives again."""
    shown = []
    for kind in KINDS:
        with a_jira(site, "gone", issues=issues, kind=kind, lag=0) as (jira, connection):
            run(connection)
            dice, keys = random.Random(17), sorted(jira.keys())
            deleted = dice.sample(keys, len(keys) // 20)
            jira.control("delete", {"keys": deleted})
            reconcile(jira, connection)
            expect_tombstones(connection, deleted)
            jira.restore()
            back = reconcile(jira, connection)
            expect_tombstones(connection, [])
            require(back.updated == len(deleted), f"{back.updated} of {len(deleted)} came back.")
            dice.shuffle(keys)
            deleted, moved = keys[: len(keys) // 20], keys[-(len(keys) // 50) :]
            numbers = dict(JiraIssue.objects.values_list("key", "pk"))
            jira.control("delete", {"keys": deleted})
            for key in moved:
                jira.control("move", {"key": key, "project": another(jira, key, dice)})
            reconcile(jira, connection)
            expect_tombstones(connection, deleted)
            for key in moved:
                found = JiraIssue.objects.with_key(key).get()
                require(found.pk == numbers[key], f"{key} leads to another issue.")
                require(found.key != key, f"{key} has not moved.")
            shown.append(f"{kind}: {len(deleted)} of {len(keys)} gone, {len(moved)} moved")
    return "; ".join(shown)


def another(jira: Jira, key: str, dice: random.Random) -> str:
    return dice.choice([each for each in jira.projects if not key.startswith(f"{each}-")])


def reconcile(jira: Jira, connection: Connection) -> SyncRun:
    """Reconcile and hold that the copy, without what is marked as gone, is all there is."""
    connection.refresh_from_db()
    ended = services.sync(
        connection=connection, trigger=SyncRun.Trigger.COMMAND, mode=SyncRun.Mode.RECONCILE
    )
    require(ended.status == SyncRun.Status.SUCCEEDED, f"A run failed: {ended.error}")
    same(jira.truth(), {row["id"]: told(row) for row in alive(connection)}, "Jira's truth")
    return ended


def expect_tombstones(connection: Connection, keys: list[str]) -> None:
    marked = JiraIssue.objects.filter(connection=connection).exclude(deleted_at=None)
    found = sorted(marked.values_list("key", flat=True))
    require(found == sorted(keys), f"Marked as gone: {len(found)}, gone: {len(keys)}.")

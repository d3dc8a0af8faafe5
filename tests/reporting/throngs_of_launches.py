"""Throngs of random launches: their readiness items, and each item's history of states."""

from datetime import timedelta

from launches.models import ItemStateChange, Launch, LaunchInitiative, LaunchItem
from tests.factories.launches import template
from tests.factories.people import FunctionFactory, UserFactory
from tests.reporting.throngs import unwatched
from tests.reporting.throngs_of_records import initiatives, threads

STATES = ["in_progress", "requested", "done", "done", "done", "waived", "not_applicable"]
SET_ASIDE = {"waived", "not_applicable"}


@unwatched()
def launches(dice, teams, *, start, hours):
    """Write launches of each team, most of them live; return them as dicts."""
    told = [
        _launch(dice, {team, *dice.sample(teams, dice.random() < 0.1)}, start, hours)
        for team in teams
        for _ in range(dice.choice([2, 4, 6, 8]))
    ]
    dice.shuffle(told)
    owner = UserFactory(role="ops")
    made = Launch.objects.bulk_create(_rows(told, owner))
    work = initiatives(owner, [one["teams"] for one in told])
    LaunchInitiative.objects.bulk_create(
        LaunchInitiative(launch=launch, initiative=initiative, at=start, by=owner)
        for launch, initiative in zip(made, work, strict=True)
    )
    _write_items(dice, told, made, owner)
    return told


def _launch(dice, teams, start, hours):
    live = start + timedelta(hours=dice.randrange(hours))
    kinds = [_item(dice, start, hours) for _ in range(dice.choice([1, 2, 3, 4]))]
    return {"teams": teams, "live": live if dice.random() < 0.8 else None, "items": kinds}


def _item(dice, start, hours):
    moments = sorted(start + timedelta(hours=dice.randrange(hours)) for _ in range(5))
    count = dice.randint(0, 4)
    return {
        "added": moments[0],
        "is_required": dice.random() < 0.8,
        "states": [(at, dice.choice(STATES)) for at in moments[1 : count + 1]],
        "has_history": dice.random() < 0.9,
    }


def _rows(told, owner):
    of = template(tier=3)
    for one, thread in zip(told, threads(len(told), "launch"), strict=True):
        live = one["live"]
        yield Launch(
            title="Throng",
            audience="internal",
            scored_tier=3,
            tier=3,
            launch_on=(live or owner.joined_at).date(),
            stage="launched" if live else "readiness",
            launched_at=live,
            launched_by=owner if live else None,
            owner=owner,
            template=of,
            created_at=owner.joined_at,
            created_by=owner,
            thread=thread,
        )


def _write_items(dice, told, made, owner):
    function = FunctionFactory()
    pairs = [
        (item, _item_row(item, launch, function, owner))
        for one, launch in zip(told, made, strict=True)
        for item in one["items"]
    ]
    dice.shuffle(pairs)
    LaunchItem.objects.bulk_create(row for _, row in pairs)
    ItemStateChange.objects.bulk_create(
        ItemStateChange(item=row, to_state=state, at=at, by=owner)
        for item, row in pairs
        if item["has_history"]
        for at, state in [(item["added"], "not_started"), *item["states"]]
    )


def _item_row(item, launch, function, owner):
    at, state = item["states"][-1] if item["states"] else (item["added"], "not_started")
    is_done, is_aside = state == "done", state in SET_ASIDE
    return LaunchItem(
        launch=launch,
        title="Throng",
        function=function,
        due_on=at.date(),
        is_required=item["is_required"],
        state=state,
        reason="It was agreed." if is_aside else "",
        added_at=item["added"],
        completed_at=at if is_done else None,
        completed_by=owner if is_done else None,
        set_aside_by=owner if is_aside else None,
        waived_until=at.date() if state == "waived" else None,
    )

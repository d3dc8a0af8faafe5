"""Holding a row while it is judged and changed."""

from datetime import datetime

from launches.models import ItemStateChange, Launch, LaunchItem, LaunchStageChange
from launches.services.refusals import NotOpen
from prodops.people.models import User


def lock(launch: Launch) -> Launch:
    """Hold the launch until the transaction ends, and bring the instance up to date."""
    held = Launch.objects.select_for_update(of=("self",), no_key=True)
    launch.refresh_from_db(from_queryset=held.select_related("owner", "thread"))
    return launch


def lock_open(launch: Launch) -> Launch:
    """Hold a launch that may still change; raises NotOpen once it shipped or was cancelled."""
    lock(launch)
    if launch.is_shipped:
        raise NotOpen(f"{launch.key} has launched already.")
    if launch.is_cancelled:
        raise NotOpen(f"{launch.key} was cancelled: {launch.cancel_reason}")
    return launch


def lock_item(item: LaunchItem) -> LaunchItem:
    """Hold an item, and its launch first; raises NotOpen when the launch was cancelled."""
    launch = lock(item.launch)
    if launch.is_cancelled:
        raise NotOpen(f"{launch.key} was cancelled: {launch.cancel_reason}")
    held = LaunchItem.objects.select_for_update(of=("self",), no_key=True)
    item.refresh_from_db(from_queryset=held.select_related("function", "owner"))
    item.launch = launch
    return item


def move_stage(launch: Launch, stage: str, *, by: User, at: datetime, reason: str = "") -> None:
    """Bring a launch to a stage and keep the change; `launch` is saved with all it was given."""
    if launch.stage == stage:
        return
    before, launch.stage = launch.stage, stage
    launch.save()
    LaunchStageChange.objects.create(
        launch=launch, from_stage=before, to_stage=stage, reason=reason, at=at, by=by
    )


def move_item(
    item: LaunchItem, state: str, *, by: User, at: datetime, reason: str = ""
) -> ItemStateChange:
    """Bring an item to a state with what the state says about who and why, and keep the change."""
    before, item.state = item.state, state
    State = LaunchItem.State
    is_done, is_aside = state == State.DONE, state in {State.WAIVED, State.NOT_APPLICABLE}
    item.completed_at, item.completed_by = (at, by) if is_done else (None, None)
    item.set_aside_by = by if is_aside else None
    item.waived_until = item.waived_until if state == State.WAIVED else None
    item.reason = reason
    item.save()
    return ItemStateChange.objects.create(
        item=item, from_state=before, to_state=state, reason=reason, at=at, by=by
    )

"""Acts of planning; each is one transaction and raises a `Refusal` with the reason in words."""

from intake.services import Refusal
from planning.services.adoption import AlreadyAdopted, adopt, adopt_as_new, release
from planning.services.closing import Choice, Fate, carry_forward, close_cycle
from planning.services.commitments import (
    AlreadyInPlan,
    ReasonNeeded,
    add_to_cycle,
    change_kind,
    drop_from_cycle,
)
from planning.services.cycles import (
    AlreadyCommitted,
    WrongPhase,
    commit_cycle,
    open_cycle,
    start_cycle,
    start_planning,
)
from planning.services.decisions import AlreadyDecided, decide, open_decision
from planning.services.epics import UnknownIssue, link_epic, resolve_issue, unlink_epic
from planning.services.initiatives import (
    ChangedMeanwhile,
    create_initiative,
    edit_initiative,
    report_status,
)
from planning.services.milestones import (
    AlreadyKickedOff,
    MilestoneDraft,
    add_milestone,
    cancel_milestone,
    draft_milestones,
    edit_milestone,
    finish_milestone,
    kick_off,
    reopen_milestone,
)
from planning.services.stages import (
    cancel_initiative,
    finish_initiative,
    mark_launched,
    move_stage,
    reopen_initiative,
)
from planning.services.targets import move_target
from planning.services.values import Wish, judge_values, plan_values

__all__ = [
    "AlreadyAdopted",
    "AlreadyCommitted",
    "AlreadyDecided",
    "AlreadyInPlan",
    "AlreadyKickedOff",
    "ChangedMeanwhile",
    "Choice",
    "Fate",
    "MilestoneDraft",
    "ReasonNeeded",
    "Refusal",
    "UnknownIssue",
    "Wish",
    "WrongPhase",
    "add_milestone",
    "add_to_cycle",
    "adopt",
    "adopt_as_new",
    "cancel_initiative",
    "cancel_milestone",
    "carry_forward",
    "change_kind",
    "close_cycle",
    "commit_cycle",
    "create_initiative",
    "decide",
    "draft_milestones",
    "drop_from_cycle",
    "edit_initiative",
    "edit_milestone",
    "finish_initiative",
    "finish_milestone",
    "kick_off",
    "judge_values",
    "link_epic",
    "mark_launched",
    "move_stage",
    "move_target",
    "open_cycle",
    "open_decision",
    "plan_values",
    "reopen_initiative",
    "reopen_milestone",
    "release",
    "report_status",
    "resolve_issue",
    "start_cycle",
    "start_planning",
    "unlink_epic",
]

"""Acts of planning; each is one transaction and raises a `Refusal` with the reason in words."""

from intake.services import Refusal
from planning.services.adoption import AlreadyAdopted, adopt, adopt_as_new, release
from planning.services.commitments import (
    AlreadyInPlan,
    ReasonNeeded,
    add_to_cycle,
    drop_from_cycle,
)
from planning.services.cycles import (
    AlreadyCommitted,
    WrongPhase,
    close_cycle,
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
    "ChangedMeanwhile",
    "ReasonNeeded",
    "Refusal",
    "UnknownIssue",
    "Wish",
    "WrongPhase",
    "add_to_cycle",
    "adopt",
    "adopt_as_new",
    "cancel_initiative",
    "close_cycle",
    "commit_cycle",
    "create_initiative",
    "decide",
    "drop_from_cycle",
    "edit_initiative",
    "finish_initiative",
    "judge_values",
    "link_epic",
    "mark_launched",
    "move_stage",
    "move_target",
    "open_cycle",
    "open_decision",
    "plan_values",
    "reopen_initiative",
    "release",
    "report_status",
    "resolve_issue",
    "start_cycle",
    "start_planning",
    "unlink_epic",
]

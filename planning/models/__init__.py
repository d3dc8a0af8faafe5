"""Cycles and what they are committed to, initiatives, decisions."""

from planning.models.action import Action
from planning.models.agenda import AgendaItem, ItemDecision
from planning.models.business_value import BusinessValue, Worth, total_value
from planning.models.calendar_feed import CalendarFeed
from planning.models.capacity import Allocation, TeamCapacity
from planning.models.check_in import CheckIn, Evidence, EvidenceCheck
from planning.models.commitment import Commitment
from planning.models.cycle import Cycle
from planning.models.decision import Decision, DecisionOption
from planning.models.forum import Forum, ForumMember, StandingItem
from planning.models.forum_session import (
    Attendance,
    ForumSession,
    SessionGuest,
    SessionPresence,
)
from planning.models.initiative import (
    Initiative,
    InitiativeDateChange,
    InitiativeStageChange,
    InitiativeUpdate,
)
from planning.models.investment import (
    InitiativeInvestment,
    InvestmentCategory,
    InvestmentTarget,
)
from planning.models.key_result import KeyResult, KeyResultChange
from planning.models.key_result_link import InitiativeKeyResult
from planning.models.links import (
    InitiativeEpic,
    InitiativeIssue,
    InitiativeRequest,
    InitiativeTeam,
)
from planning.models.new_epic import NewEpic
from planning.models.objective import Objective
from planning.models.people_weeks import TeamWeeks
from planning.models.predictability import Predictability, Verdict, tally
from planning.models.scenario import Scenario, ScenarioItem
from planning.models.session_note import Minutes, MinutesAddendum, NoteConflict, NoteRevision

__all__ = [
    "CheckIn",
    "Evidence",
    "EvidenceCheck",
    "InitiativeKeyResult",
    "KeyResult",
    "KeyResultChange",
    "Objective",
    "Allocation",
    "Action",
    "AgendaItem",
    "Attendance",
    "BusinessValue",
    "CalendarFeed",
    "Commitment",
    "Cycle",
    "Decision",
    "DecisionOption",
    "Forum",
    "ForumMember",
    "ForumSession",
    "Initiative",
    "InitiativeDateChange",
    "InitiativeEpic",
    "InitiativeInvestment",
    "InitiativeIssue",
    "InitiativeRequest",
    "InitiativeStageChange",
    "InitiativeTeam",
    "InitiativeUpdate",
    "ItemDecision",
    "Minutes",
    "MinutesAddendum",
    "InvestmentCategory",
    "InvestmentTarget",
    "NewEpic",
    "NoteConflict",
    "NoteRevision",
    "Predictability",
    "SessionGuest",
    "SessionPresence",
    "StandingItem",
    "Scenario",
    "ScenarioItem",
    "TeamCapacity",
    "TeamWeeks",
    "Verdict",
    "Worth",
    "tally",
    "total_value",
]

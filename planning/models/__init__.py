"""Cycles and what they are committed to, initiatives, decisions."""

from planning.models.action import Action
from planning.models.agenda import AgendaItem, ItemDecision
from planning.models.baseline import (
    BaselineCapacity,
    BaselineLine,
    CommitBaseline,
    PlanChange,
    PlanLine,
)
from planning.models.business_value import BusinessValue, Worth, total_value
from planning.models.cadence import Cadence, InitiativePause, Nudge, Snooze
from planning.models.calendar_feed import CalendarFeed
from planning.models.capacity import Allocation, TeamCapacity
from planning.models.check_in import CheckIn, Evidence, EvidenceCheck
from planning.models.commitment import Commitment
from planning.models.cycle import Cycle
from planning.models.decision import (
    Decision,
    DecisionConsulted,
    DecisionOption,
    DecisionReview,
)
from planning.models.dependency import Dependency
from planning.models.dependency_story import (
    DependencyDateChange,
    DependencyOffer,
    DependencyStateChange,
)
from planning.models.forecast import Forecast
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
    InitiativeQuery,
    InitiativeRequest,
    InitiativeTeam,
)
from planning.models.milestone import (
    Kept,
    Milestone,
    MilestoneChange,
    Punctuality,
    tally_milestones,
)
from planning.models.milestone_template import MilestoneTemplate, MilestoneTemplateItem
from planning.models.new_epic import NewEpic
from planning.models.objective import Objective, ObjectiveReopening
from planning.models.people_weeks import TeamWeeks
from planning.models.plan_day import DayCapacity, DayScore, PlanDay
from planning.models.predictability import Predictability, Verdict, tally
from planning.models.risk import Risk
from planning.models.roadmap import (
    Audience,
    Horizon,
    RoadmapLink,
    RoadmapPlace,
    RoadmapWording,
)
from planning.models.scenario import Scenario, ScenarioItem
from planning.models.scores import (
    Candidate,
    Ranking,
    RankOverride,
    Score,
    ScoreInput,
    ScoreSheet,
    running_for,
)
from planning.models.scoring import Criterion, ScoringModel, ScoringVersion
from planning.models.scoring_session import (
    Ballot,
    ScoringMember,
    ScoringRound,
    ScoringSession,
    Vote,
)
from planning.models.session_note import Minutes, MinutesAddendum, NoteConflict, NoteRevision
from planning.models.truth_check import TruthCheck, TruthTask

__all__ = [
    "Action",
    "AgendaItem",
    "Allocation",
    "Attendance",
    "Audience",
    "Ballot",
    "BaselineCapacity",
    "BaselineLine",
    "BusinessValue",
    "Cadence",
    "CalendarFeed",
    "Candidate",
    "CheckIn",
    "CommitBaseline",
    "Commitment",
    "Criterion",
    "Cycle",
    "DayCapacity",
    "DayScore",
    "Decision",
    "DecisionConsulted",
    "DecisionOption",
    "DecisionReview",
    "Dependency",
    "DependencyDateChange",
    "DependencyOffer",
    "DependencyStateChange",
    "Evidence",
    "EvidenceCheck",
    "Forecast",
    "Forum",
    "ForumMember",
    "ForumSession",
    "Horizon",
    "Initiative",
    "InitiativeDateChange",
    "InitiativeEpic",
    "InitiativeInvestment",
    "InitiativeIssue",
    "InitiativeQuery",
    "InitiativeKeyResult",
    "InitiativePause",
    "InitiativeRequest",
    "InitiativeStageChange",
    "InitiativeTeam",
    "InitiativeUpdate",
    "InvestmentCategory",
    "InvestmentTarget",
    "ItemDecision",
    "Kept",
    "KeyResult",
    "KeyResultChange",
    "Milestone",
    "MilestoneChange",
    "MilestoneTemplate",
    "MilestoneTemplateItem",
    "Minutes",
    "MinutesAddendum",
    "NewEpic",
    "NoteConflict",
    "NoteRevision",
    "Nudge",
    "Objective",
    "ObjectiveReopening",
    "PlanChange",
    "PlanDay",
    "PlanLine",
    "Predictability",
    "Punctuality",
    "RankOverride",
    "Ranking",
    "Risk",
    "RoadmapLink",
    "RoadmapPlace",
    "RoadmapWording",
    "Scenario",
    "ScenarioItem",
    "Score",
    "ScoreInput",
    "ScoreSheet",
    "ScoringMember",
    "ScoringModel",
    "ScoringRound",
    "ScoringSession",
    "ScoringVersion",
    "SessionGuest",
    "SessionPresence",
    "Snooze",
    "StandingItem",
    "TeamCapacity",
    "TeamWeeks",
    "TruthCheck",
    "TruthTask",
    "Verdict",
    "Vote",
    "Worth",
    "running_for",
    "tally",
    "tally_milestones",
    "total_value",
]

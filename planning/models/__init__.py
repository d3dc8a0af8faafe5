"""Cycles and what they are committed to, initiatives, decisions."""

from planning.models.business_value import BusinessValue, Worth, total_value
from planning.models.commitment import Commitment
from planning.models.cycle import Cycle
from planning.models.decision import Decision, DecisionOption
from planning.models.initiative import (
    Initiative,
    InitiativeDateChange,
    InitiativeStageChange,
    InitiativeUpdate,
)
from planning.models.links import (
    InitiativeEpic,
    InitiativeIssue,
    InitiativeRequest,
    InitiativeTeam,
)
from planning.models.new_epic import NewEpic
from planning.models.predictability import Predictability, Verdict, tally

__all__ = [
    "BusinessValue",
    "Commitment",
    "Cycle",
    "Decision",
    "DecisionOption",
    "Initiative",
    "InitiativeDateChange",
    "InitiativeEpic",
    "InitiativeIssue",
    "InitiativeRequest",
    "InitiativeStageChange",
    "InitiativeTeam",
    "InitiativeUpdate",
    "NewEpic",
    "Predictability",
    "Verdict",
    "Worth",
    "tally",
    "total_value",
]

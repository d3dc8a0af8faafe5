"""Cycles and what they are committed to, initiatives, decisions."""

from planning.models.commitment import Commitment, Predictability
from planning.models.cycle import Cycle
from planning.models.decision import Decision, DecisionOption
from planning.models.initiative import (
    Initiative,
    InitiativeDateChange,
    InitiativeStageChange,
    InitiativeUpdate,
)
from planning.models.links import InitiativeEpic, InitiativeIssue, InitiativeRequest

__all__ = [
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
    "InitiativeUpdate",
    "Predictability",
]

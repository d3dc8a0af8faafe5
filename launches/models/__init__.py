"""Readiness templates, launches, their items, sign-offs, go/no-go records and who was told."""

from launches.models.go_no_go import GoNoGo, GoNoGoAttendee
from launches.models.item import ItemStateChange, LaunchItem
from launches.models.launch import (
    Launch,
    LaunchDateChange,
    LaunchInitiative,
    LaunchStageChange,
    Told,
)
from launches.models.sign_off import SignOff
from launches.models.template import Condition, Kind, ReadinessTemplate, TemplateItem, Tier
from launches.models.version import LaunchVersion, NewVersion

__all__ = [
    "Condition",
    "GoNoGo",
    "GoNoGoAttendee",
    "ItemStateChange",
    "Kind",
    "Launch",
    "LaunchDateChange",
    "LaunchInitiative",
    "LaunchItem",
    "LaunchStageChange",
    "LaunchVersion",
    "NewVersion",
    "ReadinessTemplate",
    "SignOff",
    "TemplateItem",
    "Tier",
    "Told",
]

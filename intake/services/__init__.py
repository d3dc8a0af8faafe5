"""Acts of intake; each is one transaction and raises a `Refusal` with the reason in words."""

from intake.services.importing import Imported, ImportRefused, import_requests
from intake.services.merging import merge, unmerge
from intake.services.outcome import (
    close,
    mark_planned,
    mark_shipped,
    mark_unplanned,
    reopen,
)
from intake.services.searching import Similar, count_words, similar
from intake.services.sorting import classify, escalate
from intake.services.states import AlreadyDecided, Refusal, WrongState
from intake.services.submission import back, submit, withdraw
from intake.services.triage import (
    NotSorted,
    accept,
    ask_requester,
    decline,
    resume,
    snooze,
    start_triage,
    wake_snoozed,
)
from intake.services.undoing import undo

__all__ = [
    "AlreadyDecided",
    "ImportRefused",
    "Imported",
    "NotSorted",
    "Refusal",
    "Similar",
    "WrongState",
    "accept",
    "ask_requester",
    "back",
    "classify",
    "close",
    "count_words",
    "decline",
    "escalate",
    "import_requests",
    "mark_planned",
    "mark_shipped",
    "mark_unplanned",
    "merge",
    "reopen",
    "resume",
    "similar",
    "snooze",
    "start_triage",
    "submit",
    "undo",
    "unmerge",
    "wake_snoozed",
    "withdraw",
]

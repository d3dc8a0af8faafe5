"""Where a request can stand."""

from django.db import models


class State(models.TextChoices):
    """Where a request stands, in the words everybody reads."""

    NEW = "new", "New"
    TRIAGE = "triage", "In triage"
    WAITING = "waiting", "Waiting on requester"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    MERGED = "merged", "Merged"
    SNOOZED = "snoozed", "Snoozed"
    PLANNED = "planned", "Planned"
    SHIPPED = "shipped", "Shipped"
    CLOSED = "closed", "Closed"


SETTLED_STATES = (State.DECLINED, State.SHIPPED, State.CLOSED)
OPEN_STATES = (State.NEW, State.TRIAGE, State.WAITING, State.SNOOZED)
ENDS = {State.ACCEPTED, State.DECLINED, State.MERGED, State.CLOSED}

ALLOWED = {
    State.NEW: {State.TRIAGE, State.WAITING, State.SNOOZED} | ENDS,
    State.TRIAGE: {State.WAITING, State.SNOOZED} | ENDS,
    State.WAITING: {State.TRIAGE, State.SNOOZED} | ENDS,
    State.SNOOZED: {State.SNOOZED, State.TRIAGE, State.WAITING} | ENDS,
    State.ACCEPTED: {State.PLANNED, State.SHIPPED, State.MERGED, State.CLOSED, State.TRIAGE},
    State.DECLINED: {State.TRIAGE},
    State.PLANNED: {State.ACCEPTED, State.SHIPPED, State.CLOSED},
    State.SHIPPED: {State.CLOSED},
    State.CLOSED: {State.TRIAGE},
    State.MERGED: set(),
}
WAY_OUT = {
    State.NEW: "Accept it first.",
    State.TRIAGE: "Accept it first.",
    State.WAITING: "Accept it, or wait for the answer.",
    State.SNOOZED: "Accept it first.",
    State.ACCEPTED: "Open it again first, or plan it.",
    State.DECLINED: "Open it again first.",
    State.MERGED: "Unmerge it first, or act on the request it went into.",
    State.PLANNED: "Take it out of its initiative first.",
    State.SHIPPED: "Ask for what is missing in a new request.",
    State.CLOSED: "Open it again first.",
}

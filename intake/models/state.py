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

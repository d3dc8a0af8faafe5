"""Accounts and the organisation they belong to."""

from prodops.people.models.absence import Absence, kept_by
from prodops.people.models.organisation import (
    Function,
    FunctionMember,
    Membership,
    ProductArea,
    Team,
)
from prodops.people.models.recorded import Recorded
from prodops.people.models.token import ApiToken, StoredAnswer
from prodops.people.models.user import User

__all__ = [
    "Absence",
    "ApiToken",
    "Function",
    "FunctionMember",
    "Membership",
    "ProductArea",
    "Recorded",
    "StoredAnswer",
    "Team",
    "User",
    "kept_by",
]

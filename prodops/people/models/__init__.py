"""Accounts and the organisation they belong to."""

from prodops.people.models.organisation import (
    Function,
    FunctionMember,
    Membership,
    ProductArea,
    Team,
)
from prodops.people.models.recorded import Recorded
from prodops.people.models.user import User

__all__ = ["Function", "FunctionMember", "Membership", "ProductArea", "Recorded", "Team", "User"]

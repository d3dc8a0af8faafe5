"""Who may do what: predicates over a person, and the decorator that asks them."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied

from prodops.people.models import User

Role = User.Role
Predicate = Callable[[User], bool]


def is_insider(user: User) -> bool:
    """Everyone who works on the product: all roles but requester."""
    return user.role != Role.REQUESTER


def can_submit(user: User) -> bool:
    """Everyone signed in may ask for something, executives included."""
    return user.is_active


def can_comment(user: User) -> bool:
    return user.is_active


def can_triage(user: User) -> bool:
    return user.role in {Role.CONTRIBUTOR, Role.OPS, Role.ADMIN}


def can_plan(user: User) -> bool:
    return user.role in {Role.CONTRIBUTOR, Role.OPS, Role.ADMIN}


def can_launch(user: User) -> bool:
    return user.role in {Role.CONTRIBUTOR, Role.OPS, Role.ADMIN}


def can_run_operations(user: User) -> bool:
    """Commit a cycle, record a go/no-go, edit and approve readouts, see sync runs."""
    return user.role in {Role.OPS, Role.ADMIN}


def can_read_reports(user: User) -> bool:
    return is_insider(user)


def can_see_revenue(user: User) -> bool:
    """ARR of accounts is for insiders only."""
    return is_insider(user)


def can_administer(user: User) -> bool:
    return user.role == Role.ADMIN


def require(predicate: Predicate):
    """Answer 403 unless the signed-in person satisfies `predicate`."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not predicate(request.user):
                raise PermissionDenied(predicate.__name__)
            return view(request, *args, **kwargs)

        guarded.required_permission = predicate
        return guarded

    return decorate

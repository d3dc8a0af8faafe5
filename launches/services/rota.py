"""Whose turn it is in a function."""

from django.db.models import Count, Q

from prodops.people.models import Function, User


def next_in_rota(function: Function, *, besides: User | None = None) -> User | None:
    """Return the active member with the fewest sign-offs waiting, the rota's order deciding ties.

    Requesters, who cannot open launches, are never in turn. `besides` is passed over when somebody
    else can do it. None when nobody can.
    """
    waiting = Count("user__sign_offs", filter=Q(user__sign_offs__verdict="pending"))
    rota = function.rota.filter(user__is_active=True).exclude(user__role=User.Role.REQUESTER)
    in_turn = (
        rota.select_related("user").annotate(waiting=waiting).order_by("waiting", "position", "pk")
    )
    members = [member.user for member in in_turn]
    others = [user for user in members if user != besides]
    return next(iter(others or members), None)


def is_member(user: User, function: Function) -> bool:
    return function.rota.filter(user=user).exists()

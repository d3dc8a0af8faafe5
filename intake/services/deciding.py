"""What becomes of a suggested theme: a person names it, joins it to one, or dismisses it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from intake.models import Cluster, Theme, ThemeGroup
from intake.services.quoting import attach_quote, attach_ticket
from intake.services.states import Refusal
from intake.services.themes import create_theme
from prodops.people.models import User

State = Cluster.State


@transaction.atomic
def confirm_cluster(
    *,
    cluster: Cluster,
    name: str,
    members: Collection[int],
    by: User,
    at: datetime,
    description: str = "",
    group: ThemeGroup | None = None,
    owner: User | None = None,
) -> Theme:
    """Make a theme of a cluster and attach those in `members`, keys of its members, no others.

    Raises Refusal when somebody decided first, nothing is left, or the name is taken.
    """
    _hold(cluster)
    theme = create_theme(name=name, description=description, group=group, owner=owner, by=by, at=at)
    _attach(cluster, theme, members, State.CONFIRMED, by=by, at=at)
    return theme


@transaction.atomic
def join_cluster(
    *, cluster: Cluster, theme: Theme, members: Collection[int], by: User, at: datetime
) -> Theme:
    """Attach what is in `members` to a theme there is already. Raises Refusal likewise."""
    _hold(cluster)
    theme = theme.living
    _attach(cluster, theme, members, State.JOINED, by=by, at=at)
    return theme


@transaction.atomic
def dismiss_cluster(*, cluster: Cluster, by: User, at: datetime) -> Cluster:
    """Say that a cluster is no theme: it does not return while its members are half of it."""
    _hold(cluster)
    return _decide(cluster, State.DISMISSED, None, by=by, at=at)


@transaction.atomic
def reopen_cluster(*, cluster: Cluster) -> Cluster:
    """Take a dismissal back. Raises Refusal when it is not dismissed."""
    held = _lock(cluster)
    if held.state != State.DISMISSED:
        raise Refusal(f"“{cluster}” is not dismissed.")
    cluster.state, cluster.decided_at, cluster.decided_by = State.OPEN, None, None
    cluster.save(update_fields=["state", "decided_at", "decided_by"])
    return cluster


def _lock(cluster: Cluster) -> Cluster:
    cluster.refresh_from_db(from_queryset=Cluster.objects.select_for_update())
    return cluster


def _hold(cluster: Cluster) -> None:
    """Hold the row and bring it up to date; refuse what is decided."""
    _lock(cluster)
    if not cluster.is_open:
        words = cluster.get_state_display().lower()
        raise Refusal(f"{cluster.decided_by} was first: “{cluster}” {words}.")


def _attach(
    cluster: Cluster,
    theme: Theme,
    members: Collection[int],
    state: str,
    *,
    by: User,
    at: datetime,
) -> None:
    chosen = cluster.members.filter(pk__in=members).select_related("product_request", "ticket")
    if not chosen:
        raise Refusal("Keep at least one request or ticket.")
    for member in chosen.order_by("pk"):
        if member.ticket:
            attach_ticket(ticket=member.ticket, themes=[theme], by=by, at=at)
        elif member.product_request:
            attach_quote(product_request=member.product_request, themes=[theme], by=by, at=at)
    _decide(cluster, state, theme, by=by, at=at)


def _decide(
    cluster: Cluster, state: str, theme: Theme | None, *, by: User, at: datetime
) -> Cluster:
    cluster.state, cluster.theme = state, theme
    cluster.decided_at, cluster.decided_by = at, by
    cluster.save(update_fields=["state", "theme", "decided_at", "decided_by"])
    return cluster

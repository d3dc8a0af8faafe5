"""What waits for the signed-in person, for the counts beside the sidebar's entries."""

from functools import cache

from django.db import connection
from django.db.models import F, Func, IntegerField, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils.functional import SimpleLazyObject

from intake.models import ProductRequest
from intake.models.queries import ProductRequestQuerySet
from launches.models import LaunchItem, SignOff
from launches.models.item import LaunchItemQuerySet
from launches.models.sign_off import SignOffQuerySet
from planning.models import Action, Decision, Dependency, KeyResult
from prodops.integrations.models import Connection
from prodops.notifications.models import Notification
from prodops.people.models import Membership, User
from prodops.people.permissions import can_triage, is_insider

SOMEBODY = -(2**62)  # no number of a person


def attention(request):
    """Return {"attention": counts by name}, read in one query when a template asks."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"attention": {}}
    return {"attention": SimpleLazyObject(lambda: waiting_for(user))}


def waiting_for(user: User) -> dict[str, int]:
    """Count what waits for `user`: one query."""
    names, statement, values = _counting(user.role)
    with connection.cursor() as cursor:
        cursor.execute(statement, [user.pk if value == SOMEBODY else value for value in values])
        found = dict(zip(names, cursor.fetchone() or (), strict=False))
    waiting = found.get("sign_offs", 0) + found.get("items", 0)
    return {**found, "launches": waiting, "notifications": found.get("inbox", 0)}


@cache
def _counting(role: str) -> tuple[list[str], str, tuple]:
    """Return what is counted for people of a role, the statement, and its values.

    Every page asks it, and Django would build it for longer than Postgres runs it. It is built for
    SOMEBODY: one person's differs from another's by the key alone.
    """
    counted = {name: _count(rows) for name, rows in _waiting(User(pk=SOMEBODY, role=role)).items()}
    row = User.objects.filter(pk=SOMEBODY).values_list(*counted.values())
    return [*counted], *row.query.sql_with_params()


def to_triage(user: User) -> ProductRequestQuerySet:
    """Return the requests this person should sort: all for operations, else theirs and unowned."""
    waiting = ProductRequest.objects.visible_to(user).awaiting_triage().genuine()
    if user.role in {User.Role.OPS, User.Role.ADMIN}:
        return waiting
    teams = Membership.objects.filter(user=user).values("team")
    return waiting.filter(Q(owner=user) | Q(team__in=teams) | Q(team=None, owner=None))


def sign_offs(user: User) -> SignOffQuerySet:
    """Return the sign-offs whose turn it is this person's, or any member's of their functions."""
    pending = SignOff.objects.visible_to(user).pending().for_functions_of(user)
    return pending.filter(Q(approver=user) | Q(approver=None))


def items(user: User) -> LaunchItemQuerySet:
    """Return the readiness items of open launches that this person owns."""
    owned = LaunchItem.objects.visible_to(user).filter(owner=user)
    return owned.of_open_launches().unsettled()


def _waiting(user: User) -> dict[str, QuerySet]:
    waiting: dict[str, QuerySet] = {
        "inbox": Notification.objects.visible_to(user).unread(),
    }
    if is_insider(user):
        waiting["decisions"] = Decision.objects.visible_to(user).waiting_for(user)
        waiting["dependencies"] = Dependency.objects.visible_to(user).waiting_for(user)
        waiting["actions"] = Action.objects.waiting_for(user)
        waiting["sign_offs"] = sign_offs(user)
        waiting["items"] = items(user)
        waiting["check_ins"] = KeyResult.objects.visible_to(user).waiting_for(user, Now())
    if can_triage(user):
        waiting["triage"] = to_triage(user)
        waiting["connections"] = Connection.objects.visible_to(user).exclude(broken_since=None)
    return waiting


def _count(rows: QuerySet) -> Coalesce:
    counted = rows.order_by().annotate(
        counted=Func(F("pk"), function="COUNT", output_field=IntegerField())
    )
    return Coalesce(Subquery(counted.values("counted")), 0)

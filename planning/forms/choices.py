"""What the choices of planning's forms are drawn from."""

from planning.models import Initiative
from prodops.people.models import User
from prodops.people.permissions import is_insider


def open_initiatives(user):
    """Return the initiatives still under way, by title."""
    return Initiative.objects.visible_to(user).unfinished().order_by("title", "pk")


def possible_owners():
    """Return the people who may own an initiative, by name."""
    insiders = [role for role in User.Role if is_insider(User(role=role))]
    return User.objects.with_role(*insiders).for_display()

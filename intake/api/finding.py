"""What programs call by name or number, and what is said when there is no such thing."""

from django.http import Http404

from intake.models import Account
from prodops.people.api.problems import Problem


def account_of(name: str | None) -> Account | None:
    """Return the customer of this name, None of no name; raise Problem where there is none."""
    if not name:
        return None
    found = Account.objects.filter(name__iexact=name).order_by("pk").first()
    if found is None:
        wrong = ("account", "There is no customer of this name.")
        raise Problem(422, "Some of what was sent cannot be taken.", errors=[wrong])
    return found


def one_of(rows, pk: int):
    """Return the row with this number; raise Http404 where the person may see none."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found

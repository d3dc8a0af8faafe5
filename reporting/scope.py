"""What a report page is asked for: which month, which team."""

from django.http import Http404, HttpRequest
from django.utils import timezone

from prodops.people.models import Team
from reporting import readings
from reporting.metrics import periods
from reporting.metrics.periods import Period


def asked_team(request: HttpRequest) -> Team | None:
    """Return the team named in the address, None for the organisation; 404 for an unknown one."""
    return named_team(request.GET.get("team", ""))


def named_team(slug: str) -> Team | None:
    """Return the team with this slug, None for an empty one; 404 for an unknown one."""
    slug = slug.replace("\x00", "")
    if not slug:
        return None
    team = Team.objects.filter(slug=slug).first()
    if team is None:
        raise Http404(f"There is no team {slug}.")
    return team


def asked_period(request: HttpRequest, months: list[Period]) -> Period:
    """Return the month named in the address, else the last complete one that has figures."""
    if text := request.GET.get("period", ""):
        try:
            return periods.parse(text)
        except ValueError as error:
            raise Http404(str(error)) from error
    current = periods.containing(timezone.now())
    return next((month for month in months if month < current), current.shifted(-1))


def choices(months: list[Period], period: Period) -> list[Period]:
    """Return the months to choose from, newest first, the shown one among them."""
    return sorted({*months[:36], period}, reverse=True)


def teams():
    return Team.objects.order_by("name", "pk")


def months() -> list[Period]:
    return readings.months_with_values()

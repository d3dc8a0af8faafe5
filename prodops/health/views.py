"""The two addresses a load balancer asks, and the page of last resort; nobody signs in for them."""

import sys
import time

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.defaults import server_error
from psycopg.errors import ProgramLimitExceeded

from prodops.health.checks import failures

SECONDS_TO_WAIT = 5
SECONDS_KEPT = 2  # so that a slow dependency is not asked by every probe at once
_last: dict = {"at": float("-inf"), "checks": {}}


@login_not_required
@never_cache
@require_safe
def healthz(request):
    """Answer that the process is alive, without asking anything of the database."""
    return JsonResponse({"status": "alive"})


@login_not_required
@never_cache
@require_safe
def readyz(request):
    """Answer whether the hub can serve: 200, or 503 with the reason for each failed check."""
    if time.monotonic() - _last["at"] > SECONDS_KEPT:
        _last.update(checks=failures(timezone.now()), at=time.monotonic())
    checks = _last["checks"]
    is_ready = not any(checks.values())
    body = {
        "status": "ready" if is_ready else "not ready",
        "checks": {name: reason or "ok" for name, reason in checks.items()},
    }
    return JsonResponse(body, status=200 if is_ready else 503)


def broken(request):
    """Answer for a view that failed: 503 and when to come back if the database is away, else 500.

    Neither page asks anything of the database.
    """
    if not _is_away(sys.exc_info()[1]):
        return server_error(request)
    page = render_to_string("503.html", {"seconds": SECONDS_TO_WAIT})
    return HttpResponse(page, status=503, headers={"Retry-After": str(SECONDS_TO_WAIT)})


def _is_away(error) -> bool:
    """Did the database fail? Asked past its limits it is there, and would fail the same again."""
    is_too_much = isinstance(error.__cause__, ProgramLimitExceeded)
    return isinstance(error, (OperationalError, InterfaceError)) and not is_too_much

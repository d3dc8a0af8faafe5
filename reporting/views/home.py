"""Home: what needs this person first, then how things stand."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from prodops.people.models import User
from reporting import overview

Role = User.Role


@require_GET
def home(request):
    user, at = request.user, timezone.now()
    if user.role == Role.REQUESTER:
        return redirect("intake:portal")
    if user.role == Role.EXECUTIVE:
        return render(request, "reporting/home_executive.html", overview.for_executive(user, at))
    context = overview.for_contributor(user, at)
    if user.role in {Role.OPS, Role.ADMIN}:
        context |= overview.for_operations(user, at)
    return render(request, "reporting/home.html", context)

"""Since when a plan is compared: the day the address asks for, and what leads to other days."""

from datetime import timedelta

from django.utils import timezone

from planning.forms.changes import SinceForm

DAYS_AGO = (7, 30)


def since_asked(request):
    """Return the day the address asks for, None for the commit, and what shows the choice."""
    form = SinceForm(request.GET)
    since = form.cleaned_data["since"] if form.is_valid() else None
    today = timezone.localdate()
    shortcuts = [(f"{days} days ago", today - timedelta(days)) for days in DAYS_AGO]
    return since, {"form": form, "since": since, "shortcuts": shortcuts}

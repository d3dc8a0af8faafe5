"""What every page of the shell needs."""

from django.conf import settings


def shell(request):
    """Return the organisation's name for the frame of each page."""
    return {"organisation_name": settings.ORGANISATION_NAME}

"""Moments are shown in the time zone of whoever looks at them."""

from django.utils import timezone


def own_time_zone(get_response):
    """Let pages, forms and files speak of moments in the signed-in person's time zone."""

    def middleware(request):
        zone = getattr(request.user, "time_zone", "")
        if not zone:
            return get_response(request)
        with timezone.override(zone):
            return get_response(request)

    return middleware

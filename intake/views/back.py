"""Where an act leads back to."""

from urllib.parse import urlsplit

from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def back_to(request, default):
    """Return the page of ours that `next` or the browser names as where the person was."""
    named = request.POST.get("next", "")
    if named.startswith("/") and url_has_allowed_host_and_scheme(named, allowed_hosts=None):
        return named
    before = request.META.get("HTTP_REFERER", "")
    if url_has_allowed_host_and_scheme(before, allowed_hosts={request.get_host()}):
        parts = urlsplit(before)
        if parts.path.startswith("/") and parts.path != request.path:
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return resolve_url(default)

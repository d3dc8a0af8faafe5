"""How planning's acts answer: a redirect when done, the form again when not."""

from django.shortcuts import render

from planning.services import Refusal


def sent(request):
    """Return what was posted, or None: an empty post is bound all the same."""
    return request.POST if request.method == "POST" else None


def done(form, act) -> bool:
    """Run `act` when the form is well formed; a refusal becomes the form's error."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def form_page(request, form, *, title, submit, about, **context):
    """Answer with a page that holds one form; `about` is the record it belongs to."""
    context = {"form": form, "title": title, "submit": submit, "about": about, **context}
    template = context.pop("template", "planning/form.html")
    return render(request, template, context, status=422 if form.errors else 200)

"""How planning's acts answer: a redirect when done, the form again when not."""

from django.shortcuts import render

from planning.services import ChangedMeanwhile, Refusal
from prodops.ui import forms


def done(form, act) -> bool:
    """Run `act` when the form is well formed; a refusal of planning becomes the form's error."""
    return forms.done(form, act, refusal=Refusal)


def saved(form, act, edition) -> bool:
    """As `done`, for a form with `seen`: who was told of another's change may save over it."""

    def act_on_what_stands():
        try:
            act()
        except ChangedMeanwhile:
            form.data = form.data.copy()
            form.data["seen"] = edition()
            raise

    return done(form, act_on_what_stands)


def form_page(request, form, *, title, submit, about, **context):
    """Answer with a page that holds one form; `about` is the record it belongs to."""
    context = {"form": form, "title": title, "submit": submit, "about": about, **context}
    template = context.pop("template", "planning/form.html")
    return render(request, template, context, status=422 if form.errors else 200)

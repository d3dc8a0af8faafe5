"""How the acts of forums answer: their form again, with the way back to what it is about."""

from functools import partial

from planning.views.acts import form_page as any_form_page

form_page = partial(any_form_page, template="planning/forums/form.html")

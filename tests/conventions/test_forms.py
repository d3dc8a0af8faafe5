"""Forms: what is called a title or a name can be seen, and stands on one line."""

import importlib

from django import forms
from django.core.validators import RegexValidator

from tests.conventions import PROJECT, files, none

LINES = {"title", "name"}
FOLDERS = ("planning", "intake", "launches", "reporting", "prodops")


def modules():
    for path in files("*.py", under=FOLDERS):
        if path.stem == "forms" or path.parent.name == "forms":
            parts = path.relative_to(PROJECT).with_suffix("").parts
            yield importlib.import_module(".".join(parts).removesuffix(".__init__"))


def test_titles_and_names_are_lines():
    found = {
        f"{form.__module__}.{form.__name__}.{name}"
        for module in modules()
        for form in vars(module).values()
        if isinstance(form, type) and issubclass(form, forms.BaseForm)
        for name in LINES & form.base_fields.keys()
        if _takes_anything(form.base_fields[name])
    }
    none(sorted(found))


def _takes_anything(field):
    """Is it text of which nothing is cleaned, and nothing asked but its length?"""
    is_shaped = any(isinstance(each, RegexValidator) for each in field.validators)
    return type(field) is forms.CharField and not is_shaped
